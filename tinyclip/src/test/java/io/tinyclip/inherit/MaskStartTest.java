package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.mask.HardConcrete;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.model.Group;
import io.tinyclip.model.Layout;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.plan.MomentTransfer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MaskStartTest {
    private static final Layout BEFORE = Layout.of(SmallShapes.uneven(), MaskSegments.TOKEN_ROWS, false, false);
    private static final Layout AFTER = MaskSegments.masked(SmallShapes.uneven());

    @Test
    void copiesTheWeightsAndOpensTheMasks() {
        float[] old = MaskSegments.vector(BEFORE, 1);
        float[] now =
                MaskStart.of(BEFORE, AFTER, SparsityPenalty.ONE_SIDED).values(0, AFTER.size(), OldVector.slice(old, 0));
        assertArrayEquals(old, Arrays.copyOf(now, BEFORE.size()));
        AFTER.segments().forEach(segment -> {
            for (int i = segment.offset(); i < segment.end(); i++) {
                if (segment.group() == Group.MASK) {
                    assertEquals(HardConcrete.START, now[i], segment.name());
                } else if (segment.group() == Group.MULTIPLIER) {
                    assertEquals(10, now[i], segment.name());
                }
            }
        });
    }

    @Test
    void startsTwoSidedMultipliersAtZero() {
        float[] segment = MaskStart.maskSegment(AFTER, SparsityPenalty.TWO_SIDED);
        assertEquals(0, segment[AFTER.segment("multiplier.linear").offset() - AFTER.maskStart()]);
        assertEquals(HardConcrete.START, segment[0]);
    }

    @Test
    void givesTheSameByRange() {
        MaskStart start = MaskStart.of(BEFORE, AFTER, SparsityPenalty.TWO_SIDED);
        float[] old = MaskSegments.vector(BEFORE, 1);
        float[] whole = start.values(0, AFTER.size(), OldVector.slice(old, 0));
        int step = 100;
        for (int from = 0; from < AFTER.size(); from += step) {
            int to = Math.min(AFTER.size(), from + step);
            SourceRange source = start.source(from, to);
            float[] slice = Arrays.copyOfRange(old, source.from(), source.to());
            float[] part = start.values(from, to, OldVector.slice(slice, source.from()));
            assertArrayEquals(Arrays.copyOfRange(whole, from, to), part);
        }
    }

    @Test
    void carriesMomentsOnlyWhenAsked() {
        MaskStart start = MaskStart.of(BEFORE, AFTER, SparsityPenalty.TWO_SIDED);
        OldVector ones = index -> 1;
        float[] carried = start.moments(MomentTransfer.CARRIED, 0, AFTER.size(), ones);
        assertEquals(1, carried[BEFORE.size() - 1]);
        assertEquals(0, carried[BEFORE.size()]);
        assertArrayEquals(new float[50], start.moments(MomentTransfer.FRESH, 0, 50, ones));
    }

    @Test
    void refusesALayoutThatIsNotTheSameWithMasks() {
        Layout other = Layout.of(SmallShapes.uneven(), 1, true, false);
        assertThrows(IllegalArgumentException.class, () -> MaskStart.of(BEFORE, other, SparsityPenalty.TWO_SIDED));
    }
}
