package io.tinyclip.inherit;

import io.tinyclip.mask.Costs;
import io.tinyclip.model.Counts;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A student that is chosen by hand: every k-th layer of the larger model, see {@link SourceNames}, and of each tensor the first channels, heads and neurons. Head width and embedding stay. So does every
 * tensor's name but for the number of its layer, and what is taken of a tensor follows from its old and its new shape:
 *
 * <pre>
 * [n]             biases, norms, running statistics     the first n
 * [n, m, ...]     matrices, tables, convolutions        the first n of the first m; windows stay whole
 * [3n], [3n, m]   attn.in_proj: q, k and v, stacked     the first n of each
 * </pre>
 */
public final class ManualInheritance {
    private static final Pattern STACKED = Pattern.compile(".*\\.attn\\.in_proj_(?:weight|bias)");
    private static final int QUERY_KEY_VALUE = 3;
    private static final int KEEP_DIGITS = 4;

    private ManualInheritance() {}

    /**
     * The gather of the student; token rows stay, be they all or some.
     *
     * @param before layout of the larger model, without masks
     * @param after layout of a {@link ManualStudent} of it
     * @throws IllegalArgumentException if a tensor does not fit
     */
    public static Gather of(Layout before, Layout after) {
        SourceNames names = SourceNames.of(before, after);
        List<SegmentGather> segments = new ArrayList<>();
        for (Segment to : after.segments()) {
            Segment from = before.segment(names.of(to.name()));
            int stacked = STACKED.matcher(to.name()).matches() ? QUERY_KEY_VALUE : 1;
            segments.add(new SegmentGather(from, to, rows(from, to, stacked), columns(from, to)));
        }
        return new Gather(segments);
    }

    /**
     * Share of the teacher's budget that the student has, to four digits.
     *
     * @throws InvalidInputException if the budget's unit cannot count this teacher
     */
    public static double keep(ModelShape student, ModelShape teacher, BudgetPlan budget) {
        Costs costs = Costs.of(budget, teacher);
        double share = (double) counted(student, costs) / counted(teacher, costs);
        return BigDecimal.valueOf(share)
                .setScale(KEEP_DIGITS, RoundingMode.HALF_UP)
                .doubleValue();
    }

    /** What a keep is a share of: the budget of masks, and where no masks can be, all parameters but the token table. */
    private static long counted(ModelShape shape, Costs costs) {
        if (shape.image() instanceof VisionTransformer) {
            return costs.counted(shape);
        }
        Counts counts = Counts.of(shape);
        return counts.image() + counts.text();
    }

    private static Axis rows(Segment from, Segment to, int stacked) {
        if (to.shape().isEmpty()) {
            return Axis.all(1);
        }
        int size = to.shape().get(0) / stacked;
        return first(from.shape().get(0) / stacked, size, to).repeat(stacked);
    }

    private static Axis columns(Segment from, Segment to) {
        if (to.shape().size() < 2) {
            return Axis.all(1);
        }
        int window = to.count() / to.shape().get(0) / to.shape().get(1);
        return first(from.shape().get(1), to.shape().get(1), to).expand(window);
    }

    private static Axis first(int before, int after, Segment to) {
        if (after > before) {
            throw new IllegalArgumentException(
                    "[" + to.name() + "] of " + to.shape() + " is larger than what it is to be taken from");
        }
        return Axis.cut(before, Axis.range(after));
    }
}
