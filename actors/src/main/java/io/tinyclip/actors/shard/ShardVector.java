package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.mask.Costs;
import io.tinyclip.mask.Sparsity;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.model.VectorPool;
import io.tinyclip.optimize.AdamW;
import io.tinyclip.optimize.BlockSums;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.ShardOptimizer;
import io.tinyclip.optimize.Shards;
import io.tinyclip.optimize.TrainedRanges;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import io.tinyclip.reduce.VectorRounding;
import io.tinyclip.rounding.Rounding;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A shard's vectors, which lie outside the heap, and the arithmetic on them. The parameter server lets one piece of work at a time touch them, but
 * for {@link #add}, which may be called from several threads.
 */
final class ShardVector {
    /** What a step's gradient comes to, over this range. @param sparsityExpected NaN where no masks are */
    record Reduction(double[] squaredNorms, double sparsityExpected) {}

    /** Floats written at a time. */
    private static final int ZEROS = 8192;

    private final Layout layout;
    private final Range range;
    private final RunPlan plan;
    private final FloatVector first;
    private final FloatVector second;
    private final List<Range> trained;
    private final VectorPool slices = new VectorPool();
    private FloatVector weights;
    private FloatVector shadow;
    private FloatVector workerWeights = FloatVector.allocate(0);
    private FloatVector workerShadow = FloatVector.allocate(0);
    private TreeSum<FloatVector> tree;
    private FloatVector gradient = FloatVector.allocate(0);

    private ShardVector(Layout layout, Range range, RunPlan plan, List<FloatVector> arrays) {
        this.layout = layout;
        this.range = range;
        this.plan = plan;
        this.trained = TrainedRanges.within(plan.optimizer(), layout, range);
        this.weights = arrays.get(0);
        this.first = arrays.get(1);
        this.second = arrays.get(2);
        this.shadow = FloatVector.allocate(range.length());
        this.tree = newTree();
        roundForWorkers();
    }

    /** A range with a fresh optimizer state. @param weights are kept and written to */
    static ShardVector fresh(Layout layout, Range range, RunPlan plan, FloatVector weights) {
        FloatVector first = FloatVector.allocate(range.length());
        FloatVector second = FloatVector.allocate(range.length());
        return new ShardVector(layout, range, plan, List.of(weights, first, second));
    }

    /**
     * A range with the optimizer state that belongs to it.
     *
     * @param arrays weights, first and second moments; are kept and written to
     */
    static ShardVector resumed(Layout layout, Range range, RunPlan plan, List<FloatVector> arrays) {
        return new ShardVector(layout, range, plan, arrays);
    }

    private TreeSum<FloatVector> newTree() {
        return TreeSum.of(plan.partitions(), plan.wire().gradients(), slices::give);
    }

    /** The tree of the step under way; {@link #add} names it, so that a slice that comes too late is known. */
    synchronized TreeSum<FloatVector> tree() {
        return tree;
    }

    /** What of the range steps change, which is all of a sum that is fetched. */
    List<Range> trained() {
        return trained;
    }

    /** Where a slice may be put; with anything in it. What no step changes is left out of the complete sum. */
    FloatVector slice() {
        return slices.take(range.length());
    }

    /**
     * Takes in this range of a node's sum, unless the step that it belongs to has been applied meanwhile.
     *
     * @param slice nobody else's
     */
    synchronized void add(TreeSum<FloatVector> into, Node node, FloatVector slice) {
        if (into == tree) {
            tree.give(node, slice);
        } else {
            slices.give(slice);
        }
    }

    /** Adds the sparsity penalty's gradient, where the masks are, to the complete sum. */
    synchronized Reduction finish(double sparsityTarget, Costs costs, SparsityPenalty penalty) {
        gradient = tree.total().orElseThrow(() -> new IllegalStateException("the sum is not complete"));
        leaveOutUnchanged();
        double expected = Double.NaN;
        if (Shards.holdsMasks(layout, range)) {
            float[] masks = maskSegment();
            int start = layout.maskStart() - range.from();
            float[] part = gradient.range(start, gradient.size());
            Sparsity sparsity = Sparsity.of(layout, costs, plan.mask().countsPadding());
            sparsity.addGradient(masks, part, sparsityTarget, penalty);
            expected = sparsity.expected(masks);
            gradient.floats().put(start, part);
        }
        return new Reduction(BlockSums.squaredNorms(layout, range, gradient), expected);
    }

    /** Moves the weights one version on. The old ones stay as they are until the next call. */
    synchronized void apply(ShardOptimizer optimizer, CommitOrder order) {
        if (!order.skip()) {
            ShardOptimizer.State state = new ShardOptimizer.State(weights, shadow, first, second);
            optimizer.apply(layout, range, state, gradient, order.update());
            FloatVector old = weights;
            weights = shadow;
            shadow = old;
            roundForWorkers();
        }
        gradient = FloatVector.allocate(0);
        tree.clear();
        tree = newTree();
    }

    /** A part of the gradient, and an encoding that holds every float of it. */
    record Piece(Range range, FloatBuffer values, Encoding encoding) {}

    /** What steps change of the reduced gradient. The penalty's part is not rounded, so it is a piece of its own. */
    synchronized List<Piece> exactPieces() {
        Encoding encoding = Encoding.of(plan.wire().gradients());
        boolean apart = encoding != Encoding.FP32 && Shards.holdsMasks(layout, range);
        int masks = apart ? layout.maskStart() : range.to();
        List<Piece> pieces = new ArrayList<>();
        for (Range part : trained) {
            addPiece(pieces, part.from(), Math.min(part.to(), masks), encoding);
            addPiece(pieces, Math.max(part.from(), masks), part.to(), Encoding.FP32);
        }
        return pieces;
    }

    private void addPiece(List<Piece> pieces, int from, int to, Encoding encoding) {
        if (from < to) {
            FloatBuffer values = gradient.floats().limit(to - range.from()).position(from - range.from());
            pieces.add(new Piece(new Range(from, to), values.slice(), encoding));
        }
    }

    FloatVector first() {
        return first;
    }

    FloatVector second() {
        return second;
    }

    Layout layout() {
        return layout;
    }

    Range range() {
        return range;
    }

    /** As the optimizer has them. */
    FloatVector weights() {
        return weights;
    }

    /** What workers compute on; the weights themselves where they are not rounded. */
    FloatVector workerWeights() {
        return workerWeights;
    }

    /** logAlpha and multipliers, from {@link Layout#maskStart}; only where {@link Shards#holdsMasks}. */
    float[] maskSegment() {
        return weights.range(layout.maskStart() - range.from(), weights.size());
    }

    /** Into an array of its own, as the one before is published until this one is. */
    private void roundForWorkers() {
        Rounding rounding = plan.wire().weights();
        if (rounding == Rounding.FP32) {
            workerWeights = weights;
            return;
        }
        FloatVector rounded =
                workerShadow.size() == weights.size() ? workerShadow : FloatVector.allocate(weights.size());
        VectorRounding.round(rounding, weights, rounded);
        workerShadow = workerWeights;
        workerWeights = rounded;
    }

    /** What no step changes has no part in the norm. */
    private void leaveOutUnchanged() {
        for (Segment segment : layout.segments()) {
            int from = Math.max(segment.offset(), range.from()) - range.from();
            int to = Math.min(segment.end(), range.to()) - range.from();
            if (from < to && !AdamW.changes(plan.optimizer(), segment)) {
                zero(gradient, from, to);
            }
        }
    }

    private static void zero(FloatVector vector, int from, int to) {
        float[] zeros = new float[Math.min(ZEROS, to - from)];
        for (int at = from; at < to; at += zeros.length) {
            vector.floats().put(at, zeros, 0, Math.min(zeros.length, to - at));
        }
    }
}
