package io.tinyclip.optimize;

import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.plan.OptimizerPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * What of the vector steps change: all of it, but for a token table that stays. The rest is the same in every version of a
 * stage's vector and has no gradient, so it need not travel. What is shorter than a block travels along: it costs less than a
 * transfer of its own.
 */
public final class TrainedRanges {
    private TrainedRanges() {}

    /**
     * The parts of a range that steps change.
     *
     * @return in order, none empty; together the whole range where all of it changes
     */
    public static List<Range> within(OptimizerPlan plan, Layout layout, Range range) {
        List<Range> trained = new ArrayList<>();
        int from = range.from();
        for (Segment segment : layout.segments()) {
            int start = Math.max(segment.offset(), range.from());
            int end = Math.min(segment.end(), range.to());
            if (end - start >= layout.blockSize() && !AdamW.changes(plan, segment)) {
                add(trained, from, start);
                from = end;
            }
        }
        add(trained, from, range.to());
        return List.copyOf(trained);
    }

    /** Floats of the whole vector that steps change. */
    public static long count(OptimizerPlan plan, Layout layout) {
        return within(plan, layout, new Range(0, layout.size())).stream()
                .mapToLong(Range::length)
                .sum();
    }

    private static void add(List<Range> ranges, int from, int to) {
        if (from < to) {
            ranges.add(new Range(from, to));
        }
    }
}
