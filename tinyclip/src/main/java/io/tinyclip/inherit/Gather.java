package io.tinyclip.inherit;

import io.tinyclip.model.Layout;
import java.util.List;

/** A smaller student's vector, each tensor of it from one tensor of the vector before. */
public final class Gather implements Transition {
    private final List<SegmentGather> segments;

    /** @param segments one for each tensor of the new layout */
    Gather(List<SegmentGather> segments) {
        this.segments = List.copyOf(segments);
    }

    /**
     * The gather of a cut.
     *
     * @param before masked layout
     * @param after layout without masks of {@link Kept#shapeAfter}, with as many token rows
     * @param maskSegment logAlpha at the cut, from {@link Layout#maskStart}
     */
    public static Gather of(Layout before, Layout after, Kept kept, float[] maskSegment) {
        return new Gather(KeptSegments.cut(before, after, kept, maskSegment));
    }

    /**
     * The gather of a student chosen by hand.
     *
     * @param before layout of the larger model, without masks
     * @param after layout of a {@link ManualStudent} of it, with as many token rows
     * @param kept from {@link ManualUnits}: each layer's units are those of the layer that it is taken from
     */
    public static Gather chosen(Layout before, Layout after, Kept kept) {
        return new Gather(KeptSegments.chosen(before, after, kept));
    }

    @Override
    public SourceRange source(int from, int to) {
        int first = Integer.MAX_VALUE;
        int end = 0;
        for (SegmentGather segment : segments) {
            int newFirst = Math.max(from, segment.after().offset());
            int newEnd = Math.min(to, segment.after().end());
            if (newFirst < newEnd) {
                first = Math.min(first, segment.oldIndex(newFirst));
                end = Math.max(end, segment.oldIndex(newEnd - 1) + 1);
            }
        }
        return first < end ? new SourceRange(first, end) : new SourceRange(0, 0);
    }

    @Override
    public float[] values(int from, int to, OldVector source) {
        float[] out = new float[to - from];
        segments.forEach(segment -> segment.fill(from, out, source));
        return out;
    }

    @Override
    public float[] moments(MomentTransfer transfer, int from, int to, OldVector source) {
        float[] out = new float[to - from];
        if (transfer == MomentTransfer.CARRY) {
            segments.forEach(segment -> segment.unscaled().fill(from, out, source));
        }
        return out;
    }
}
