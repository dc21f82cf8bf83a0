package io.tinyclip.optimize;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.optimize.RowGroups.RowGroup;
import io.tinyclip.plan.MuonPlan;
import io.tinyclip.plan.OptimizerPlan;
import java.util.List;

/**
 * Muon (Jordan et al., 2024) for the matrices of transformer layers: a step along the semi-orthogonal matrix that is nearest to
 * the gradient's moving mean, by five Newton-Schulz iterations, in plain float arithmetic: the same bits on every JVM and by any
 * number of servers. Its size is chosen as Moonlight does (Liu et al., 2025), by its root mean square, so that AdamW's rate and
 * decay serve it, too. Matrices are taken in {@link RowGroups}, which costs a fraction of whole ones.
 */
final class Muon {
    /** Of the moving mean of gradients; Jordan's. */
    private static final float MOMENTUM = 0.95f;

    private static final int ITERATIONS = 5;
    /** Jordan's, which take singular values of 0 to 1 near to 1 in few iterations. */
    private static final float LINEAR = 3.4445f;

    private static final float CUBIC = -4.7750f;
    private static final float QUINTIC = 2.0315f;

    /** A mean that is smaller is what is left of gradients long gone, and must not be walked along; Jordan's bound. */
    private static final double LEAST_NORM = 1e-7;

    private final MuonPlan plan;
    private final double decay;

    Muon(OptimizerPlan plan) {
        this.plan = plan.muon();
        this.decay = plan.decay();
    }

    /** Whether a segment is updated here, and not by AdamW. */
    static boolean takes(MuonPlan plan, Segment segment) {
        return size(plan, RowGroups.isImage(segment)) > 0 && RowGroups.has(segment);
    }

    private static double size(MuonPlan plan, boolean image) {
        return image ? plan.image() : plan.text();
    }

    /**
     * Applies one update to the groups of a shard, by all cores. The first moment is the gradients' mean, the second stays as it is.
     *
     * @param range a shard: starts on a block bound
     */
    void apply(Layout layout, Range range, ShardOptimizer.State state, FloatVector gradient, AdamW.Update update) {
        if (plan.equals(MuonPlan.NONE)) {
            return;
        }
        if (range.from() % layout.blockSize() != 0) {
            throw new IllegalArgumentException(
                    "shard [" + range.from() + ", " + range.to() + ") begins in the midst of a block");
        }
        List<RowGroup> groups = RowGroups.of(layout, range).stream()
                .filter(group -> size(plan, group.image()) > 0)
                .toList();
        groups.parallelStream().forEach(group -> apply(group, range, state, gradient, update));
    }

    private void apply(
            RowGroup group, Range range, ShardOptimizer.State state, FloatVector gradient, AdamW.Update update) {
        int at = group.offset() - range.from();
        int count = group.floats();
        float[] slope = gradient.range(at, at + count);
        float[] mean = state.first().range(at, at + count);
        float[] weights = state.weights().range(at, at + count);
        // Nesterov's: the mean as it will be, should the gradient stay.
        float[] ahead = new float[count];
        float rest = 1 - MOMENTUM;
        for (int i = 0; i < count; i++) {
            float g = slope[i] * update.clipScale();
            mean[i] = MOMENTUM * mean[i] + rest * g;
            ahead[i] = MOMENTUM * mean[i] + rest * g;
        }
        float[] direction = orthogonal(ahead, group.rows(), group.columns());
        double rate = update.rates().weights();
        float keep = (float) (1 - rate * decay);
        // The root mean square of a semi-orthogonal matrix is one over the root of its longer side.
        int longer = Math.max(group.rows(), group.columns());
        float step = (float) (rate * size(plan, group.image()) * StrictMath.sqrt(longer));
        for (int i = 0; i < count; i++) {
            weights[i] = weights[i] * keep - step * direction[i];
        }
        state.first().floats().put(at, mean);
        state.updated().floats().put(at, weights);
    }

    /**
     * About the nearest matrix whose singular values are all 1: theirs come to lie between 0.7 and 1.2, but for those that are
     * close to none.
     *
     * <p>An iteration multiplies X by P = 3.4445 I - 4.7750 A + 2.0315 A A from the left, A = X X', whose next value is P A P: so all of
     * them are made of the small A, and X is multiplied once.
     *
     * @param matrix (rows, columns), row-major
     * @return of the same shape; zero where the matrix is all but zero
     */
    static float[] orthogonal(float[] matrix, int rows, int columns) {
        boolean tall = rows > columns;
        int a = tall ? columns : rows;
        int b = tall ? rows : columns;
        float[] x = tall ? FloatMatrices.transposed(matrix, rows, columns) : matrix.clone();
        if (!normalize(x)) {
            return new float[matrix.length];
        }
        float[] gram = FloatMatrices.product(x, FloatMatrices.transposed(x, a, b), a, b, a);
        float[] whole = factor(gram, a);
        float[] last = whole;
        for (int iteration = 1; iteration < ITERATIONS; iteration++) {
            gram = FloatMatrices.product(FloatMatrices.product(last, gram, a, a, a), last, a, a, a);
            last = factor(gram, a);
            whole = FloatMatrices.product(last, whole, a, a, a);
        }
        x = FloatMatrices.product(whole, x, a, a, b);
        return tall ? FloatMatrices.transposed(x, a, b) : x;
    }

    /** P of A, (a, a). */
    private static float[] factor(float[] gram, int a) {
        float[] factor = FloatMatrices.product(gram, gram, a, a, a);
        for (int i = 0; i < factor.length; i++) {
            factor[i] = CUBIC * gram[i] + QUINTIC * factor[i];
        }
        for (int i = 0; i < factor.length; i += a + 1) {
            factor[i] += LINEAR;
        }
        return factor;
    }

    /** To a Frobenius norm of 1, above which no singular value lies. @return false where all is as good as zero */
    private static boolean normalize(float[] x) {
        double squares = 0;
        for (float value : x) {
            squares += (double) value * value;
        }
        double norm = StrictMath.sqrt(squares);
        if (norm < LEAST_NORM) {
            return false;
        }
        double factor = 1 / norm;
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (x[i] * factor);
        }
        return true;
    }
}
