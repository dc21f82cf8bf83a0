package io.tinyclip.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.plan.LossPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The loss of one partition from everybody's features: the weighted sum of the plan's terms. */
final class LossCompute {
    private final AffinityKernel kernel;
    private final LossPlan plan;
    private final int partitionSize;
    private final double teacherScale;

    /** @param teacherScale s of the teacher, and of the student that mimics it */
    LossCompute(AffinityKernel kernel, LossPlan plan, int partitionSize, double teacherScale) {
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
    record Place(NDManager manager, GlobalBatch batch, int partition, OptionalDouble scale) {
        NDArray own(int kind) {
            return batch.own(manager, kind, partition);
        }

        NDArray all(int kind) {
            return batch.all(kind);
        }
    }

    /** ({@link LossPlan#logSumExps} B) */
    float[] logSumExps(Place place) {
        int kinds = plan.logSumExps();
        float[] sums = new float[kinds * partitionSize];
        for (int kind = 0; kind < kinds; kind++) {
            double s = kind < GlobalBatch.TEACHER_IMAGE ? place.scale.orElse(teacherScale) : teacherScale;
            NDArray scale = place.manager.create((float) s);
            NDArray sum = kernel.logSumExp(place.own(kind), place.all(kind ^ 1), scale);
            System.arraycopy(Buffers.floats(sum), 0, sums, kind * partitionSize, partitionSize);
        }
        return sums;
    }

    AffinityKernel.Result loss(Place place, List<float[]> logSumExps) {
        List<AffinityKernel.Result> terms = new ArrayList<>();
        if (plan.affinity() > 0) {
            terms.add(affinity(place, logSumExps).times(plan.affinity()));
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

    private AffinityKernel.Result affinity(Place place, List<float[]> logSumExps) {
        float student = (float) place.scale.orElse(teacherScale);
        return kernel.affinity(
                place.own(GlobalBatch.STUDENT_IMAGE),
                place.own(GlobalBatch.STUDENT_TEXT),
                place.own(GlobalBatch.TEACHER_IMAGE),
                place.own(GlobalBatch.TEACHER_TEXT),
                place.all(GlobalBatch.STUDENT_IMAGE),
                place.all(GlobalBatch.STUDENT_TEXT),
                place.all(GlobalBatch.TEACHER_IMAGE),
                place.all(GlobalBatch.TEACHER_TEXT),
                ownSums(place, logSumExps),
                sums(place.manager, logSumExps),
                place.manager.create(new float[] {student, (float) teacherScale}));
    }

    private AffinityKernel.Result contrastive(Place place, List<float[]> logSumExps) {
        Named named = named(place);
        return kernel.contrastive(
                place.own(GlobalBatch.STUDENT_IMAGE),
                place.own(GlobalBatch.STUDENT_TEXT),
                place.all(GlobalBatch.STUDENT_IMAGE),
                place.all(GlobalBatch.STUDENT_TEXT),
                named.own,
                named.all,
                named.ownCounts,
                named.allCounts,
                ownSums(place, logSumExps),
                sums(place.manager, logSumExps),
                studentScale(place));
    }

    private AffinityKernel.Result features(Place place) {
        return kernel.features(
                place.own(GlobalBatch.STUDENT_IMAGE),
                place.own(GlobalBatch.STUDENT_TEXT),
                place.own(GlobalBatch.TEACHER_IMAGE),
                place.own(GlobalBatch.TEACHER_TEXT),
                place.all(GlobalBatch.STUDENT_IMAGE));
    }

    private AffinityKernel.Result interactive(Place place) {
        Named named = named(place);
        return kernel.interactive(
                place.own(GlobalBatch.STUDENT_IMAGE),
                place.own(GlobalBatch.STUDENT_TEXT),
                place.all(GlobalBatch.TEACHER_IMAGE),
                place.all(GlobalBatch.TEACHER_TEXT),
                named.own,
                named.all,
                named.ownCounts,
                named.allCounts,
                studentScale(place));
    }

    /** Who is whose positive: (B) and (N) identities, and how many positives each has. */
    private record Named(NDArray own, NDArray all, NDArray ownCounts, NDArray allCounts) {}

    private Named named(Place place) {
        Positives positives = place.batch.positives();
        NDArray ids = place.manager.create(positives.identities());
        NDArray counts = place.manager.create(positives.counts());
        String own = place.partition * partitionSize + ":" + (place.partition + 1) * partitionSize;
        return new Named(ids.get(own), ids, counts.get(own), counts);
    }

    private NDArray studentScale(Place place) {
        return place.manager.create((float) place.scale.orElse(teacherScale));
    }

    private NDArray ownSums(Place place, List<float[]> logSumExps) {
        return sums(place.manager, List.of(logSumExps.get(place.partition)));
    }

    /** Log-sum-exps of partitions as (kinds, rows): the partitions' parts of each kind side by side. */
    private NDArray sums(NDManager manager, List<float[]> partitions) {
        int kinds = partitions.get(0).length / partitionSize;
        int rows = partitions.size() * partitionSize;
        float[] joined = new float[kinds * rows];
        for (int p = 0; p < partitions.size(); p++) {
            for (int kind = 0; kind < kinds; kind++) {
                int to = kind * rows + p * partitionSize;
                System.arraycopy(partitions.get(p), kind * partitionSize, joined, to, partitionSize);
            }
        }
        return manager.create(joined, new Shape(kinds, rows));
    }
}
