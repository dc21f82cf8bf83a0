package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.ParameterBudget;
import io.tinyclip.model.Layout;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.random.Counter;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutForwardTest {
    private static final double TOLERANCE = 1e-5;

    @ParameterizedTest
    @CsvSource({"1, 0.75", "2, 0.5", "3, 0.25"})
    void cutModelGivesTheMaskedModelsOutput(long key, double keep) {
        Layout masked = MaskSegments.masked(SmallShapes.uneven());
        float[] old = MaskSegments.vector(masked, key);
        float[] segment = MaskSegments.random(masked, key, 4.6);
        long target = ParameterBudget.target(keep, ParameterBudget.counted(masked.shape()));
        Kept kept = ParameterBudget.cut(masked, segment, target, new MaskPlan(0.02, 0.02, 0.33, 1, 0));
        Layout after = MaskSegments.after(masked, kept);
        float[] now = Gather.of(masked, after, kept, segment).values(0, after.size(), OldVector.slice(old, 0));

        float[] masks = kept.softMasks(MaskIndex.of(masked), segment);
        ReferenceForward before = new ReferenceForward(
                masked, old, (name, unit) -> masks[masked.segment(name).offset() - masked.maskStart() + unit]);
        ReferenceForward cut = new ReferenceForward(after, now, (name, unit) -> 1);

        assertAgree(before.text(new int[] {2, 0, 1}), cut.text(new int[] {2, 0, 1}));
        assertAgree(before.image(patches(key)), cut.image(patches(key)));
        assertTrue(ParameterBudget.counted(after.shape()) <= target);
    }

    private static void assertAgree(double[] before, double[] cut) {
        assertTrue(
                Arrays.stream(before).map(Math::abs).max().orElseThrow() > 0.1, "an output of nothing proves nothing");
        assertArrayEquals(before, cut, TOLERANCE);
    }

    private static double[][] patches(long key) {
        double[][] patches = new double[4][12];
        for (int p = 0; p < patches.length; p++) {
            for (int f = 0; f < patches[p].length; f++) {
                patches[p][f] = Counter.normal(Counter.key(key, p), f);
            }
        }
        return patches;
    }
}
