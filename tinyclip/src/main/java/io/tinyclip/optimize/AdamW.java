package io.tinyclip.optimize;

import io.tinyclip.model.Group;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TokenRows;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Rates;

/**
 * AdamW (Loshchilov and Hutter, ICLR 2019) over a range of the vector, in plain float arithmetic: the same bits on every
 * JVM and for every way to cut the vector.
 *
 * <p>Weights decay or not by their segment's group. {@code logAlpha} takes Adam at the mask rate and is clamped to
 * +-ln 100; multipliers ascend; a learned logit scale is clamped to [0, ln 100] (CLIP).
 * Running statistics follow the moments that stand in the gradient's place, neither clipped nor with moments of Adam.
 * What {@link Muon} takes stays as it is.
 */
public final class AdamW {
    private static final float LN_100 = (float) StrictMath.log(100);
    /** PyTorch's default. */
    private static final double STATISTICS_MOMENTUM = 0.1;

    private final OptimizerPlan plan;

    public AdamW(OptimizerPlan plan) {
        this.plan = plan;
    }

    /** Whether any step changes a segment; what none changes has no part in the gradient's norm. */
    public static boolean changes(OptimizerPlan plan, Segment segment) {
        return segment.group() != Group.FIXED && !(TokenRows.isTable(segment) && plan.tokenRate() == 0);
    }

    /**
     * What the coordinator decided about a step.
     *
     * @param rates learning rates of the groups
     * @param clipScale factor on the gradient, at most 1
     * @param count 1 for the first update of a stage's phase; the optimizer's own step count
     */
    public record Update(Rates rates, float clipScale, long count) {}

    /**
     * A range's arrays, each of {@code range.length()} floats.
     *
     * @param weights read
     * @param updated written
     * @param first Adam's first moment, updated in place
     * @param second Adam's second moment, updated in place
     */
    public record State(float[] weights, float[] updated, float[] first, float[] second) {}

    /** Applies one update to the range. */
    public void apply(Layout layout, Range range, State state, float[] gradient, Update update) {
        System.arraycopy(state.weights, 0, state.updated, 0, range.length());
        for (Segment segment : layout.segments()) {
            int from = Math.max(segment.offset(), range.from()) - range.from();
            int to = Math.min(segment.end(), range.to()) - range.from();
            if (from < to && changes(plan, segment) && !Muon.takes(plan.muon(), segment)) {
                apply(segment, new Range(from, to), state, gradient, update);
            }
        }
    }

    /** @param part of the state's arrays */
    private void apply(Segment segment, Range part, State state, float[] gradient, Update update) {
        Rates rates = update.rates;
        float scale = update.clipScale;
        switch (segment.group()) {
            case DECAY -> {
                double rate = TokenRows.isTable(segment) ? plan.tokenRate() * rates.weights() : rates.weights();
                adam(part, state, gradient, coefficients(rate, plan.decay(), scale, update.count));
            }
            case NO_DECAY -> adam(part, state, gradient, coefficients(rates.weights(), 0, scale, update.count));
            case MASK -> {
                adam(part, state, gradient, coefficients(rates.masks(), 0, scale, update.count));
                clamp(state.updated, part, -LN_100);
            }
            case MULTIPLIER -> adam(part, state, gradient, coefficients(rates.multipliers(), 0, -scale, update.count));
            case LOGIT_SCALE -> {
                adam(part, state, gradient, coefficients(rates.weights(), 0, scale, update.count));
                clamp(state.updated, part, 0);
            }
            case STATISTICS -> follow(part, state.updated, gradient);
            case FIXED -> {}
        }
    }

    /** The factors of one update, rounded to float once. */
    private record Coefficients(
            float scale,
            float beta1,
            float rest1,
            float beta2,
            float rest2,
            float keep,
            float step,
            float root,
            float epsilon) {}

    private Coefficients coefficients(double rate, double decay, float scale, long count) {
        double correction1 = 1 - StrictMath.pow(plan.beta1(), count);
        double correction2 = 1 - StrictMath.pow(plan.beta2(), count);
        return new Coefficients(
                scale,
                (float) plan.beta1(),
                (float) (1 - plan.beta1()),
                (float) plan.beta2(),
                (float) (1 - plan.beta2()),
                (float) (1 - rate * decay),
                (float) (rate / correction1),
                (float) (1 / StrictMath.sqrt(correction2)),
                (float) plan.epsilon());
    }

    private static void adam(Range part, State state, float[] gradient, Coefficients c) {
        float[] updated = state.updated;
        float[] first = state.first;
        float[] second = state.second;
        for (int i = part.from(); i < part.to(); i++) {
            float g = gradient[i] * c.scale;
            float m = c.beta1 * first[i] + c.rest1 * g;
            float v = c.beta2 * second[i] + c.rest2 * g * g;
            first[i] = m;
            second[i] = v;
            updated[i] = updated[i] * c.keep - c.step * m / ((float) Math.sqrt(v) * c.root + c.epsilon);
        }
    }

    /** The partitions' mean of their moments, as PyTorch's batch norm follows one batch's. */
    private static void follow(Range part, float[] statistics, float[] moments) {
        for (int i = part.from(); i < part.to(); i++) {
            statistics[i] = (float) ((1 - STATISTICS_MOMENTUM) * statistics[i] + STATISTICS_MOMENTUM * moments[i]);
        }
    }

    private static void clamp(float[] values, Range part, float lower) {
        for (int i = part.from(); i < part.to(); i++) {
            values[i] = Math.max(lower, Math.min(LN_100, values[i]));
        }
    }
}
