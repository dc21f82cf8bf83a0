package io.tinyclip.actors.worker;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.FloatVector;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.PartitionFeatures;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

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
        this.weights = new WeightsFetch(plane, arithmetic);
        this.self = self;
    }

    /** The step that this worker is at. */
    Optional<StepWork> now() {
        return work;
    }

    /** What was of the step before goes. */
    void begin(WorkerCommand.Step step) {
        forget();
        work = Optional.of(new StepWork(step, plan));
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
        return weights.fetch(now.step());
    }

    CompletionStage<PartitionFeatures> features(WorkerEffect.FetchFeatures fetch) {
        return plane.fetch(fetch.handle()).thenApply(block -> FeatureBlock.split(block, fetch.floats()));
    }

    CompletionStage<float[]> logSumExps(WorkerEffect.FetchLogSumExps fetch) {
        return plane.fetch(fetch.handle());
    }

    void announceFeatures(StepWork now, int partition) {
        PartitionFeatures features = now.features(partition);
        Handle handle =
                publish(now, "features/" + partition, FloatBuffer.wrap(FeatureBlock.join(features)), wire.features());
        Stamp stamp = now.step().stamp();
        tellPeers(
                now,
                new WorkerCommand.FeaturesReady(
                        stamp, partition, handle, FeatureBlock.floats(features), self.narrow()));
        now.tellReached(partition, Reached.FEATURES);
    }

    void announceLogSumExps(StepWork now, int partition) {
        Handle handle =
                publish(now, "log-sum-exps/" + partition, FloatBuffer.wrap(now.logSumExps(partition)), Rounding.FP32);
        tellPeers(now, new WorkerCommand.LogSumExpsReady(now.step().stamp(), partition, handle, self.narrow()));
        now.tellReached(partition, Reached.LOG_SUM_EXPS);
    }

    /** Publishes a node's sum. @return what is to be told about it, once its checksums are computed */
    CompletionStage<SumAnnouncement> publishSum(StepWork now, Node node) {
        FloatVector sum = now.sum(node);
        Handle handle = publish(now, "gradient/" + node.level() + "-" + node.index(), sum.floats(), wire.gradients());
        return SumAnnouncement.of(now.step(), node, handle, sum, arithmetic)
                .whenComplete((announcement, failure) -> now.read());
    }

    void tell(SumAnnouncement announcement) {
        announcement.tell(self.narrow());
    }

    void tellDone(StepWork now, WorkerEffect.TellDone done) {
        WorkerCommand.Step step = now.step();
        step.coordinator()
                .tell(new CoordinatorCommand.PartitionDone(
                        step.stamp(), step.number(), done.partition(), done.loss(), done.entropy()));
    }

    private Handle publish(StepWork now, String name, FloatBuffer values, Rounding rounded) {
        String key = self.path().name() + "/" + name + "/" + now.step().stamp().key();
        Handle handle = plane.publish(key, values, Encoding.of(rounded));
        now.published(handle);
        return handle;
    }

    private void tellPeers(StepWork now, WorkerCommand announcement) {
        now.step().leases().stream()
                .map(WorkerCommand.Grant::worker)
                .filter(peer -> !peer.equals(self))
                .distinct()
                .forEach(peer -> peer.tell(announcement));
    }
}
