package io.tinyclip.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FloatVectorMemoryTest {
    private static final int FLOATS = 1 << 20;
    private static final long BYTES = (long) Float.BYTES * FLOATS;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void whatNobodyRefersToIsFreed() {
        long before = FloatVector.held();
        allocate(16);
        awaitHeldBelow(before + BYTES);
    }

    @Test
    void aBufferKeepsTheMemoryThatItIsOver() {
        FloatBuffer last = FloatVector.of(new float[] {1, 2, 3}).floats().slice(1, 2);
        for (int i = 0; i < 3; i++) {
            System.gc();
            allocate(1);
        }
        assertEquals(2, last.get(0));
        assertEquals(3, last.get(1));
    }

    @Test
    void itsFirstFloatsAreTheSameMemoryAndKeepIt() {
        FloatVector first = FloatVector.of(new float[] {1, 2, 3}).first(2);
        for (int i = 0; i < 3; i++) {
            System.gc();
            allocate(1);
        }
        assertEquals(2, first.size());
        first.floats().put(0, 5);
        assertEquals(5, first.get(0));
        assertEquals(2, first.get(1));
    }

    @Test
    void beginsOnACacheLineAndWithZeros() {
        for (int size : new int[] {0, 1, 17, FLOATS}) {
            FloatVector vector = FloatVector.allocate(size);
            assertEquals(0, vector.bytes().alignmentOffset(0, 64));
            assertEquals(size, vector.size());
            for (int i = 0; i < size; i++) {
                assertEquals(0f, vector.get(i));
            }
        }
    }

    private static void allocate(int vectors) {
        for (int i = 0; i < vectors; i++) {
            FloatVector.allocate(FLOATS).floats().put(0, 1);
        }
    }

    private static void awaitHeldBelow(long bytes) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (FloatVector.held() >= bytes && System.nanoTime() < end) {
            System.gc();
        }
        assertTrue(FloatVector.held() < bytes, "held " + FloatVector.held());
    }
}
