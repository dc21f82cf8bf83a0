package io.tinyclip.actors.worker;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.tinyclip.actors.bounds.Gate;
import io.tinyclip.actors.bounds.Reign;
import io.tinyclip.actors.bounds.Rejections;
import io.tinyclip.actors.bounds.WorkerBounds;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.task.AfterWork;
import io.tinyclip.evaluate.PartEmbedder;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.StepCompute;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Computes the partitions that it is leased. What it does is decided by {@link WorkerState}. */
public final class Worker extends AbstractBehavior<WorkerCommand> {
    /** What this actor tells itself, and is told in its own process. */
    sealed interface Command extends WorkerCommand.Local {}

    /** Runs on this actor once work done elsewhere has ended. */
    public record Ended(Runnable then) implements Command {}

    /** It is time to say whether bytes come or go. */
    private record TellIfTransferring() implements Command {}

    /**
     * What a worker works with.
     *
     * @param plan of the run
     * @param compute its tensor work, which it closes
     * @param embedder makes what it embeds with where a model is judged
     * @param threads where both run
     * @param arithmetic where arrays are put together
     */
    public record WorkerTools(
            RunPlan plan,
            DataPlane plane,
            Supplier<StepCompute> compute,
            Supplier<PartEmbedder> embedder,
            Executor threads,
            Executor arithmetic) {
        /** Of a worker that embeds no sets. */
        public WorkerTools(
                RunPlan plan, DataPlane plane, Supplier<StepCompute> compute, Executor threads, Executor arithmetic) {
            this(plan, plane, compute, PartEmbedder::none, threads, arithmetic);
        }
    }

    private static final String INTERVAL = "tinyclip.actors.report-every";

    private final StepClock clock;
    private final WorkerState state;
    private final WorkerExchange exchange;
    private final WorkerCompute compute;
    private final WorkerHands.Parts parts;
    private final PartEmbedding embedding;
    private Optional<WorkerCommand.Step> held = Optional.empty();

    private Worker(
            ActorContext<WorkerCommand> context,
            TimerScheduler<WorkerCommand> timers,
            WorkerTools tools,
            StepClock clock) {
        super(context);
        timers.startTimerWithFixedDelay(
                new TellIfTransferring(),
                context.getSystem().settings().config().getDuration(INTERVAL));
        this.clock = clock;
        this.state = new WorkerState(tools.plan().partitions());
        this.exchange = new WorkerExchange(tools, context.getSelf());
        this.compute = new WorkerCompute(tools);
        AfterWork<WorkerCommand> after = new AfterWork<>(context, Ended::new);
        this.parts = new WorkerHands.Parts(state, compute, exchange, clock, after);
        this.embedding = new PartEmbedding(tools, after);
    }

    /** Of a run in one process. */
    public static Behavior<WorkerCommand> create(WorkerTools tools) {
        return create(tools, new StepClock(System::nanoTime), Reign.any(), new Rejections());
    }

    /**
     * @param clock is told what this worker waits for; its threads are measured by the caller
     * @param reign of whoever leads, as this machine is told
     */
    public static Behavior<WorkerCommand> create(
            WorkerTools tools, StepClock clock, Reign reign, Rejections rejections) {
        WorkerBounds bounds = new WorkerBounds(tools.plan(), reign);
        return Gate.before(
                Behaviors.setup(context -> Behaviors.withTimers(timers -> new Worker(context, timers, tools, clock))),
                WorkerCommand.class,
                bounds::wrong,
                rejections);
    }

    @Override
    public Receive<WorkerCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(WorkerCommand.Step.class, this::onStep)
                .onMessage(WorkerCommand.FeaturesReady.class, this::onFeaturesReady)
                .onMessage(WorkerCommand.LogSumExpsReady.class, this::onLogSumExpsReady)
                .onMessage(WorkerCommand.EmbedPart.class, this::onEmbedPart)
                .onMessage(Refused.class, this::onRefused)
                .onMessage(Ended.class, this::onEnded)
                .onMessage(TellIfTransferring.class, this::onTellIfTransferring)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<WorkerCommand> onStep(WorkerCommand.Step step) {
        step.coordinator().tell(new CoordinatorCommand.WorkerHere(step.stamp(), step.number(), false));
        if (state.owes(step.stamp())) {
            held = Optional.of(step);
        } else {
            held = held.filter(later -> step.stamp().before(later.stamp()));
            begin(step);
        }
        return this;
    }

    private Behavior<WorkerCommand> onEmbedPart(WorkerCommand.EmbedPart order) {
        embedding.embed(order);
        return this;
    }

    private void begin(WorkerCommand.Step step) {
        embedding.end();
        List<Range> own = own(step, false);
        clock.leases(own.stream().mapToInt(Range::length).sum());
        exchange.now().ifPresent(now -> now.leaseAgain(step));
        WorkerHands.perform(parts, step, state.step(step.stamp(), step.attempt(), own, own(step, true)));
    }

    private List<Range> own(WorkerCommand.Step step, boolean second) {
        return step.leases().stream()
                .filter(grant -> grant.worker().equals(getContext().getSelf()) && grant.second() == second)
                .map(grant -> new Range(grant.from(), grant.to()))
                .toList();
    }

    private Behavior<WorkerCommand> onFeaturesReady(WorkerCommand.FeaturesReady ready) {
        WorkerState.Announcement announced = new WorkerState.Announcement(
                ready.stamp(), WorkerState.Values.FEATURES, ready.partition(), ready.features(), ready.floats());
        WorkerHands.perform(parts, ready.replyTo()::tell, state.announced(announced));
        return this;
    }

    private Behavior<WorkerCommand> onLogSumExpsReady(WorkerCommand.LogSumExpsReady ready) {
        WorkerState.Announcement announced = new WorkerState.Announcement(
                ready.stamp(), WorkerState.Values.LOG_SUM_EXPS, ready.partition(), ready.logSumExps(), List.of());
        WorkerHands.perform(parts, ready.replyTo()::tell, state.announced(announced));
        return this;
    }

    private Behavior<WorkerCommand> onRefused(Refused refused) {
        getContext().getLog().debug("refused, {}: {}", refused.stamp(), refused.reason());
        return this;
    }

    private Behavior<WorkerCommand> onEnded(Ended ended) {
        ended.then.run();
        held.filter(step -> !state.owes(step.stamp())).ifPresent(step -> {
            held = Optional.empty();
            begin(step);
        });
        return this;
    }

    private Behavior<WorkerCommand> onTellIfTransferring(TellIfTransferring tick) {
        exchange.tellIfTransferring();
        return this;
    }

    private Behavior<WorkerCommand> onPostStop() {
        exchange.forget();
        embedding.end();
        compute.close();
        return this;
    }
}
