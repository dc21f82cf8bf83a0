package io.tinyclip.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class TokenRowsTest {
    private static final int VOCABULARY = 11;
    private static final ModelShape SHAPE = Shapes.cut();
    private static final Layout FULL = Layout.of(SHAPE, VOCABULARY, false, false);
    private static final TokenRows SOME = TokenRows.of(tokens(2, 3, 10), VOCABULARY);
    private static final Layout COMPACT = Layout.of(SHAPE, 3, true, true);

    @Test
    void numbersRowsInTheOrderOfTokens() {
        assertEquals(3, SOME.rows());
        assertEquals(10, SOME.token(2));
        assertEquals(2, SOME.row(10));
        assertEquals(-1, SOME.row(9));
        assertEquals(VOCABULARY, TokenRows.all(VOCABULARY).rows());
        assertEquals(4, TokenRows.all(VOCABULARY).row(4));
    }

    @Test
    void gathersTheRowsOfItsTokens() {
        float[] full = Initialization.random(FULL, 1);
        float[] compact = SOME.compact(FULL, FloatVector.of(full), COMPACT).toArray();
        int width = SHAPE.text().width();
        int table = FULL.segment(TokenRows.TABLE).offset() + 10 * width;
        int row = COMPACT.segment(TokenRows.TABLE).offset() + 2 * width;
        assertArrayEquals(
                Arrays.copyOfRange(full, table, table + width), Arrays.copyOfRange(compact, row, row + width));
        int scale = COMPACT.segment("logit_scale").offset();
        assertEquals(full[FULL.segment("logit_scale").offset()], compact[scale]);
        assertEquals(0, compact[COMPACT.maskStart()]);
    }

    @Test
    void expandUndoesCompact() {
        float[] full = Initialization.random(FULL, 1);
        Segment table = FULL.segment(TokenRows.TABLE);
        float[] frozen = Arrays.copyOfRange(full, table.offset(), table.end());
        assertArrayEquals(
                full,
                SOME.expand(COMPACT, SOME.compact(FULL, FloatVector.of(full), COMPACT), frozen)
                        .toArray());
    }

    @Test
    void expandTakesTrainedRowsFromTheVectorAndOthersFromTheFrozenTable() {
        float[] compact = new float[COMPACT.size()];
        Segment rows = COMPACT.segment(TokenRows.TABLE);
        Arrays.fill(compact, rows.offset(), rows.end(), 5f);
        Segment table = FULL.segment(TokenRows.TABLE);
        FloatVector full = SOME.expand(COMPACT, FloatVector.of(compact), new float[table.count()]);
        int width = SHAPE.text().width();
        assertEquals(5f, full.get(table.offset() + 3 * width));
        assertEquals(0f, full.get(table.offset() + 4 * width));
    }

    /** Frozen rows (1, 0, ...) and so on, on a basis of the first two channels, the second doubled. */
    @Test
    void expandPutsFrozenRowsOnTheBasisOfAProduct() {
        ModelShape shape = SHAPE.withTokenRank(2);
        Layout product = Layout.of(shape, 3, false, false);
        int width = shape.text().width();
        FloatVector vector = FloatVector.allocate(product.size());
        vector.floats().put(product.segment(TokenRows.BASIS).offset(), 1);
        vector.floats().put(product.segment(TokenRows.BASIS).offset() + width + 1, 2);
        vector.floats().put(product.segment(TokenRows.TABLE).offset() + 1, 7);
        float[] frozen = new float[VOCABULARY * width];
        System.arraycopy(new float[] {3, 5, 9}, 0, frozen, 4 * width, 3);
        FloatVector whole = SOME.expand(product, vector, frozen);
        Layout full = Layout.of(shape, VOCABULARY, false, false);
        int table = full.segment(TokenRows.TABLE).offset();
        assertEquals(3, whole.get(table + 4 * 2), 1e-6);
        assertEquals(2.5, whole.get(table + 4 * 2 + 1), 1e-6);
        assertEquals(7, whole.get(table + 2 * 2 + 1), "the row of token 2 is the vector's");
        float[] rows = TokenTable.of(full, whole).whole();
        assertArrayEquals(new float[] {3, 5, 0}, Arrays.copyOfRange(rows, 4 * width, 4 * width + 3), 1e-5f);
        assertArrayEquals(vector.toArray(), SOME.compact(full, whole, product).toArray());
    }

    /** No basis is decomposed where no row is frozen: this one could not be. */
    @Test
    void expandAsksNothingOfABasisWhereEveryRowIsTrained() {
        Layout product = Layout.of(SHAPE.withTokenRank(2), VOCABULARY, false, false);
        float[] vector = new float[product.size()];
        Arrays.fill(vector, Float.NaN);
        float[] frozen = new float[VOCABULARY * SHAPE.text().width()];
        FloatVector whole = TokenRows.all(VOCABULARY).expand(product, FloatVector.of(vector), frozen);
        Segment table = product.segment(TokenRows.TABLE);
        assertArrayEquals(
                Arrays.copyOfRange(vector, table.offset(), table.end()), whole.range(table.offset(), table.end()));
    }

    @Test
    void hashTellsTokenSetsAndVocabulariesApart() {
        assertEquals(SOME.hash(), TokenRows.of(tokens(2, 3, 10), VOCABULARY).hash());
        assertNotEquals(SOME.hash(), TokenRows.of(tokens(2, 4, 10), VOCABULARY).hash());
        assertNotEquals(
                SOME.hash(), TokenRows.of(tokens(2, 3, 10), VOCABULARY + 1).hash());
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThrows(IllegalArgumentException.class, () -> TokenRows.of(tokens(11), VOCABULARY));
        assertThrows(IllegalArgumentException.class, () -> TokenRows.of(new BitSet(), VOCABULARY));
        Layout wrongRows = Layout.of(SHAPE, 4, false, false);
        float[] full = new float[FULL.size()];
        assertThrows(IllegalArgumentException.class, () -> SOME.compact(FULL, FloatVector.of(full), wrongRows));
        float[] compact = new float[COMPACT.size()];
        assertThrows(IllegalArgumentException.class, () -> SOME.expand(COMPACT, FloatVector.of(compact), new float[5]));
    }

    private static BitSet tokens(int... tokens) {
        BitSet set = new BitSet();
        for (int token : tokens) {
            set.set(token);
        }
        return set;
    }
}
