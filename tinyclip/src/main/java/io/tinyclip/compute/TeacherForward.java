package io.tinyclip.compute;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.TokenRows;
import io.tinyclip.step.Embedded;

/** The teacher's forward: always at full size, never with a graph. */
final class TeacherForward {
    private final ClipKernel kernel;
    private final Tensor weights;
    private final TokenRows rows;
    private final boolean whole;

    /**
     * @param home owns the kernel and, on a GPU, a copy of the weights
     * @param rows what the tokens of a batch are rows of
     */
    TeacherForward(TensorScope home, Teacher teacher, TokenRows rows, Precision precision) {
        this.whole = teacher.layout().tokenRows() == rows.vocabulary();
        this.rows = rows;
        this.kernel = ClipKernel.compile(home, teacher.layout(), precision);
        this.weights = home.over(teacher.vector().bytes(), teacher.layout().size());
    }

    Embedded embed(TensorScope home, BatchLoader.Arrays arrays) {
        try (TensorScope scope = home.newScope()) {
            Tensor unmasked = scope.floats(new float[0]);
            ClipKernel.Embeddings out = kernel.encode(new ClipKernel.Batch(
                    weights, arrays.pixels(), tokens(scope, arrays.tokens()), arrays.ends(), unmasked));
            return new Embedded(out.image().floats(), out.text().floats());
        }
    }

    /** (B, L) rows of the teacher's own table. */
    private Tensor tokens(TensorScope scope, Tensor compact) {
        if (!whole) {
            return compact;
        }
        long[] tokens = compact.longs();
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = rows.token((int) tokens[i]);
        }
        return scope.longs(tokens, compact.shape());
    }
}
