package io.tinyclip.inherit;

import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.random.Counter;
import java.util.Arrays;

/** Layouts and mask segments for tests. */
final class MaskSegments {
    static final int TOKEN_ROWS = 3;

    private MaskSegments() {}

    static Layout masked(ModelShape shape) {
        return Layout.of(shape, TOKEN_ROWS, true, false);
    }

    static Layout after(Layout masked, Kept kept) {
        return Layout.of(kept.shapeAfter(masked.shape()), TOKEN_ROWS, false, false);
    }

    /** logAlpha uniform between -bound and bound in every group. */
    static float[] random(Layout masked, long key, double bound) {
        MaskIndex index = MaskIndex.of(masked);
        float[] segment = new float[index.size()];
        for (MaskGroup group : index.groups()) {
            for (int i = group.from(); i < group.end(); i++) {
                segment[i] = (float) (bound * (2 * Counter.uniform(key, i) - 1));
            }
        }
        return segment;
    }

    static float[] all(Layout masked, float logAlpha) {
        float[] segment = new float[masked.size() - masked.maskStart()];
        Arrays.fill(segment, logAlpha);
        return segment;
    }

    static void fill(float[] segment, MaskGroup group, float logAlpha) {
        Arrays.fill(segment, group.from(), group.end(), logAlpha);
    }

    /** A vector of which no two elements are likely to be equal; padding is 0. */
    static float[] vector(Layout layout, long key) {
        float[] vector = new float[layout.size()];
        layout.segments().forEach(segment -> {
            for (int i = segment.offset(); i < segment.end(); i++) {
                vector[i] = (float) Counter.normal(key, i);
            }
        });
        return vector;
    }
}
