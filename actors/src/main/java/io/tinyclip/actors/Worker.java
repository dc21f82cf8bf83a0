package io.tinyclip.actors;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.StepCompute;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Computes the partitions that it is leased. What it does is decided by {@link WorkerState}. */
final class Worker extends AbstractBehavior<Worker.Command> {
    sealed interface Command permits Step, FeaturesReady, LogSumExpsReady, Refused, Ended {}

    /** Partitions {@code [from, to)} are this worker's. */
    record Grant(ActorRef<Command> worker, int from, int to) {}

    /** A shard of the step's vector, and who reduces its gradient. */
    record Shard(ActorRef<ParameterServer.Command> server, ShardWeights weights) {}

    /**
     * From the coordinator: compute these partitions. Sent again, it makes the worker announce again what it has.
     *
     * @param attempt higher where leases have changed within the step
     * @param number what the coordinator calls the worker that this is sent to
     * @param question for whoever computes the sum of just that node
     */
    record Step(
            Stamp stamp,
            int attempt,
            int number,
            Layout layout,
            List<Grant> leases,
            List<Shard> shards,
            Optional<Dispute.Question> question,
            ActorRef<Coordinator.Command> coordinator)
            implements Command {}

    /**
     * From a peer: features of one of its partitions can be fetched.
     *
     * @param floats of each feature in the block, in its order
     */
    record FeaturesReady(Stamp stamp, int partition, Handle features, List<Integer> floats, ActorRef<Refused> replyTo)
            implements Command {}

    /** From a peer: log-sum-exps of one of its partitions can be fetched. */
    record LogSumExpsReady(Stamp stamp, int partition, Handle logSumExps, ActorRef<Refused> replyTo)
            implements Command {}

    /** Runs on this actor once work done elsewhere has ended. */
    record Ended(Runnable then) implements Command, NoSerializationVerificationNeeded {}

    /**
     * What a worker works with.
     *
     * @param plan of the run
     * @param compute its tensor work, which it closes
     * @param threads where that runs
     * @param arithmetic where arrays are put together
     */
    record WorkerTools(
            RunPlan plan, DataPlane plane, Supplier<StepCompute> compute, Executor threads, Executor arithmetic) {}

    private final StepClock clock;
    private final WorkerState state;
    private final WorkerExchange exchange;
    private final WorkerCompute compute;
    private final WorkerHands.Parts parts;

    private Worker(ActorContext<Command> context, WorkerTools tools, StepClock clock) {
        super(context);
        this.clock = clock;
        this.state = new WorkerState(tools.plan().partitions());
        this.exchange = new WorkerExchange(tools, context.getSelf());
        this.compute = new WorkerCompute(tools);
        this.parts = new WorkerHands.Parts(state, compute, exchange, clock, new AfterWork<>(context, Ended::new));
    }

    static Behavior<Command> create(WorkerTools tools) {
        return create(tools, new StepClock(System::nanoTime));
    }

    /** @param clock is told what this worker waits for; its threads are measured by the caller */
    static Behavior<Command> create(WorkerTools tools, StepClock clock) {
        return Behaviors.setup(context -> new Worker(context, tools, clock));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Step.class, this::onStep)
                .onMessage(FeaturesReady.class, this::onFeaturesReady)
                .onMessage(LogSumExpsReady.class, this::onLogSumExpsReady)
                .onMessage(Refused.class, this::onRefused)
                .onMessage(Ended.class, this::onEnded)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> onStep(Step step) {
        List<Range> own = step.leases().stream()
                .filter(grant -> grant.worker().equals(getContext().getSelf()))
                .map(grant -> new Range(grant.from(), grant.to()))
                .toList();
        clock.leases(own.stream().mapToInt(Range::length).sum());
        exchange.now().ifPresent(now -> now.leaseAgain(step));
        step.coordinator().tell(new Coordinator.WorkerHere(step.stamp(), step.number()));
        WorkerHands.perform(parts, step, state.step(step.stamp(), step.attempt(), own));
        return this;
    }

    private Behavior<Command> onFeaturesReady(FeaturesReady ready) {
        WorkerState.Announcement announced = new WorkerState.Announcement(
                ready.stamp(), WorkerState.Values.FEATURES, ready.partition(), ready.features(), ready.floats());
        WorkerHands.perform(parts, ready.replyTo()::tell, state.announced(announced));
        return this;
    }

    private Behavior<Command> onLogSumExpsReady(LogSumExpsReady ready) {
        WorkerState.Announcement announced = new WorkerState.Announcement(
                ready.stamp(), WorkerState.Values.LOG_SUM_EXPS, ready.partition(), ready.logSumExps(), List.of());
        WorkerHands.perform(parts, ready.replyTo()::tell, state.announced(announced));
        return this;
    }

    private Behavior<Command> onRefused(Refused refused) {
        getContext().getLog().debug("refused, {}: {}", refused.stamp(), refused.reason());
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        ended.then.run();
        return this;
    }

    private Behavior<Command> onPostStop() {
        exchange.forget();
        compute.close();
        return this;
    }
}
