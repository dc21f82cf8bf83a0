package io.tinyclip.actors.lead;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.tinyclip.actors.bounds.CoordinatorBounds;
import io.tinyclip.actors.bounds.Gate;
import io.tinyclip.actors.bounds.Rejections;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.run.RunDescription;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunRules;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.actors.task.AfterWork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** Leads a run through its steps. What it does is decided by {@link RunState}. */
public final class Coordinator extends AbstractBehavior<CoordinatorCommand> {
    /** What this actor tells itself, and is told in its own process. */
    sealed interface Command extends CoordinatorCommand.Local {}

    /** A worker wants to go. Answered once it has no leases any more; asked again, it is answered again. */
    public record WorkerLeaving(ActorRef<WorkerCommand> worker, ActorRef<Released> replyTo) implements Command {}

    /** A server wants to go. Answered once its shard has moved; asked again, it is answered again. */
    public record ServerLeaving(ActorRef<ServerCommand> server, ActorRef<Released> replyTo) implements Command {}

    /** A worker's machine is gone, as it seems; should it live, it joins again. */
    public record WorkerGone(ActorRef<WorkerCommand> worker) implements Command {}

    /** A server's machine is gone, as it seems; should it live, it joins again, and what it held is not counted on. */
    public record ServerGone(ActorRef<ServerCommand> server) implements Command {}

    /** Who wanted to go may. */
    public record Released(ActorRef<?> member) implements NoSerializationVerificationNeeded {}

    /** How does the run stand? */
    public record Describe(ActorRef<Description> replyTo) implements Command {}

    /** So the run stands. */
    public record Description(RunDescription run) implements NoSerializationVerificationNeeded {}

    /** From the registrar, before a worker or server joins: it answers by this door, whatever it is asked. */
    public record Opened(ActorRef<?> member, ActorRef<CoordinatorCommand> door) implements Command {}

    private record WorkerLost(int worker) implements Command {}

    private record ServerLost(int server) implements Command {}

    private record Tick() implements Command {}

    private record Remind() implements Command {}

    /** Runs on this actor once work done elsewhere has ended. */
    private record Ended(Runnable then) implements Command {}

    private static final int TICKS_A_DEADLINE = 4;

    private final LeadTools at;
    private final Hands hands;
    private final AfterWork<CoordinatorCommand> later;
    private final RunState state;
    private final Rejections rejections = new Rejections();
    private final ClaimedTerms claimedTerms;

    private Coordinator(
            ActorContext<CoordinatorCommand> context, LeadTools tools, TimerScheduler<CoordinatorCommand> timers) {
        super(context);
        this.at = tools;
        RunRules rules = at.setup().rules(at.policy());
        this.state = new RunState(rules, at.setup().startPosition());
        this.later = new AfterWork<>(context, Ended::new);
        this.claimedTerms = new ClaimedTerms(at.setup().checkpoints(), at.files(), later);
        this.hands = new Hands(tools, context, this::tellAfter, later);
        hands.tellJudges();
        timers.startTimerWithFixedDelay(new Remind(), at.remindAfter());
        Duration tick = at.policy().deadline().least().dividedBy(TICKS_A_DEADLINE);
        timers.startTimerWithFixedDelay(new Tick(), tick);
        later.then(
                CompletableFuture.supplyAsync(
                        () -> at.disk()
                                .doing(
                                        "claiming a term and reading a checkpoint",
                                        hands.origins().bytes(),
                                        () -> hands.origins().claim(at.listener())),
                        at.files()),
                begun -> {
                    hands.lead(begun.term());
                    tell(run -> run.told(begun.told()).found(begun.origin()));
                });
    }

