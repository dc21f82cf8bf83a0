package io.tinyclip.actors;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** Leads a run through its steps. What it does is decided by {@link RunState}. */
final class Coordinator extends AbstractBehavior<Coordinator.Command> {
    sealed interface Command
            permits WorkerJoined,
                    ServerJoined,
                    WorkerLeaving,
                    ServerLeaving,
                    Describe,
                    ShardReady,
                    WorkerHere,
                    PartitionReached,
                    PartitionDone,
                    Reduced,
                    Disputed,
                    QuestionAnswered,
                    CutDecided,
                    Refused,
                    Stop,
                    WorkerLost,
                    ServerLost,
                    Tick,
                    Remind,
                    Ended {}

    /**
     * A worker offers itself; it gets leases from the next step on.
     *
     * @param numericClass equal for workers whose bits are equal
     */
    record WorkerJoined(ActorRef<Worker.Command> worker, String numericClass) implements Command {
        WorkerJoined(ActorRef<Worker.Command> worker) {
            this(worker, "");
        }
    }

    /** A parameter server offers itself; it holds a shard from the next rest between two steps on. */
    record ServerJoined(ActorRef<ParameterServer.Command> server) implements Command {}

    /** A worker wants to go. Answered once it has no leases any more; asked again, it is answered again. */
    record WorkerLeaving(ActorRef<Worker.Command> worker, ActorRef<Released> replyTo)
            implements Command, NoSerializationVerificationNeeded {}

    /** A server wants to go. Answered once its shard has moved; asked again, it is answered again. */
    record ServerLeaving(ActorRef<ParameterServer.Command> server, ActorRef<Released> replyTo)
            implements Command, NoSerializationVerificationNeeded {}

    /** Who wanted to go may. */
    record Released(ActorRef<?> member) implements NoSerializationVerificationNeeded {}

    /** How does the run stand? */
    record Describe(ActorRef<Description> replyTo) implements Command, NoSerializationVerificationNeeded {}

    /** So the run stands. */
    record Description(RunDescription run) implements NoSerializationVerificationNeeded {}

    /** A shard holds this version, and publishes it. */
    record ShardReady(Stamp stamp, int shard, Published published) implements Command {}

    /**
     * A worker has the gradient of a partition.
     *
     * @param worker by the number that its step came with
     * @param loss the partition's share; shares add up
     * @param entropy the partition's share of the targets' entropy
     */
    record PartitionDone(Stamp stamp, int worker, int partition, double loss, double entropy) implements Command {}

    /** A worker has a step before it, with or without leases. */
    record WorkerHere(Stamp stamp, int worker) implements Command {}

    /** A worker has got so far with a partition; that it has the gradient is told by {@link PartitionDone}. */
    record PartitionReached(Stamp stamp, int worker, int partition, Reached reached) implements Command {
        PartitionReached {
            if (reached == Reached.GRADIENT) {
                throw new IllegalArgumentException("a gradient is told by PartitionDone");
            }
        }
    }

    /** A server was given two sums of a node that differ in its range. */
    record Disputed(Stamp stamp, Dispute.Question question, Dispute.Answer first, Dispute.Answer second)
            implements Command {}

    /** A worker has the sum that a dispute is about. */
    record QuestionAnswered(Stamp stamp, Dispute.Question question, Dispute.Answer answer) implements Command {}

    /**
     * A shard has the whole batch's gradient.
     *
     * @param squaredNorms block by block
     * @param sparsityExpected NaN where the shard has no masks
     */
    record Reduced(Stamp stamp, int shard, double[] squaredNorms, double sparsityExpected) implements Command {}

    /**
     * The shard with the masks has decided which units stay.
     *
     * @param widthMap of this cut and those before
     * @param sparsity expected, as the masks were
     */
    record CutDecided(Stamp stamp, Kept kept, WidthMap widthMap, double sparsity) implements Command {}

    /** Finish the step under way, write a checkpoint, end. */
    record Stop() implements Command {}

    private record WorkerLost(int worker) implements Command, NoSerializationVerificationNeeded {}

    private record ServerLost(int server) implements Command, NoSerializationVerificationNeeded {}

    private record Tick() implements Command, NoSerializationVerificationNeeded {}

    private record Remind() implements Command, NoSerializationVerificationNeeded {}

    /** Runs on this actor once work done elsewhere has ended. */
    private record Ended(Runnable then) implements Command, NoSerializationVerificationNeeded {}

    private static final int TICKS_A_DEADLINE = 4;

    private final LeadTools at;
    private final Hands hands;
    private final RunState state;

    private Coordinator(ActorContext<Command> context, LeadTools tools, TimerScheduler<Command> timers) {
        super(context);
        this.at = tools;
        RunRules rules = at.setup().rules(at.policy());
        this.state = new RunState(rules, at.setup().startPosition());
        this.hands = new Hands(tools, context, this::tellAfter);
        timers.startTimerWithFixedDelay(new Remind(), at.remindAfter());
        Duration tick = at.policy().deadline().least().dividedBy(TICKS_A_DEADLINE);
        timers.startTimerWithFixedDelay(new Tick(), tick);
        after(CompletableFuture.supplyAsync(this::claim, at.files()), found -> {
            hands.lead(Epoch.term(found.epoch()));
            tell(run -> run.found(found));
        });
    }

