package io.tinyclip.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.engine.Buffers;
import io.tinyclip.plan.LossPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The loss of one partition from everybody's features: the weighted sum of the plan's terms. */
public final class LossCompute {
    private static final int[] STUDENT = {GlobalBatch.STUDENT_IMAGE, GlobalBatch.STUDENT_TEXT};

    private final AffinityKernel kernel;
    private final LossPlan plan;
    private final int partitionSize;
    private final double teacherScale;

    /** @param teacherScale s of the teacher that is compressed, and of the student, unless it learns its own */
    public LossCompute(AffinityKernel kernel, LossPlan plan, int partitionSize, double teacherScale) {
        this.kernel = kernel;
        this.plan = plan;
        this.partitionSize = partitionSize;
        this.teacherScale = teacherScale;
    }

    /**
     * A partition's place in the step.
     *
     * @param scale the student's logit scale where it is learned
     */
    public record Place(NDManager manager, GlobalBatch batch, int partition, OptionalDouble scale) {
        NDArray own(int kind) {
            return batch.own(manager, kind, partition);
        }

        NDArray all(int kind) {
            return batch.all(kind);
        }

        /** Of the model whose images' features are of that kind; its texts' are of the next. */
        AffinityKernel.Features features(int image) {
            return new AffinityKernel.Features(own(image), own(image + 1), all(image), all(image + 1));
        }
    }

    /** ({@link LossPlan#logSumExps} B) */
    public float[] logSumExps(Place place) {
        int kinds = plan.logSumExps();
        float[] sums = new float[kinds * partitionSize];
        for (int kind = 0; kind < kinds; kind++) {
            double s = kind < GlobalBatch.TEACHER_IMAGE ? place.scale.orElse(teacherScale) : scale(teacher(kind));
            NDArray scale = place.manager.create((float) s);
            NDArray sum = kernel.logSumExp(place.own(kind), place.all(kind ^ 1), scale);
            System.arraycopy(Buffers.floats(sum), 0, sums, kind * partitionSize, partitionSize);
        }
        return sums;
    }

    private double scale(int teacher) {
        return teacher == 0 ? teacherScale : plan.further().get(teacher - 1).logitScale();
    }

    /** Whose image's, or text's, kind of feature it is. */
    private static int teacher(int kind) {
        return (kind - GlobalBatch.TEACHER_IMAGE) / 2;
    }

    /** The kind of a teacher's image features; that of its text's is the next. */
    private static int image(int teacher) {
        return GlobalBatch.TEACHER_IMAGE + 2 * teacher;
    }

    public AffinityKernel.Result loss(Place place, List<float[]> logSumExps) {
        List<AffinityKernel.Result> terms = new ArrayList<>();
        if (plan.affinity() > 0) {
            for (int teacher = 0; teacher < plan.teachers(); teacher++) {
                terms.add(affinity(place, teacher, logSumExps).times(plan.affinity() * plan.share(teacher)));
            }
        }
        if (plan.contrastive() > 0) {
            terms.add(contrastive(place, logSumExps).times(plan.contrastive()));
        }
        if (plan.features() > 0) {
            terms.add(features(place).times(plan.features()));
        }
        if (plan.interactive() > 0) {
            terms.add(interactive(place).times(plan.interactive()));
        }
        return terms.stream().reduce(AffinityKernel.Result::plus).orElseThrow();
    }

    /** Cross-entropy is linear in its target: the mean over teachers is that against the mean of their affinities. */
    private AffinityKernel.Result affinity(Place place, int teacher, List<float[]> logSumExps) {
        int image = image(teacher);
        int[] kinds = {GlobalBatch.STUDENT_IMAGE, GlobalBatch.STUDENT_TEXT, image, image + 1};
        float student = (float) place.scale.orElse(teacherScale);
        return kernel.affinity(
                place.features(GlobalBatch.STUDENT_IMAGE),
                place.features(image),
                sums(place, logSumExps, kinds),
                place.manager.create(new float[] {student, (float) scale(teacher)}));
    }

    private AffinityKernel.Result contrastive(Place place, List<float[]> logSumExps) {
        return kernel.contrastive(
                place.features(GlobalBatch.STUDENT_IMAGE),
                targets(place),
                sums(place, logSumExps, STUDENT),
                studentScale(place));
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
        NDArray ids = place.manager.create(positives.identities());
        NDArray counts = place.manager.create(positives.counts());
        String own = place.partition * partitionSize + ":" + (place.partition + 1) * partitionSize;
        return new AffinityKernel.Targets(ids.get(own), ids, counts.get(own), counts);
    }

    private NDArray studentScale(Place place) {
        return place.manager.create((float) place.scale.orElse(teacherScale));
    }

    private AffinityKernel.Sums sums(Place place, List<float[]> logSumExps, int... kinds) {
        return new AffinityKernel.Sums(
                sums(place.manager, List.of(logSumExps.get(place.partition)), kinds),
                sums(place.manager, logSumExps, kinds));
    }

    /** Log-sum-exps of partitions as (kinds, rows): the partitions' parts of each kind side by side. */
    private NDArray sums(NDManager manager, List<float[]> partitions, int... kinds) {
        int rows = partitions.size() * partitionSize;
        float[] joined = new float[kinds.length * rows];
        for (int p = 0; p < partitions.size(); p++) {
            for (int i = 0; i < kinds.length; i++) {
                int to = i * rows + p * partitionSize;
                System.arraycopy(partitions.get(p), kinds[i] * partitionSize, joined, to, partitionSize);
            }
        }
        return manager.create(joined, new Shape(kinds.length, rows));
    }
}
