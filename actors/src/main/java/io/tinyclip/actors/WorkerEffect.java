package io.tinyclip.actors;

import io.tinyclip.actors.plane.Handle;
import io.tinyclip.reduce.Node;
import java.util.List;

/** What {@link WorkerState} wants done; the worker does it, in order. */
sealed interface WorkerEffect {
    /** What was published and held for the step before is not needed any more. */
    record ForgetStep() implements WorkerEffect {}

    /** The step's weights are fetched from every shard and installed. */
    record Install() implements WorkerEffect {}

    /** What the features of a partition need besides the weights is made while those are on their way. */
    record Prepare(int partition) implements WorkerEffect {}

    /** The same for the step that will come after this one, where that is known. */
    record PrepareNext(int partition) implements WorkerEffect {}

    record ComputeFeatures(int partition) implements WorkerEffect {}

    record FetchFeatures(int partition, Handle handle, List<Integer> floats) implements WorkerEffect {}

    /** The partition's features are published and announced to all workers of the step. */
    record AnnounceFeatures(int partition) implements WorkerEffect {}

    record ComputeLogSumExps(int partition) implements WorkerEffect {}

    record FetchLogSumExps(int partition, Handle handle) implements WorkerEffect {}

    record AnnounceLogSumExps(int partition) implements WorkerEffect {}

    /** The partition's gradient is computed and added to the sum of the node. */
    record ComputeGradient(int partition, Node node) implements WorkerEffect {}

    /** The node's sum is published and announced to every parameter server. */
    record AnnounceSubtree(Node node) implements WorkerEffect {}

    /** The coordinator hears that the partition is done. */
    record TellDone(int partition, double loss, double entropy) implements WorkerEffect {}

    record Refuse(Refused reply) implements WorkerEffect {}
}