    static Behavior<Command> create(LeadTools tools) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new Coordinator(context, tools, timers)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(WorkerJoined.class, this::onWorkerJoined)
                .onMessage(ServerJoined.class, this::onServerJoined)
                .onMessage(WorkerLeaving.class, this::onWorkerLeaving)
                .onMessage(ServerLeaving.class, this::onServerLeaving)
                .onMessage(Describe.class, this::onDescribe)
                .onMessage(ShardReady.class, it -> tell(run -> run.shardReady(it.stamp, it.shard, it.published)))
                .onMessage(WorkerHere.class, it -> tell(run -> run.heard(it.stamp, it.worker)))
                .onMessage(PartitionReached.class, this::onPartitionReached)
                .onMessage(PartitionDone.class, it -> tell(run -> run.partitionDone(it)))
                .onMessage(Reduced.class, this::onReduced)
                .onMessage(Disputed.class, it -> tell(run -> run.disputed(it)))
                .onMessage(QuestionAnswered.class, it -> tell(run -> run.questionAnswered(it)))
                .onMessage(CutDecided.class, it -> tell(run -> run.cutDecided(it)))
                .onMessage(Refused.class, this::onRefused)
                .onMessage(Stop.class, it -> tell(RunState::stop))
                .onMessage(WorkerLost.class, it -> tell(run -> run.workerLost(it.worker)))
                .onMessage(ServerLost.class, it -> tell(run -> run.serverLost(it.server)))
                .onMessage(Tick.class, it -> tell(RunState::tick))
                .onMessage(Remind.class, it -> tell(RunState::remind))
                .onMessage(Ended.class, this::onEnded)
                .build();
    }

    private Behavior<Command> onWorkerJoined(WorkerJoined joined) {
        hands.workers().join(joined.worker).ifPresent(worker -> {
            getContext().watchWith(joined.worker, new WorkerLost(worker));
            String name = hands.workers().name(worker);
            tell(run -> run.workerJoined(worker, new Workers.Identity(name, joined.numericClass)));
        });
        return this;
    }

    private Behavior<Command> onServerJoined(ServerJoined joined) {
        hands.servers().join(joined.server).ifPresent(server -> {
            getContext().watchWith(joined.server, new ServerLost(server));
            tell(run -> run.serverJoined(server));
        });
        return this;
    }

    private Behavior<Command> onWorkerLeaving(WorkerLeaving leaving) {
        return tell(run -> run.workerLeaving(hands.workers().leaving(leaving.worker, leaving.replyTo)));
    }

    private Behavior<Command> onServerLeaving(ServerLeaving leaving) {
        return tell(run -> run.serverLeaving(hands.servers().leaving(leaving.server, leaving.replyTo)));
    }

    private Behavior<Command> onDescribe(Describe ask) {
        RunDescription run = state.at(System.nanoTime()).describe(hands.servers()::name);
        ask.replyTo.tell(new Description(run));
        return this;
    }

    private Behavior<Command> onPartitionReached(PartitionReached it) {
        return tell(run -> run.reached(it.stamp, it.worker, it.partition, it.reached));
    }

    private Behavior<Command> onReduced(Reduced it) {
        return tell(run -> run.reduced(it.stamp, it.shard, it.squaredNorms, it.sparsityExpected));
    }

    private Behavior<Command> onRefused(Refused refused) {
        getContext().getLog().warn("refused, {}: {}", refused.stamp(), refused.reason());
        return tell(run -> run.refused(refused));
    }

    private Behavior<Command> onEnded(Ended ended) {
        ended.then.run();
        return this;
    }

    private Behavior<Command> tell(Function<RunState, List<RunEffect>> fact) {
        fact.apply(state.at(System.nanoTime())).forEach(effect -> effect.on(hands));
        return this;
    }

    private <T> void tellAfter(CompletionStage<T> work, Function<T, Function<RunState, List<RunEffect>>> fact) {
        after(work, result -> tell(fact.apply(result)));
    }

    /** From now on this coordinator leads, until another one claims a higher term. */
    private RunOrigin claim() {
        CheckpointStore checkpoints = at.setup().checkpoints();
        long epoch = Epoch.first(checkpoints.terms().claim());
        checkpoints.removeLeftovers();
        return new Origins(at.setup(), at.plane()).find(epoch, OptionalLong.empty());
    }

    /** Goes on, on this actor, once work done elsewhere has ended; a failure of it is this actor's. */
    private <T> void after(CompletionStage<T> work, Consumer<T> then) {
        getContext()
                .pipeToSelf(
                        work,
                        (result, failure) -> new Ended(() -> {
                            if (failure != null) {
                                throw new FailedWork(failure);
                            }
                            then.accept(result);
                        }));
    }
}
