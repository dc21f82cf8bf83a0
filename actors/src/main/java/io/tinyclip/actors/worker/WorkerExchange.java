package io.tinyclip.actors.worker;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.failpoint.Failpoint;
import io.tinyclip.model.FloatVector;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.PartitionFeatures;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What a worker exchanges with others in a step: what it fetches, what it publishes, and who hears of that. */
final class WorkerExchange {
    private final RunPlan plan;
    private final WirePlan wire;
    private final DataPlane plane;
    private final Executor arithmetic;
    private final WeightsFetch weights;
    private final ActorRef<WorkerCommand> self;
    private Optional<StepWork> work = Optional.empty();

    WorkerExchange(Worker.WorkerTools tools, ActorRef<WorkerCommand> self) {
        this.plan = tools.plan();
        this.wire = plan.wire();
        this.plane = tools.plane();
        this.arithmetic = tools.arithmetic();
        this.weights = new WeightsFetch(plan.optimizer(), arithmetic);
        this.self = self;
    }

    /** The step that this worker is at. */
    Optional<StepWork> now() {
        return work;
    }

    /** What was of the step before goes. */
    void begin(WorkerCommand.Step step) {
        forget();
        work = Optional.of(new StepWork(step, plan, plane));
    }

    /** Nobody fetches what was published for the step any more. */
    void forget() {
        work.ifPresent(ended -> {
            ended.end().forEach(plane::release);
            ended.reuse();
        });
    }

    /** @return (P,) */
    CompletionStage<FloatVector> weights(StepWork now) {
        return weights.fetch(now.step(), now.fetching("weights"));
    }

    CompletionStage<PartitionFeatures> features(StepWork now, WorkerEffect.FetchFeatures fetch) {
        return now.fetching(features(fetch.partition()))
                .fetch(fetch.handle())
                .thenApply(block -> FeatureBlock.split(block, fetch.floats()));
    }

    CompletionStage<float[]> logSumExps(StepWork now, WorkerEffect.FetchLogSumExps fetch) {
        return now.fetching(logSumExps(fetch.partition())).fetch(fetch.handle());
    }

    /** A partition's features are here, from whomever. */
    void keepFeatures(StepWork now, int partition, PartitionFeatures values) {
        now.features(partition, values);
        now.here(features(partition));
    }

    /** A partition's log-sum-exps are here, from whomever. */
    void keepLogSumExps(StepWork now, int partition, float[] values) {
        now.logSumExps(partition, values);
        now.here(logSumExps(partition));
    }

    /** While a transfer goes on, this worker is not late with what it waits for, nor with what is fetched from it. */
    void tellIfTransferring() {
        long sent = plane.links().stream().mapToLong(Link::sentBytes).sum();
        work.filter(now -> now.transfers(sent)).map(StepWork::step).ifPresent(step -> step.coordinator()
                .tell(new CoordinatorCommand.WorkerHere(step.stamp(), step.number(), true)));
    }

    void announceFeatures(StepWork now, int partition) {
        PartitionFeatures features = now.features(partition);
        Handle handle =
                publish(now, features(partition), () -> FloatBuffer.wrap(FeatureBlock.join(features)), wire.features());
        Stamp stamp = now.step().stamp();
        tellPeers(
                now,
                new WorkerCommand.FeaturesReady(
                        stamp, partition, handle, FeatureBlock.floats(features), self.narrow()));
        now.tellReached(partition, Reached.FEATURES);
    }

    void announceLogSumExps(StepWork now, int partition) {
        Handle handle =
                publish(now, logSumExps(partition), () -> FloatBuffer.wrap(now.logSumExps(partition)), Rounding.FP32);
        tellPeers(now, new WorkerCommand.LogSumExpsReady(now.step().stamp(), partition, handle, self.narrow()));
        now.tellReached(partition, Reached.LOG_SUM_EXPS);
    }

    /** Publishes a node's sum, once. @return what is to be told about it, once its checksums are computed */
    CompletionStage<SumAnnouncement> publishSum(StepWork now, Node node) {
        FloatVector sum = now.sum(node);
        Handle handle = publish(now, StepWork.SUM + node.level() + "-" + node.index(), sum::floats, wire.gradients());
        WorkerCommand.Step step = now.step();
        return CompletableFuture.supplyAsync(
                        () -> SumAnnouncement.of(step, node, handle, sum, plan.optimizer()), arithmetic)
                .whenComplete((announcement, failure) -> now.read());
    }

    void tell(SumAnnouncement announcement) {
        Failpoint.SUM_SEND.around(() -> announcement.tell(self.narrow()));
    }

    /** @param computing nanoseconds that this worker had computed by then with the step's weights */
    void tellDone(StepWork now, WorkerEffect.TellDone done, long computing) {
        WorkerCommand.Step step = now.step();
        step.coordinator()
                .tell(new CoordinatorCommand.PartitionDone(
                        step.stamp(),
                        step.number(),
                        done.partition(),
                        done.share().loss(),
                        done.share().entropy(),
                        computing,
                        done.share().leftOut(),
                        done.share().pins()));
    }

    private Handle publish(StepWork now, String name, Supplier<FloatBuffer> values, Rounding rounded) {
        String key = self.path().name() + "/" + name + "/" + now.step().stamp().key();
        return now.published(key, () -> plane.publish(key, values.get(), Encoding.of(rounded)));
    }

    private static String features(int partition) {
        return "features/" + partition;
    }

    private static String logSumExps(int partition) {
        return "log-sum-exps/" + partition;
    }

    private void tellPeers(StepWork now, WorkerCommand announcement) {
        now.step().leases().stream()
                .map(WorkerCommand.Grant::worker)
                .filter(peer -> !peer.equals(self))
                .distinct()
                .forEach(peer -> peer.tell(announcement));
    }
}
