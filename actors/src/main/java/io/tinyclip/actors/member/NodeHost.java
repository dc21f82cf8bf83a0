package io.tinyclip.actors.member;

import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.evaluate.PartEmbedder;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.ModelShape;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.StepCompute;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a machine must do to take part in a run; called on a thread that may block. */
public interface NodeHost {
    /**
     * A run that this machine is to take part in.
     *
     * @param roles that this machine has
     * @param settings of the run, as JSON
     * @param dataHash of the training pairs' content
     * @param teachers the one that is compressed first; empty where the run trains from scratch
     * @param precision inside the kernels; empty where this machine may take what fits it
     */
    record Task(
            Set<MemberRole> roles,
            String settings,
            String dataHash,
            List<Teacher> teachers,
            Optional<Precision> precision) {
        public Task {
            teachers = List.copyOf(teachers);
        }

        /** @param plane by which teachers may be fetched from the coordinator */
        static Task of(Answer.Invitation to, Set<MemberRole> roles, DataPlane plane) {
            return new Task(
                    roles,
                    to.settings(),
                    to.dataHash(),
                    to.teachers().stream()
                            .map(offer ->
                                    new Teacher(offer.description(), offer.hash(), () -> plane.fetch(offer.vector())
                                            .toCompletableFuture()
                                            .join()))
                            .toList(),
                    to.precision());
        }
    }

    /**
     * A model to mimic.
     *
     * @param description shape and preprocessing, as JSON
     * @param hash SHA-256 of the model's content, in hex
     * @param vector fetches (P,) of the model's own layout from the coordinator; blocks, and fails where it is gone
     */
    record Teacher(String description, String hash, Supplier<float[]> vector) {}

    /**
     * A machine that can take part.
     *
     * @param plan of the run
     * @param teacher shape that sparsity is measured against: that of the run's start
     * @param computing empty for a machine that only serves
     */
    record Prepared(RunPlan plan, ModelShape teacher, Optional<Computing> computing) {}

    /**
     * How a machine computes.
     *
     * @param dataHash of its training pairs' content
     * @param numerics tells its precision too
     * @param threads partitions computed at a time
     * @param compute makes a worker's tensor work, which the worker closes
     * @param embedder makes what a worker embeds with where a model is judged
     */
    record Computing(
            String dataHash,
            NumericClass numerics,
            int threads,
            Supplier<StepCompute> compute,
            Supplier<PartEmbedder> embedder) {
        /** Of a machine that embeds no sets. */
        public Computing(String dataHash, NumericClass numerics, int threads, Supplier<StepCompute> compute) {
            this(dataHash, numerics, threads, compute, PartEmbedder::none);
        }
    }

    /**
     * Gets ready for a run: reads or fetches what it needs.
     *
     * @throws io.tinyclip.model.InvalidInputException if this machine cannot, in one line for whoever started it
     */
    Prepared prepare(Task task);

    /**
     * Hears, from any thread, that this machine is asked for a step of a run.
     *
     * @param runId of the run, as the cluster calls it
     */
    default void asked(String runId, Cursor step) {}
}
