package io.tinyclip.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.step.PartitionFeatures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The features of all partitions, side by side: (N, E) each. Arrays made from it share its memory. */
final class GlobalBatch {
    /** In the order of {@link PartitionFeatures}: student image, student text, teacher image, teacher text. */
    static final int STUDENT_IMAGE = 0;

    static final int STUDENT_TEXT = 1;
    static final int TEACHER_IMAGE = 2;
    static final int TEACHER_TEXT = 3;

    private final int partitionSize;
    private final int embedding;
    private final Positives positives;
    private final List<ByteBuffer> features = new ArrayList<>();

    GlobalBatch(List<PartitionFeatures> partitions, int partitionSize, Positives positives) {
        this.positives = positives;
        this.partitionSize = partitionSize;
        this.embedding = partitions.get(0).studentImage().length / partitionSize;
        features.add(join(partitions, PartitionFeatures::studentImage));
        features.add(join(partitions, PartitionFeatures::studentText));
        if (partitions.get(0).teacherImage().length > 0) {
            features.add(join(partitions, PartitionFeatures::teacherImage));
            features.add(join(partitions, PartitionFeatures::teacherText));
        }
    }

    Positives positives() {
        return positives;
    }

    boolean hasTeacher() {
        return features.size() > TEACHER_IMAGE;
    }

    /** (N, E) */
    NDArray all(NDManager manager, int kind) {
        int rows = features.get(kind).capacity() / Float.BYTES / embedding;
        return Buffers.alias(manager, features.get(kind), new Shape(rows, embedding));
    }

    /** (B, E) */
    NDArray own(NDManager manager, int kind, int partition) {
        int bytes = partitionSize * embedding * Float.BYTES;
        ByteBuffer slice = features.get(kind).slice(partition * bytes, bytes).order(ByteOrder.nativeOrder());
        return Buffers.alias(manager, slice, new Shape(partitionSize, embedding));
    }

    private static ByteBuffer join(List<PartitionFeatures> partitions, Function<PartitionFeatures, float[]> kind) {
        int floats = partitions.stream().mapToInt(p -> kind.apply(p).length).sum();
        ByteBuffer bytes = Buffers.direct(floats);
        FloatBuffer out = bytes.asFloatBuffer();
        partitions.forEach(p -> out.put(kind.apply(p)));
        return bytes;
    }
}
