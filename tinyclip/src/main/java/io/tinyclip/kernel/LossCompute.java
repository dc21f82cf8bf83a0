package io.tinyclip.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.OptionalDouble;

/** The loss of one partition from everybody's features: affinity where there is a teacher, contrastive where not. */
final class LossCompute {
    private final AffinityKernel kernel;
    private final int partitionSize;
    private final double teacherScale;

    /** @param teacherScale s of the teacher, and of the student that mimics it */
    LossCompute(AffinityKernel kernel, int partitionSize, double teacherScale) {
        this.kernel = kernel;
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

    /** (4 B), or (2 B) without a teacher. */
    float[] logSumExps(Place place) {
        int kinds = place.batch.hasTeacher() ? 4 : 2;
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
        NDArray ownSums = sums(place.manager, List.of(logSumExps.get(place.partition)));
        NDArray allSums = sums(place.manager, logSumExps);
        return place.batch.hasTeacher() ? affinity(place, ownSums, allSums) : contrastive(place, ownSums, allSums);
    }

    private AffinityKernel.Result affinity(Place place, NDArray ownSums, NDArray allSums) {
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
                ownSums,
                allSums,
                place.manager.create(new float[] {student, (float) teacherScale}));
    }

    private AffinityKernel.Result contrastive(Place place, NDArray ownSums, NDArray allSums) {
        Positives positives = place.batch.positives();
        NDArray allIds = place.manager.create(positives.identities());
        NDArray allCounts = place.manager.create(positives.counts());
        String own = place.partition * partitionSize + ":" + (place.partition + 1) * partitionSize;
        return kernel.contrastive(
                place.own(GlobalBatch.STUDENT_IMAGE),
                place.own(GlobalBatch.STUDENT_TEXT),
                place.all(GlobalBatch.STUDENT_IMAGE),
                place.all(GlobalBatch.STUDENT_TEXT),
                allIds.get(own),
                allIds,
                allCounts.get(own),
                allCounts,
                ownSums,
                allSums,
                place.manager.create((float) place.scale.orElse(teacherScale)));
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