    public static Behavior<CoordinatorCommand> create(LeadTools tools) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            Coordinator coordinator = new Coordinator(context, tools, timers);
            CoordinatorBounds bounds = new CoordinatorBounds(tools.setup().plan(), coordinator::frame);
            return Gate.before(coordinator, CoordinatorCommand.class, bounds::wrong, coordinator.rejections);
        }));
    }

    private CoordinatorBounds.Frame frame() {
        return state.frame(hands.workers().size());
    }

    @Override
    public Receive<CoordinatorCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(CoordinatorCommand.WorkerJoined.class, this::onWorkerJoined)
                .onMessage(CoordinatorCommand.ServerJoined.class, this::onServerJoined)
                .onMessage(Opened.class, this::onOpened)
                .onMessage(WorkerGone.class, this::onWorkerGone)
                .onMessage(ServerGone.class, this::onServerGone)
                .onMessage(WorkerLeaving.class, this::onWorkerLeaving)
                .onMessage(ServerLeaving.class, this::onServerLeaving)
                .onMessage(Describe.class, this::onDescribe)
                .onMessage(
                        CoordinatorCommand.ShardReady.class,
                        it -> tell(run -> run.shardReady(it.stamp(), it.shard(), it.published())))
                .onMessage(
                        CoordinatorCommand.WorkerHere.class,
                        it -> tell(run -> run.heard(it.stamp(), it.worker(), it.transfers())))
                .onMessage(CoordinatorCommand.PartitionReached.class, this::onPartitionReached)
                .onMessage(CoordinatorCommand.PartitionDone.class, it -> tell(run -> run.partitionDone(it)))
                .onMessage(CoordinatorCommand.Reduced.class, this::onReduced)
                .onMessage(CoordinatorCommand.Disputed.class, it -> tell(run -> run.disputed(it)))
                .onMessage(CoordinatorCommand.QuestionAnswered.class, it -> tell(run -> run.questionAnswered(it)))
                .onMessage(CoordinatorCommand.CutDecided.class, it -> tell(run -> run.cutDecided(it)))
                .onMessage(CoordinatorCommand.Holds.class, this::onHolds)
                .onMessage(
                        CoordinatorCommand.CopyFilled.class, it -> tell(run -> run.copyFilled(it.stamp(), it.shard())))
                .onMessage(
                        CoordinatorCommand.CopyReady.class,
                        it -> tell(run -> run.copyReady(it.stamp(), it.shard(), Optional.of(it.published()))))
                .onMessage(
                        CoordinatorCommand.CopyGone.class,
                        it -> tell(run -> run.copyReady(it.stamp(), it.shard(), Optional.empty())))
                .onMessage(Judging.Asked.class, asked -> judge(judging -> judging.begin(asked)))
                .onMessage(CoordinatorCommand.PartEmbedded.class, it -> judge(judging -> judging.embedded(it)))
                .onMessage(CoordinatorCommand.PartRefused.class, it -> judge(judging -> judging.refused(it)))
                .onMessage(Refused.class, this::onRefused)
                .onMessage(CoordinatorCommand.Stop.class, it -> tell(RunState::stop))
                .onMessage(WorkerLost.class, it -> onWorkerLost(it.worker))
                .onMessage(ServerLost.class, this::onServerLost)
                .onMessage(Tick.class, this::onTick)
                .onMessage(Remind.class, it -> tell(RunState::remind))
                .onMessage(Ended.class, this::onEnded)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<CoordinatorCommand> onWorkerJoined(CoordinatorCommand.WorkerJoined joined) {
        hands.workers().join(joined.worker()).ifPresent(worker -> {
            getContext().watchWith(joined.worker(), new WorkerLost(worker));
            String name = hands.workers().name(worker);
            judge(judging -> judging.joined(worker));
            tell(run -> run.workerJoined(worker, new Workers.Identity(name, joined.numericClass())));
        });
        return this;
    }

    private Behavior<CoordinatorCommand> onServerJoined(CoordinatorCommand.ServerJoined joined) {
        hands.servers().join(joined.server()).ifPresent(server -> {
            getContext().watchWith(joined.server(), new ServerLost(server));
            String host = joined.server().path().address().getHost().orElse("");
            tell(run -> run.serverJoined(server, host));
        });
        return this;
    }

    private Behavior<CoordinatorCommand> onOpened(Opened opened) {
        hands.answersBy(opened.member, opened.door);
        return this;
    }

    private Behavior<CoordinatorCommand> onHolds(CoordinatorCommand.Holds holds) {
        hands.servers()
                .number(holds.server())
                .ifPresent(server -> tell(run -> run.holds(holds.stamp(), server, holds.holding())));
        return this;
    }

    private Behavior<CoordinatorCommand> onServerLost(ServerLost lost) {
        hands.serverLost();
        return tell(run -> run.serverLost(lost.server));
    }

    private Behavior<CoordinatorCommand> onWorkerGone(WorkerGone gone) {
        hands.workers().leave(gone.worker).ifPresent(worker -> {
            getContext().unwatch(gone.worker);
            onWorkerLost(worker);
        });
        return this;
    }

    private Behavior<CoordinatorCommand> onWorkerLost(int worker) {
        judge(judging -> judging.lost(worker));
        return tell(run -> run.workerLost(worker));
    }

    private Behavior<CoordinatorCommand> onPostStop() {
        hands.end();
        return this;
    }

    private Behavior<CoordinatorCommand> judge(Consumer<Judging> fact) {
        fact.accept(hands.judging());
        return this;
    }

    private Behavior<CoordinatorCommand> onServerGone(ServerGone gone) {
        hands.servers().leave(gone.server).ifPresent(server -> {
            getContext().unwatch(gone.server);
            onServerLost(new ServerLost(server));
        });
        return this;
    }

    private Behavior<CoordinatorCommand> onWorkerLeaving(WorkerLeaving leaving) {
        int worker = hands.workers().leaving(leaving.worker, leaving.replyTo);
        judge(judging -> judging.lost(worker));
        return tell(run -> run.workerLeaving(worker));
    }

    private Behavior<CoordinatorCommand> onServerLeaving(ServerLeaving leaving) {
        return tell(run -> run.serverLeaving(hands.servers().leaving(leaving.server, leaving.replyTo)));
    }

    private Behavior<CoordinatorCommand> onDescribe(Describe ask) {
        RunDescription run = state.at(System.nanoTime()).describe(hands.servers()::name, rejections.count());
        ask.replyTo.tell(new Description(run));
        return this;
    }

    private Behavior<CoordinatorCommand> onPartitionReached(CoordinatorCommand.PartitionReached it) {
        return tell(run -> run.reached(it.stamp(), it.worker(), it.partition(), it.reached()));
    }

    private Behavior<CoordinatorCommand> onReduced(CoordinatorCommand.Reduced it) {
        hands.masks(it);
        return tell(run -> run.reduced(it.stamp(), it.shard(), it.squaredNorms(), it.sparsityExpected()));
    }

    /** That a higher term is obeyed anybody may say; whether there is one the run folder tells. */
    private Behavior<CoordinatorCommand> onRefused(Refused refused) {
        long term = Epoch.term(refused.epoch());
        if (term <= Epoch.term(frame().epoch())) {
            getContext().getLog().info("refused, {}: {}", refused.stamp(), refused.reason());
            return tell(run -> run.refused(refused));
        }
        claimedTerms.isClaimed(term, claimed -> followed(refused, claimed));
        return this;
    }

    private void followed(Refused refused, boolean claimed) {
        if (claimed) {
            getContext().getLog().warn("refused, {}: {}", refused.stamp(), refused.reason());
            tell(run -> run.refused(refused));
        } else {
            rejections.add("somebody", "Refused, of a term that nobody has claimed: " + refused.reason());
        }
    }

    private Behavior<CoordinatorCommand> onTick(Tick tick) {
        at.disk().look(System.nanoTime());
        judge(Judging::tick);
        return tell(RunState::tick);
    }

    private Behavior<CoordinatorCommand> onEnded(Ended ended) {
        ended.then.run();
        return this;
    }

    private Behavior<CoordinatorCommand> tell(Function<RunState, List<RunEffect>> fact) {
        fact.apply(state.at(System.nanoTime())).forEach(effect -> effect.on(hands));
        return this;
    }

    private <T> void tellAfter(CompletionStage<T> work, Function<T, Function<RunState, List<RunEffect>>> fact) {
        later.then(work, result -> tell(fact.apply(result)));
    }
}
