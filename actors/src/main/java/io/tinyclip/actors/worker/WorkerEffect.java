package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.reduce.Node;
import java.util.List;

/** What {@link WorkerState} wants done; the worker does it, in order. */
public sealed interface WorkerEffect {
    /** Calls the method that is this effect's. */
    void on(Handler handler);

    /** Performs effects: a new one does not compile before all who perform any perform it, too. */
    interface Handler {
        void forgetStep(ForgetStep it);

        void install(Install it);

        void prepare(Prepare it);

        void prepareNext(PrepareNext it);

        void computeFeatures(ComputeFeatures it);

        void fetchFeatures(FetchFeatures it);

        void announceFeatures(AnnounceFeatures it);

        void computeLogSumExps(ComputeLogSumExps it);

        void fetchLogSumExps(FetchLogSumExps it);

        void announceLogSumExps(AnnounceLogSumExps it);

        void computeGradient(ComputeGradient it);

        void announceSubtree(AnnounceSubtree it);

        void tellDone(TellDone it);

        void refuse(Refuse it);
    }

    /** What was published and held for the step before is not needed any more. */
    record ForgetStep() implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.forgetStep(this);
        }
    }

    /** The step's weights are fetched from every shard and installed. */
    record Install() implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.install(this);
        }
    }

    /** What the features of a partition need besides the weights is made while those are on their way. */
    record Prepare(int partition) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.prepare(this);
        }
    }

    /** The same for the step that will come after this one, where that is known. */
    record PrepareNext(int partition) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.prepareNext(this);
        }
    }

    record ComputeFeatures(int partition) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.computeFeatures(this);
        }
    }

    record FetchFeatures(int partition, Handle handle, List<Integer> floats) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.fetchFeatures(this);
        }
    }

    /** The partition's features are published and announced to all workers of the step. */
    record AnnounceFeatures(int partition) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.announceFeatures(this);
        }
    }

    record ComputeLogSumExps(int partition) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.computeLogSumExps(this);
        }
    }

    record FetchLogSumExps(int partition, Handle handle) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.fetchLogSumExps(this);
        }
    }

    record AnnounceLogSumExps(int partition) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.announceLogSumExps(this);
        }
    }

    /** The partition's gradient is computed and added to the sum of the node. */
    record ComputeGradient(int partition, Node node) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.computeGradient(this);
        }
    }

    /** The node's sum is published and announced to every parameter server. */
    record AnnounceSubtree(Node node) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.announceSubtree(this);
        }
    }

    /** The coordinator hears that the partition is done. */
    record TellDone(int partition, GradientShare share) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.tellDone(this);
        }
    }

    record Refuse(Refused reply) implements WorkerEffect {
        @Override
        public void on(Handler handler) {
            handler.refuse(this);
        }
    }
}
