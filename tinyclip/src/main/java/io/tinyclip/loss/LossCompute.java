package io.tinyclip.loss;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.plan.LossPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The loss of one partition from everybody's features: the weighted sum of the plan's terms. */
public final class LossCompute {
    private final AffinityKernel kernel;
    private final LossPlan plan;
    private final int partitionSize;
    private final double teacherScale;
    private final Tiling tiling;

    /** @param teacherScale s of the teacher that is compressed, and of the student, unless it learns its own */
    public LossCompute(AffinityKernel kernel, LossPlan plan, int partitionSize, double teacherScale, Tiling tiling) {
        this.kernel = kernel;
        this.plan = plan;
        this.partitionSize = partitionSize;
        this.teacherScale = teacherScale;
        this.tiling = tiling;
    }

    /**
     * How the logits of the global batch are cut.
     *
     * @param side pairs of a tile at most; decides the bits
     * @param memory what may be kept; the bits do not depend on it
     */
    public record Tiling(int side, TileMemory memory) {
        /** A tile and what is made of it nearly fit a core's cache; on a GPU, a tile is work for all its units. */
        private static final int CPU_SIDE = 512;

        private static final int GPU_SIDE = 4096;

        public static Tiling of(ComputeDevice device, TileMemory memory) {
            return new Tiling(device.isGpu() ? GPU_SIDE : CPU_SIDE, memory);
        }
    }

    /**
     * A partition's place in the step.
     *
     * @param scale the student's logit scale where it is learned
     */
    public record Place(TensorScope scope, GlobalBatch batch, int partition, OptionalDouble scale) {
        Tensor own(int kind) {
            return batch.own(scope, kind, partition);
        }

        Tensor all(int kind) {
            return batch.all(kind);
        }

        /** Of the model whose images' features are of that kind; its texts' are of the next. */
        AffinityKernel.Features features(int image) {
            return new AffinityKernel.Features(own(image), own(image + 1), all(image), all(image + 1));
        }
    }

    /** ({@link LossPlan#logSumExps} B), B the pairs that the partition has, at least one. */
    public float[] logSumExps(Place place) {
        return plan.logSumExps() == 0 ? new float[0] : tiles(place).logSumExps(place.partition);
    }

    /** Of a partition that has a pair: cotangents (B, E) of those that it has. */
    public AffinityKernel.Result loss(Place place, List<float[]> logSumExps) {
        List<AffinityKernel.Result> terms = new ArrayList<>();
        if (plan.logSumExps() > 0) {
            terms.add(tiles(place).gradient(place.scope, place.partition, logSumExps));
        }
        if (plan.features() > 0) {
            terms.add(features(place).times(plan.features()));
        }
        if (plan.interactive() > 0) {
            terms.add(interactive(place).times(plan.interactive()));
        }
        return terms.stream().reduce(AffinityKernel.Result::plus).orElseThrow();
    }

    /** Affinity and contrastive loss, which look at the same softmaxes of the student's. */
    private TileLoss tiles(Place place) {
        return place.batch.tiles(() -> {
            return new TileLoss(
                    kernel,
                    place.batch,
                    new Grid(place.batch.sizes(), partitionSize, tiling.side),
                    tiling.memory,
                    softmaxes(place.scale.orElse(teacherScale)));
        });
    }

    /** Cross-entropy is linear in its target: the mean over teachers is that against the mean of their affinities. */
    private TileLoss.Softmaxes softmaxes(double studentScale) {
        int teachers = plan.affinity() > 0 ? plan.teachers() : 0;
        float[] scales = new float[1 + teachers];
        float[] weights = new float[2 + teachers];
        scales[0] = (float) studentScale;
        weights[0] = (float) (plan.affinity() + plan.contrastive());
        for (int teacher = 0; teacher < teachers; teacher++) {
            scales[1 + teacher] = (float) scale(teacher);
            weights[1 + teacher] = (float) (plan.affinity() * plan.share(teacher));
        }
        weights[1 + teachers] = (float) plan.contrastive();
        return new TileLoss.Softmaxes(scales, weights);
    }

    private double scale(int teacher) {
        return teacher == 0 ? teacherScale : plan.further().get(teacher - 1).logitScale();
    }

    private AffinityKernel.Result features(Place place) {
        return kernel.features(place.features(GlobalBatch.STUDENT_IMAGE), place.features(GlobalBatch.TEACHER_IMAGE));
    }

    private AffinityKernel.Result interactive(Place place) {
        return kernel.interactive(
                place.features(GlobalBatch.STUDENT_IMAGE),
                place.features(GlobalBatch.TEACHER_IMAGE),
                targets(place),
                studentScale(place));
    }

    private AffinityKernel.Targets targets(Place place) {
        Positives positives = place.batch.positives();
        Tensor ids = place.scope.longs(positives.identities());
        Tensor counts = place.scope.floats(positives.counts());
        int from = place.batch.from(place.partition);
        int size = place.batch.from(place.partition + 1) - from;
        return new AffinityKernel.Targets(
                ids.narrow(place.scope, 0, from, size), ids, counts.narrow(place.scope, 0, from, size), counts);
    }

    private Tensor studentScale(Place place) {
        return place.scope.scalar((float) place.scale.orElse(teacherScale));
    }
}
