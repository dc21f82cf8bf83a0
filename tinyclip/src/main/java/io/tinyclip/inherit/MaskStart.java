package io.tinyclip.inherit;

import io.tinyclip.mask.HardConcrete;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.MomentTransfer;
import java.util.Arrays;

/** The vector at the start of an inherit phase: the weights as they are, then open masks and the first multipliers. */
public final class MaskStart implements Transition {
    private final int weights;
    private final float[] maskSegment;

    private MaskStart(int weights, float[] maskSegment) {
        this.weights = weights;
        this.maskSegment = maskSegment;
    }

    /**
     * The transition that adds masks.
     *
     * @param before layout without masks
     * @param after the same with masks
     */
    public static MaskStart of(Layout before, Layout after, SparsityPenalty penalty) {
        boolean fits = !before.masked()
                && after.maskStart() == before.size()
                && after.segments().subList(0, before.segments().size()).equals(before.segments());
        if (!fits) {
            throw new IllegalArgumentException("the masked layout does not begin with the layout before it");
        }
        return new MaskStart(before.size(), maskSegment(after, penalty));
    }

    /** The mask segment that an inherit phase starts with, from {@link Layout#maskStart}. */
    public static float[] maskSegment(Layout masked, SparsityPenalty penalty) {
        MaskIndex index = MaskIndex.of(masked);
        float[] segment = new float[index.size()];
        for (MaskGroup group : index.groups()) {
            Arrays.fill(segment, group.from(), group.end(), HardConcrete.START);
        }
        segment[index.linear()] = penalty.start();
        segment[index.quadratic()] = penalty.start();
        return segment;
    }

    @Override
    public SourceRange source(int from, int to) {
        return from < weights ? new SourceRange(from, Math.min(to, weights)) : new SourceRange(0, 0);
    }

    @Override
    public float[] values(int from, int to, OldVector source) {
        float[] out = weights(from, to, source);
        for (int i = Math.max(from, weights); i < to; i++) {
            out[i - from] = maskSegment[i - weights];
        }
        return out;
    }

    @Override
    public float[] moments(MomentTransfer transfer, int from, int to, OldVector source) {
        return transfer == MomentTransfer.CARRIED ? weights(from, to, source) : new float[to - from];
    }

    private float[] weights(int from, int to, OldVector source) {
        float[] out = new float[to - from];
        for (int i = from; i < Math.min(to, weights); i++) {
            out[i - from] = source.at(i);
        }
        return out;
    }
}
