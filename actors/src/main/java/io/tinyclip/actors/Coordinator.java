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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Leads a run through its steps. What it does is decided by {@link RunState}. */
final class Coordinator extends AbstractBehavior<Coordinator.Command> {
    sealed interface Command
            permits WorkerJoined,
                    ServerJoined,
                    ShardReady,
                    PartitionDone,
                    Reduced,
                    CutDecided,
                    Refused,
                    Stop,
                    WorkerLost,
                    ServerLost,
                    Remind,
                    Ended {}

    /** A worker offers itself; it gets leases from the next step on. */
    record WorkerJoined(ActorRef<Worker.Command> worker) implements Command {}

    /** A parameter server offers itself; the run begins when there are enough. */
    record ServerJoined(ActorRef<ParameterServer.Command> server) implements Command {}

    /** A shard holds this version, and publishes it. */
    record ShardReady(Stamp stamp, int shard, Published published) implements Command {}

    /**
     * A worker has the gradient of a partition.
     *
     * @param loss the partition's share; shares add up
     * @param entropy the partition's share of the targets' entropy
     */
    record PartitionDone(Stamp stamp, int partition, double loss, double entropy) implements Command {}

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

    private record Remind() implements Command, NoSerializationVerificationNeeded {}

    /** Runs on this actor once work done elsewhere has ended. */
    private record Ended(Runnable then) implements Command, NoSerializationVerificationNeeded {}

    private final CoordinatorSurroundings at;
    private final RunEffects effects;
    private Optional<RunOrigin> origin = Optional.empty();
    private Optional<RunState> state = Optional.empty();
    private final List<Function<RunState, List<RunEffect>>> held = new ArrayList<>();

    private Coordinator(
            ActorContext<Command> context, CoordinatorSurroundings surroundings, TimerScheduler<Command> timers) {
        super(context);
        this.at = surroundings;
        this.effects = new RunEffects(surroundings, context.getSelf(), this::tellAfter);
        timers.startTimerWithFixedDelay(new Remind(), surroundings.remindAfter());
        after(CompletableFuture.supplyAsync(this::claim, at.files()), found -> {
            origin = Optional.of(found);
            beginIfComplete();
        });
    }

    static Behavior<Command> create(CoordinatorSurroundings surroundings) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new Coordinator(context, surroundings, timers)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(WorkerJoined.class, this::onWorkerJoined)
                .onMessage(ServerJoined.class, this::onServerJoined)
                .onMessage(ShardReady.class, this::onShardReady)
                .onMessage(PartitionDone.class, this::onPartitionDone)
                .onMessage(Reduced.class, this::onReduced)
                .onMessage(CutDecided.class, this::onCutDecided)
                .onMessage(Refused.class, this::onRefused)
                .onMessage(Stop.class, this::onStop)
                .onMessage(WorkerLost.class, this::onWorkerLost)
                .onMessage(ServerLost.class, this::onServerLost)
                .onMessage(Remind.class, this::onRemind)
                .onMessage(Ended.class, this::onEnded)
                .build();
    }

    private Behavior<Command> onWorkerJoined(WorkerJoined joined) {
        effects.join(joined.worker).ifPresent(worker -> {
            getContext().watchWith(joined.worker, new WorkerLost(worker));
            state.ifPresent(run -> run.workerJoined(worker));
            beginIfComplete();
        });
        return this;
    }

    /** Shards are given out when the run begins: a server that comes later holds none. */
    private Behavior<Command> onServerJoined(ServerJoined joined) {
        if (state.isEmpty()) {
            effects.joinServer(joined.server).ifPresent(server -> {
                getContext().watchWith(joined.server, new ServerLost(server));
                beginIfComplete();
            });
        }
        return this;
    }

    private Behavior<Command> onShardReady(ShardReady ready) {
        return tell(run -> run.shardReady(ready.stamp, ready.shard, ready.published, System.nanoTime()));
    }

    private Behavior<Command> onPartitionDone(PartitionDone done) {
        return tell(run -> run.partitionDone(done.stamp, done.partition, done.loss, done.entropy));
    }

    private Behavior<Command> onReduced(Reduced reduced) {
        return tell(run -> run.reduced(reduced.stamp, reduced.shard, reduced.squaredNorms, reduced.sparsityExpected));
    }

    private Behavior<Command> onCutDecided(CutDecided decided) {
        return tell(run -> run.cutDecided(decided));
    }

    private Behavior<Command> onRefused(Refused refused) {
        getContext().getLog().warn("refused, {}: {}", refused.stamp(), refused.reason());
        return tell(run -> run.refused(refused));
    }

    private Behavior<Command> onStop(Stop stop) {
        return tell(RunState::stop);
    }

    private Behavior<Command> onWorkerLost(WorkerLost lost) {
        return tell(run -> run.workerLost(lost.worker));
    }

    private Behavior<Command> onServerLost(ServerLost lost) {
        return tell(run -> run.serverLost(lost.server));
    }

    private Behavior<Command> onRemind(Remind remind) {
        if (state.isPresent()) {
            tell(RunState::remind);
        }
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        ended.then.run();
        return this;
    }

    private <T> void tellAfter(CompletionStage<T> work, BiFunction<RunState, T, List<RunEffect>> fact) {
        after(work, result -> tell(run -> fact.apply(run, result)));
    }

    /** What is known before the run has begun (a loss, a wish to stop) is told to it when it has. */
    private Behavior<Command> tell(Function<RunState, List<RunEffect>> fact) {
        state.ifPresentOrElse(run -> fact.apply(run).forEach(effects::perform), () -> held.add(fact));
        return this;
    }

    private void beginIfComplete() {
        if (state.isPresent() || origin.isEmpty() || !effects.complete()) {
            return;
        }
        RunOrigin from = origin.get();
        effects.loadFrom(from);
        RunState.Terms terms = new RunState.Terms(
                at.setup().plan(), from.epoch(), effects.servers(), at.setup().checkpointSteps());
        List<Integer> living = IntStream.range(0, effects.workers()).boxed().toList();
        state = Optional.of(new RunState(terms, living, from.position(), from.digest()));
        tell(RunState::begin);
        held.forEach(this::tell);
        held.clear();
    }

    /** From now on this coordinator leads, until another one claims a higher term. */
    private RunOrigin claim() {
        CheckpointStore checkpoints = at.setup().checkpoints();
        long epoch = Epoch.first(checkpoints.terms().claim());
        checkpoints.removeLeftovers();
        return RunOrigin.find(at.setup(), at.plane(), epoch, OptionalLong.empty());
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
