package io.tinyclip.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/** The teacher's forward: always at full size, never with a graph. */
final class TeacherForward {
    private final ClipKernel kernel;
    private final ByteBuffer vector;
    private final int size;

    /** @param manager owns the kernel */
    TeacherForward(NDManager manager, Teacher teacher, Precision precision) {
        this.kernel = ClipKernel.compile(manager, teacher.layout(), precision);
        this.size = teacher.layout().size();
        this.vector = Buffers.direct(size);
        vector.asFloatBuffer().put(teacher.vector());
    }

    TeacherCache.Embeddings embed(NDManager manager, BatchLoader.Arrays arrays) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray weights = Buffers.alias(scope, vector, new Shape(size));
            NDArray unmasked = scope.create(new float[0]);
            ClipKernel.Embeddings out = kernel.encode(
                    new ClipKernel.Batch(weights, arrays.pixels(), arrays.tokens(), arrays.ends(), unmasked));
            return new TeacherCache.Embeddings(Buffers.floats(out.image()), Buffers.floats(out.text()));
        }
    }
}
