package io.tinyclip.mask;

import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.random.Counter;

/** Layouts with masks, and their segments, for tests. */
final class MaskLayouts {
    private MaskLayouts() {}

    /** logAlpha on a grid of 1/64 between -4 and 4. */
    static float[] random(Layout layout, long key) {
        float[] segment = new float[layout.size() - layout.maskStart()];
        for (int i = 0; i < segment.length; i++) {
            segment[i] = (Counter.below(key, i, 513) - 256) / 64f;
        }
        return segment;
    }

    static Layout masked(ModelShape shape) {
        return Layout.of(shape, 3, true, false);
    }
}
