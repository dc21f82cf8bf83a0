package io.tinyclip.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReadAheadTest {
    private static final int SIZE = 20_000_000;
    private static final int SMALL = 4096;

    private final Counted counted = new Counted();

    /** Byte i of it is i mod 251. */
    private static final class Counted implements Blob {
        private final List<Integer> reads = new ArrayList<>();

        @Override
        public String location() {
            return "counted";
        }

        @Override
        public long size() {
            return SIZE;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            reads.add(into.remaining());
            for (long at = offset; into.hasRemaining(); at++) {
                into.put((byte) (at % 251));
            }
        }
    }

    @Test
    void whoReadsInOrderMakesFewLargeReads() throws IOException {
        Blob blob = new ReadAhead(64 << 20).ahead(counted);
        for (long at = 0; at + SMALL <= SIZE; at += 3 * SMALL) {
            check(blob, at, SMALL);
        }
        assertTrue(counted.reads.size() <= 8, counted.reads.toString());
    }

    @Test
    void whoReadsHereAndThereGetsNoMoreThanAskedFor() throws IOException {
        Blob blob = new ReadAhead(64 << 20).ahead(counted);
        check(blob, 15_000_000, SMALL);
        for (long at : new long[] {9_000_000, 100, 12_000_000, 3_000_000}) {
            check(blob, at, SMALL);
        }
        assertEquals(List.of(SMALL, SMALL, SMALL, SMALL, SMALL), counted.reads);
    }

    @Test
    void windowsTogetherStayWithinTheirBound() throws IOException {
        ReadAhead ahead = new ReadAhead(3 << 20);
        List<Blob> blobs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            blobs.add(ahead.ahead(new Counted()));
        }
        Random random = new Random(7);
        long[] next = new long[blobs.size()];
        for (int i = 0; i < 2000; i++) {
            int which = random.nextInt(blobs.size());
            check(blobs.get(which), next[which], SMALL);
            next[which] += SMALL;
            assertTrue(ahead.held() <= 3 << 20, ahead.held() + " bytes");
        }
    }

    @Test
    void withoutMemoryItReadsAsItIsAsked() throws IOException {
        Blob blob = new ReadAhead(0).ahead(counted);
        check(blob, 0, SMALL);
        check(blob, SMALL, SMALL);
        assertEquals(List.of(SMALL, SMALL), counted.reads);
    }

    @Test
    void theEndIsTheEnd() throws IOException {
        Blob blob = new ReadAhead(64 << 20).ahead(counted);
        check(blob, SIZE - 10, 10);
        assertThrows(EOFException.class, () -> blob.read(SIZE - 10, ByteBuffer.allocate(11)));
    }

    private static void check(Blob blob, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        blob.read(at, bytes);
        assertEquals(0, bytes.remaining());
        for (int i = 0; i < length; i++) {
            assertEquals((byte) ((at + i) % 251), bytes.get(i));
        }
    }
}
