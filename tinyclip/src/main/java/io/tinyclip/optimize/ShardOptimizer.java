package io.tinyclip.optimize;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Stretches;
import io.tinyclip.plan.OptimizerPlan;
import java.nio.FloatBuffer;

/**
 * A shard's update, over vectors outside the heap and by all cores: {@link AdamW} piece by piece, and {@link Muon} group by group
 * where the plan has it. A loop over an array takes vector instructions, one over a direct buffer does not, and a copy of what is in
 * the processor's cache costs little. AdamW looks at each float by itself, and no shard cuts a group, so the bits are those of the whole.
 */
public final class ShardOptimizer {
    /** Five arrays of so many floats fit into a core's second cache. */
    private static final int PIECE = 8192;

    private final AdamW adamW;
    private final Muon muon;

    public ShardOptimizer(OptimizerPlan plan) {
        this.adamW = new AdamW(plan);
        this.muon = new Muon(plan);
    }

    /**
     * A range's vectors, each of {@code range.length()} floats, with what {@link AdamW.State} says of them.
     *
     * @param weights read
     * @param updated written
     * @param first updated in place
     * @param second updated in place
     */
    public record State(FloatVector weights, FloatVector updated, FloatVector first, FloatVector second) {}

    /**
     * Applies one update to the range.
     *
     * @param range where Muon updates anything, a shard: starts and ends on a block bound, or with the vector
     */
    public void apply(Layout layout, Range range, State state, FloatVector gradient, AdamW.Update update) {
        Stretches.each(
                range.length(), (from, to) -> apply(layout, range, new Stretch(state, from, to), gradient, update));
        muon.apply(layout, range, state, gradient, update);
    }

    /** Floats {@code [from, to)} of the range's. */
    private record Stretch(State state, int from, int to) {}

    private void apply(Layout layout, Range range, Stretch stretch, FloatVector gradient, AdamW.Update update) {
        State state = stretch.state;
        int most = Math.min(PIECE, stretch.to - stretch.from);
        AdamW.State piece = new AdamW.State(new float[most], new float[most], new float[most], new float[most]);
        float[] slope = new float[most];
        FloatBuffer updated = state.updated.floats();
        FloatBuffer first = state.first.floats();
        FloatBuffer second = state.second.floats();
        for (int from = stretch.from; from < stretch.to; from += PIECE) {
            int count = Math.min(PIECE, stretch.to - from);
            state.weights.copy(from, piece.weights(), 0, count);
            first.get(from, piece.first(), 0, count);
            second.get(from, piece.second(), 0, count);
            gradient.copy(from, slope, 0, count);
            int at = range.from() + from;
            adamW.apply(layout, new Range(at, at + count), piece, slope, update);
            updated.put(from, piece.updated(), 0, count);
            first.put(from, piece.first(), 0, count);
            second.put(from, piece.second(), 0, count);
        }
    }
}
