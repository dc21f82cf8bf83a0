package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TableMapTest {
    /** Two rows of three channels. */
    private static final float[] TABLE = {1, 2, 3, 10, 20, 30};

    /** Three channels become two. */
    private static final TableMap MIXED = new TableMap(3, 2, new float[] {1, 4, 2, 5, 3, 6});

    @Test
    void multipliesEachRow() {
        // 1 + 2 * 2 + 3 * 3, 4 + 2 * 5 + 3 * 6
        assertArrayEquals(new float[] {14, 32, 140, 320}, MIXED.apply(TABLE, 2));
    }

    @Test
    void addsUpInDoubles() {
        TableMap sum = new TableMap(3, 1, new float[] {1, 1, 1});
        float small = 1 / 1024f;
        assertArrayEquals(new float[] {small}, sum.apply(new float[] {1e7f, small, -1e7f}, 1));
    }

    /** Of five channels the last three are left, at other weights, and then mixed. */
    @Test
    void comesAfterChannelsThatWereChosen() {
        WidthMap chosen = new WidthMap(5, new int[] {1, 3, 4}, new float[] {2, 0.5f, 1});
        float[] table = {9, 1, 9, 2, 3, 7, 8, 7, 6, 5};
        TableMap both = MIXED.after(chosen);
        assertEquals(5, both.from());
        assertEquals(2, both.to());
        // 2 * 1 + 1 * 2 + 3 * 3, 2 * 4 + 1 * 5 + 3 * 6
        assertArrayEquals(new float[] {13, 31, 37, 109}, both.apply(table, 2));
        assertArrayEquals(MIXED.apply(chosen.apply(table, 2), 2), both.apply(table, 2));
    }

    @Test
    void comesAfterAnotherMap() {
        TableMap next = new TableMap(2, 1, new float[] {10, -1});
        TableMap both = next.after(MIXED);
        assertEquals(3, both.from());
        assertEquals(1, both.to());
        // 10 * 1 - 4, 10 * 2 - 5, 10 * 3 - 6
        assertArrayEquals(new float[] {6, 15, 24}, both.values());
        assertArrayEquals(next.apply(MIXED.apply(TABLE, 2), 2), both.apply(TABLE, 2));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThrows(IllegalArgumentException.class, () -> new TableMap(3, 2, new float[5]));
        assertThrows(IllegalArgumentException.class, () -> new TableMap(0, 1, new float[0]));
        assertThrows(IllegalArgumentException.class, () -> MIXED.apply(TABLE, 3));
        assertThrows(IllegalArgumentException.class, () -> MIXED.after(MIXED));
        String message = assertThrows(IllegalArgumentException.class, () -> MIXED.after(WidthMap.identity(4)))
                .getMessage();
        assertTrue(message.contains("[4]") && message.contains("[3]"), message);
    }
}
