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
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
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
     * @param floats as {@link FeatureBlock#floats} has them
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
    record Surroundings(
            RunPlan plan, DataPlane plane, Supplier<StepCompute> compute, Executor threads, Executor arithmetic) {}

    private record Share(double loss, double entropy) {}

    private final Surroundings surroundings;
    private final DataPlane plane;
    private final WirePlan wire;
    private final WeightsFetch weights;
    private final ComputeLane lane;
    private final StepClock clock;
    private final WorkerState state;
    private Optional<StepWork> work = Optional.empty();

    private Worker(ActorContext<Command> context, Surroundings surroundings, StepClock clock) {
        super(context);
        this.surroundings = surroundings;
        this.clock = clock;
        this.plane = surroundings.plane();
        this.wire = surroundings.plan().wire();
        this.weights = new WeightsFetch(plane, surroundings.arithmetic());
        this.lane = new ComputeLane(surroundings.compute().get(), surroundings.threads());
        this.state = new WorkerState(surroundings.plan().partitions());
    }

    static Behavior<Command> create(Surroundings surroundings) {
        return create(surroundings, new StepClock(System::nanoTime));
    }

    /** @param clock is told what this worker waits for; its threads are measured by the caller */
    static Behavior<Command> create(Surroundings surroundings, StepClock clock) {
        return Behaviors.setup(context -> new Worker(context, surroundings, clock));
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
        work.ifPresent(now -> now.leaseAgain(step));
        step.coordinator().tell(new Coordinator.WorkerHere(step.stamp(), step.number()));
        for (WorkerEffect effect : state.step(step.stamp(), step.attempt(), own)) {
            if (effect instanceof WorkerEffect.ForgetStep) {
                forget();
                clock.awaits(StepClock.Awaited.WEIGHTS);
                work = Optional.of(new StepWork(step, surroundings.plan()));
            } else if (effect instanceof WorkerEffect.Refuse refuse) {
                step.coordinator().tell(refuse.reply());
            } else {
                perform(effect);
            }
        }
        return this;
    }

    private Behavior<Command> onFeaturesReady(FeaturesReady ready) {
        WorkerState.Announcement announced = new WorkerState.Announcement(
                ready.stamp(), WorkerState.Values.FEATURES, ready.partition(), ready.features(), ready.floats());
        perform(state.announced(announced), ready.replyTo());
        return this;
    }

    private Behavior<Command> onLogSumExpsReady(LogSumExpsReady ready) {
        WorkerState.Announcement announced = new WorkerState.Announcement(
                ready.stamp(), WorkerState.Values.LOG_SUM_EXPS, ready.partition(), ready.logSumExps(), List.of());
        perform(state.announced(announced), ready.replyTo());
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
        forget();
        lane.close();
        return this;
    }

    private void forget() {
        work.ifPresent(ended -> ended.end().forEach(plane::release));
    }

    private void perform(List<WorkerEffect> effects, ActorRef<Refused> sender) {
        for (WorkerEffect effect : effects) {
            if (effect instanceof WorkerEffect.Refuse refuse) {
                sender.tell(refuse.reply());
            } else {
                perform(effect);
            }
        }
    }

    private void perform(WorkerEffect effect) {
        StepWork now = work.orElseThrow(() -> new IllegalStateException("no step for [" + effect + "]"));
        if (effect instanceof WorkerEffect.Install) {
            install(now);
        } else if (effect instanceof WorkerEffect.Prepare prepare) {
            Cursor cursor = now.step().stamp().cursor();
            prepare(cursor, prepare.partition(), () -> now.over() || now.weighed());
        } else if (effect instanceof WorkerEffect.PrepareNext next) {
            prepareNext(now, next.partition());
        } else if (effect instanceof WorkerEffect.ComputeFeatures compute) {
            computeFeatures(now, compute.partition());
        } else if (effect instanceof WorkerEffect.FetchFeatures fetch) {
            fetchFeatures(now, fetch);
        } else if (effect instanceof WorkerEffect.AnnounceFeatures announce) {
            announceFeatures(now, announce.partition());
        } else if (effect instanceof WorkerEffect.ComputeLogSumExps compute) {
            computeLogSumExps(now, compute.partition());
        } else if (effect instanceof WorkerEffect.FetchLogSumExps fetch) {
            fetchLogSumExps(now, fetch);
        } else if (effect instanceof WorkerEffect.AnnounceLogSumExps announce) {
            announceLogSumExps(now, announce.partition());
        } else if (effect instanceof WorkerEffect.ComputeGradient compute) {
            computeGradient(now, compute);
        } else if (effect instanceof WorkerEffect.AnnounceSubtree announce) {
            announceSubtree(now, announce);
        } else if (effect instanceof WorkerEffect.TellDone done) {
            clock.partitionDone();
            now.step()
                    .coordinator()
                    .tell(new Coordinator.PartitionDone(
                            now.step().stamp(), now.step().number(), done.partition(), done.loss(), done.entropy()));
        } else {
            throw new IllegalStateException("nobody sent what leads to [" + effect + "]");
        }
    }

    private void install(StepWork now) {
        await(
                weights.fetch(now.step()),
                vector -> install(now, vector),
                gone -> perform(state.weightsGone(now.step().stamp())));
    }

    private void install(StepWork now, FloatBuffer vector) {
        Step step = now.step();
        now.weigh();
        compute(
                now,
                compute -> {
                    compute.install(step.stamp().cursor(), step.layout(), vector);
                    return step.stamp();
                },
                stamp -> {
                    clock.awaits(StepClock.Awaited.FEATURES);
                    return state.installed(stamp);
                });
    }

    private void prepareNext(StepWork now, int partition) {
        Cursor next = surroundings.plan().next(now.step().stamp().cursor());
        if (!surroundings.plan().phaseComplete(next)) {
            prepare(next, partition, now::over);
        }
    }

    /** @param late whether it would only delay what is waited for */
    private void prepare(Cursor cursor, int partition, BooleanSupplier late) {
        await(
                lane.submit(compute -> {
                    if (!late.getAsBoolean()) {
                        compute.prepare(cursor, partition);
                    }
                    return cursor;
                }),
                ended -> {},
                Worker::fail);
    }

    private void computeFeatures(StepWork now, int partition) {
        Stamp stamp = now.step().stamp();
        compute(now, compute -> features(compute, stamp.cursor(), partition), features -> {
            now.features(partition, features);
            return state.featuresComputed(stamp, partition);
        });
    }

    /** Rounded before anybody sees them, this worker included. */
    private PartitionFeatures features(StepCompute compute, Cursor cursor, int partition) {
        return compute.features(cursor, partition).rounded(wire.features());
    }

    private void fetchFeatures(StepWork now, WorkerEffect.FetchFeatures fetch) {
        Stamp stamp = now.step().stamp();
        await(
                plane.fetch(fetch.handle()).thenApply(block -> FeatureBlock.split(block, fetch.floats())),
                features -> {
                    now.features(fetch.partition(), features);
                    perform(state.featuresFetched(stamp, fetch.partition()));
                },
                gone -> perform(state.featuresGone(stamp, fetch.partition(), fetch.handle())));
    }

    private void announceFeatures(StepWork now, int partition) {
        PartitionFeatures features = now.features(partition);
        Handle handle = publish(now, "features/" + partition, FeatureBlock.join(features), wire.features());
        ActorRef<Refused> self = getContext().getSelf().narrow();
        Stamp stamp = now.step().stamp();
        tellPeers(now, new FeaturesReady(stamp, partition, handle, FeatureBlock.floats(features), self));
        now.tellReached(partition, StepUnderWay.Reached.FEATURES);
    }

    private void computeLogSumExps(StepWork now, int partition) {
        Stamp stamp = now.step().stamp();
        List<PartitionFeatures> all = now.allFeatures();
        compute(now, compute -> compute.logSumExps(stamp.cursor(), partition, all), logSumExps -> {
            now.logSumExps(partition, logSumExps);
            return state.logSumExpsComputed(stamp, partition);
        });
    }

    private void fetchLogSumExps(StepWork now, WorkerEffect.FetchLogSumExps fetch) {
        Stamp stamp = now.step().stamp();
        await(
                plane.fetch(fetch.handle()),
                logSumExps -> {
                    now.logSumExps(fetch.partition(), logSumExps);
                    perform(state.logSumExpsFetched(stamp, fetch.partition()));
                },
                gone -> perform(state.logSumExpsGone(stamp, fetch.partition(), fetch.handle())));
    }

    private void announceLogSumExps(StepWork now, int partition) {
        Handle handle = publish(now, "log-sum-exps/" + partition, now.logSumExps(partition), Rounding.FP32);
        ActorRef<Refused> self = getContext().getSelf().narrow();
        tellPeers(now, new LogSumExpsReady(now.step().stamp(), partition, handle, self));
        now.tellReached(partition, StepUnderWay.Reached.LOG_SUM_EXPS);
    }

    private void computeGradient(StepWork now, WorkerEffect.ComputeGradient order) {
        Stamp stamp = now.step().stamp();
        int partition = order.partition();
        List<PartitionFeatures> features = now.allFeatures();
        List<float[]> logSumExps = now.allLogSumExps();
        compute(
                now,
                compute -> {
                    Contribution found = compute.gradient(stamp.cursor(), partition, features, logSumExps);
                    now.add(order.node(), partition, found.gradient());
                    return new Share(found.loss(), found.entropy());
                },
                share -> state.gradientComputed(stamp, partition, share.loss, share.entropy));
    }

    private void announceSubtree(StepWork now, WorkerEffect.AnnounceSubtree announce) {
        Node node = announce.node();
        float[] sum = now.sum(node);
        Handle handle = publish(now, "gradient/" + node.level() + "-" + node.index(), sum, wire.gradients());
        await(
                SumAnnouncement.of(now.step(), node, handle, sum, surroundings.arithmetic()),
                announcement -> announcement.tell(getContext().getSelf().narrow()),
                Worker::fail);
    }

    private Handle publish(StepWork now, String name, float[] values, Rounding rounded) {
        String self = getContext().getSelf().path().name();
        String key = self + "/" + name + "/" + now.step().stamp().key();
        Handle handle = plane.publish(key, FloatBuffer.wrap(values), Encoding.of(rounded));
        now.published(handle);
        return handle;
    }

    private void tellPeers(StepWork now, Command announcement) {
        now.step().leases().stream()
                .map(Grant::worker)
                .filter(peer -> !peer.equals(getContext().getSelf()))
                .distinct()
                .forEach(peer -> peer.tell(announcement));
    }

    /** Runs tensor work, unless the step is over by then; a failure of it is this actor's. */
    private <T> void compute(StepWork now, Function<StepCompute, T> task, Function<T, List<WorkerEffect>> after) {
        await(
                lane.submit(compute -> now.over() ? Optional.<T>empty() : Optional.of(task.apply(compute))),
                result -> perform(result.map(after).orElseGet(state::skipped)),
                Worker::fail);
    }

    /** Goes on, on this actor, once the result of work done elsewhere is here. */
    private <T> void await(CompletionStage<T> result, Consumer<T> success, Consumer<Throwable> failure) {
        getContext()
                .pipeToSelf(
                        result,
                        (value, failed) ->
                                new Ended(failed == null ? () -> success.accept(value) : () -> failure.accept(failed)));
    }

    private static void fail(Throwable failure) {
        throw new FailedWork(failure);
    }

    private void perform(List<WorkerEffect> effects) {
        effects.forEach(this::perform);
    }
}
