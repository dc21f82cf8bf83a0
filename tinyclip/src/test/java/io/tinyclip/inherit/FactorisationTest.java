package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.TokenTable;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.random.Counter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactorisationTest {
    private static final int ROWS = 9;
    private static final ModelShape SHAPE = SmallShapes.uneven();
    private static final int WIDTH = SHAPE.text().width();
    private static final Layout BEFORE = layout(0);
    private static final Layout AFTER = layout(3);
    private static final float[] OLD = random(BEFORE.size());

    private final Factorisation factorisation = Factorisation.of(BEFORE, AFTER);
    private final float[] whole = factorisation.values(0, AFTER.size(), OldVector.slice(OLD, 0));

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 64, 333})
    void givesTheSameByRangeFromOnlyTheSourceItNames(int step) {
        for (int from = 0; from < AFTER.size(); from += step) {
            int to = Math.min(AFTER.size(), from + step);
            SourceRange source = factorisation.source(from, to);
            float[] slice = Arrays.copyOfRange(OLD, source.from(), source.to());
            float[] part = factorisation.values(from, to, OldVector.slice(slice, source.from()));
            assertArrayEquals(Arrays.copyOfRange(whole, from, to), part);
        }
    }

    /** A server that holds no block of the vector has nothing to make, and nothing to make it of. */
    @Test
    void anEmptyRangeInTheMiddleOfAFactorNeedsNothing() {
        int inside = AFTER.segment(TokenRows.TABLE).offset() + 1;
        assertEquals(new SourceRange(0, 0), factorisation.source(inside, inside));
        assertEquals(0, factorisation.values(inside, inside, OldVector.slice(new float[0], 0)).length);
    }

    @Test
    void leavesAllOtherTensorsAsTheyAre() {
        for (Segment segment : BEFORE.segments()) {
            if (!segment.name().equals(TokenRows.TABLE)) {
                Segment now = AFTER.segment(segment.name());
                assertArrayEquals(
                        Arrays.copyOfRange(OLD, segment.offset(), segment.end()),
                        Arrays.copyOfRange(whole, now.offset(), now.end()),
                        segment.name());
            }
        }
    }

    /** The best of rank 3 loses as much as the table has beyond it, and the best of that nothing. */
    @Test
    void losesLessTheHigherTheRankAndNothingTheSecondTime() {
        double last = Double.MAX_VALUE;
        for (int rank = 1; rank < WIDTH; rank++) {
            Layout after = layout(rank);
            float[] values = Factorisation.of(BEFORE, after).values(0, after.size(), OldVector.slice(OLD, 0));
            double lost = lost(table(BEFORE, OLD), table(after, values));
            assertTrue(lost < last, rank + " loses " + lost);
            last = lost;
        }
        float[] rank3 = OLD.clone();
        System.arraycopy(table(AFTER, whole), 0, rank3, table().offset(), ROWS * WIDTH);
        float[] again = factorisation.values(0, AFTER.size(), OldVector.slice(rank3, 0));
        assertEquals(0, lost(table(AFTER, whole), table(AFTER, again)), 1e-10);
    }

    @Test
    void aProductBecomesOneOfALowerRankByAnyRange() {
        Layout lower = layout(2);
        Factorisation second = Factorisation.of(AFTER, lower);
        float[] values = second.values(0, lower.size(), OldVector.slice(whole, 0));
        float[] atOnce = Factorisation.of(BEFORE, lower).values(0, lower.size(), OldVector.slice(OLD, 0));
        assertEquals(0, lost(table(lower, atOnce), table(lower, values)), 1e-9, "the best two of the best three");
        for (int from = 0; from < lower.size(); from += 50) {
            int to = Math.min(lower.size(), from + 50);
            SourceRange source = second.source(from, to);
            float[] slice = Arrays.copyOfRange(whole, source.from(), source.to());
            assertArrayEquals(
                    Arrays.copyOfRange(values, from, to),
                    second.values(from, to, OldVector.slice(slice, source.from())));
        }
    }

    @Test
    void momentsOfTheFactorsAreFreshAndOthersCarried() {
        float[] carried = factorisation.moments(MomentTransfer.CARRIED, 0, AFTER.size(), OldVector.slice(OLD, 0));
        for (Segment segment : AFTER.segments()) {
            boolean factor = segment.name().startsWith("token_embedding");
            for (int i = segment.offset(); i < segment.end(); i++) {
                float expected = factor ? 0 : OLD[BEFORE.segment(segment.name()).offset() + i - segment.offset()];
                assertEquals(expected, carried[i], segment.name());
            }
        }
        float[] fresh = factorisation.moments(MomentTransfer.FRESH, 0, AFTER.size(), OldVector.slice(OLD, 0));
        assertArrayEquals(new float[AFTER.size()], fresh);
    }

    /** With moments that are carried, a server fetches no table for factors that have none. */
    @Test
    void carriedMomentsNeedNothingOfTheTable() {
        Segment coefficients = AFTER.segment(TokenRows.TABLE);
        Segment basis = AFTER.segment(TokenRows.BASIS);
        assertEquals(new SourceRange(0, 0), factorisation.momentSource(coefficients.offset(), coefficients.end()));
        assertEquals(new SourceRange(0, 0), factorisation.momentSource(basis.offset(), basis.end()));
        assertEquals(
                factorisation.source(0, coefficients.offset()),
                factorisation.momentSource(0, coefficients.offset() + 2),
                "tensors in front of the table alone");
        float[] all = factorisation.moments(MomentTransfer.CARRIED, 0, AFTER.size(), OldVector.slice(OLD, 0));
        for (int from = 0; from < AFTER.size(); from += 7) {
            int to = Math.min(AFTER.size(), from + 7);
            SourceRange source = factorisation.momentSource(from, to);
            float[] slice = Arrays.copyOfRange(OLD, source.from(), source.to());
            assertArrayEquals(
                    Arrays.copyOfRange(all, from, to),
                    factorisation.moments(MomentTransfer.CARRIED, from, to, OldVector.slice(slice, source.from())));
        }
    }

    @Test
    void isNoneOfAHigherRankOfMasksOrOfAnotherModel() {
        assertTrue(Factorisation.isOne(BEFORE, AFTER));
        assertTrue(!Factorisation.isOne(AFTER, AFTER) && !Factorisation.isOne(AFTER, BEFORE));
        assertThrows(IllegalArgumentException.class, () -> Factorisation.of(AFTER, layout(4)));
        assertThrows(IllegalArgumentException.class, () -> Factorisation.of(BEFORE, layout(WIDTH)));
        Layout masked = Layout.of(SHAPE.withTokenRank(3), ROWS, true, false);
        assertThrows(IllegalArgumentException.class, () -> Factorisation.of(BEFORE, masked));
        Layout fewer = Layout.of(SHAPE.withTokenRank(3), ROWS - 1, false, false);
        assertThrows(IllegalArgumentException.class, () -> Factorisation.of(BEFORE, fewer));
    }

    /** Columns of the basis are the width's channels; the rows of the table have none. */
    @Test
    void aCutTakesColumnsOfTheBasis() {
        Layout masked = Layout.of(AFTER.shape(), ROWS, true, false);
        Kept kept = Kept.everything(AFTER.shape());
        int[] width = {1, 2, 5};
        Kept narrow = new Kept(kept.image(), new TowerKept(width, kept.text().layers()));
        Layout after = Layout.of(narrow.shapeAfter(AFTER.shape()), ROWS, false, false);
        assertEquals(3, after.shape().text().tokenRank());
        float[] old = Arrays.copyOf(whole, masked.size());
        Arrays.fill(old, masked.maskStart(), masked.size(), 50);
        float[] logAlpha = Arrays.copyOfRange(old, masked.maskStart(), masked.size());
        float[] values = Gather.of(masked, after, narrow, logAlpha).values(0, after.size(), OldVector.slice(old, 0));
        float[] before = table(AFTER, whole);
        float[] now = table(after, values);
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < width.length; i++) {
                assertEquals(before[row * WIDTH + width[i]], now[row * width.length + i], 1e-6);
            }
        }
    }

    private static float[] table(Layout layout, float[] vector) {
        return TokenTable.of(layout, FloatVector.of(vector)).whole();
    }

    private static Segment table() {
        return BEFORE.segment(TokenRows.TABLE);
    }

    private static double lost(float[] table, float[] other) {
        double lost = 0;
        for (int i = 0; i < table.length; i++) {
            lost += (double) (table[i] - other[i]) * (table[i] - other[i]);
        }
        return lost;
    }

    private static Layout layout(int rank) {
        return Layout.of(SHAPE.withTokenRank(rank), ROWS, false, false);
    }

    private static float[] random(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) Counter.normal(5, i);
        }
        return values;
    }
}
