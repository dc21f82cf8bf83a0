package io.tinyclip.compute;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.engine.Buffers;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.TokenRows;
import io.tinyclip.step.Embedded;

/** The teacher's forward: always at full size, never with a graph. */
final class TeacherForward {
    private final ClipKernel kernel;
    private final NDArray weights;
    private final TokenRows rows;
    private final boolean whole;

    /**
     * @param manager owns the kernel and, on a GPU, a copy of the weights
     * @param rows what the tokens of a batch are rows of
     */
    TeacherForward(NDManager manager, Teacher teacher, TokenRows rows, Precision precision) {
        this.whole = teacher.layout().tokenRows() == rows.vocabulary();
        this.rows = rows;
        this.kernel = ClipKernel.compile(manager, teacher.layout(), precision);
        this.weights = Buffers.alias(
                manager, teacher.vector().bytes(), new Shape(teacher.layout().size()));
    }

    Embedded embed(NDManager manager, BatchLoader.Arrays arrays) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray unmasked = scope.create(new float[0]);
            ClipKernel.Embeddings out = kernel.encode(new ClipKernel.Batch(
                    weights, arrays.pixels(), tokens(scope, arrays.tokens()), arrays.ends(), unmasked));
            return new Embedded(Buffers.floats(out.image()), Buffers.floats(out.text()));
        }
    }

    /** (B, L) rows of the teacher's own table. */
    private NDArray tokens(NDManager scope, NDArray compact) {
        if (!whole) {
            return compact;
        }
        long[] tokens = compact.toLongArray();
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = rows.token((int) tokens[i]);
        }
        return scope.create(tokens, compact.getShape());
    }
}
