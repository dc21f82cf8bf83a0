package io.tinyclip.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes few large reads of many small ones in order, such as those of a tar's headers: who goes on where the last read ended, or
 * not far behind it, will go on so, and gets a window that doubles each time. Who reads here and there gets just what was
 * asked for. All windows together have a bound; the one that was used longest ago goes first.
 */
final class ReadAhead {
    /** A first window: a tar's first headers. */
    private static final int FIRST = 1 << 18;
    /** The largest: some 100 round trips a GB are few beside its bytes. */
    private static final int LARGEST = 1 << 23;

    private final long bound;
    private final Map<Ahead, Window> windows = new LinkedHashMap<>(16, 0.75f, true);
    private long held;

    /** @param bound bytes of all windows together */
    ReadAhead(long bound) {
        this.bound = bound;
    }

    private record Window(long from, byte[] bytes) {
        boolean holds(long offset, int length) {
            return offset >= from && offset + length <= from + bytes.length;
        }

        void copy(long offset, ByteBuffer into) {
            into.put(bytes, (int) (offset - from), into.remaining());
        }
    }

    /** The same blob, read ahead of who reads it in order. */
    Blob ahead(Blob blob) {
        return new Ahead(blob);
    }

    /** Bytes in all windows. */
    synchronized long held() {
        return held;
    }

    private synchronized Optional<Window> window(Ahead blob) {
        return Optional.ofNullable(windows.get(blob));
    }

    private synchronized void keep(Ahead blob, Window window) {
        forget(blob);
        windows.put(blob, window);
        held += window.bytes.length;
        Iterator<Window> oldest = windows.values().iterator();
        while (held > bound && oldest.hasNext()) {
            held -= oldest.next().bytes.length;
            oldest.remove();
        }
    }

    private synchronized void forget(Ahead blob) {
        Window window = windows.remove(blob);
        if (window != null) {
            held -= window.bytes.length;
        }
    }

    private final class Ahead implements Blob {
        private final Blob blob;
        private long next;
        private int last;

        private Ahead(Blob blob) {
            this.blob = blob;
        }

        @Override
        public String location() {
            return blob.location();
        }

        @Override
        public long size() throws IOException {
            return blob.size();
        }

        @Override
        public String version() throws IOException {
            return blob.version();
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            int length = into.remaining();
            Optional<Window> there = window(this).filter(window -> window.holds(offset, length));
            if (there.isPresent()) {
                there.get().copy(offset, into);
                return;
            }
            if (offset + length > blob.size()) {
                throw new EOFException("[" + location() + "] ends at byte " + blob.size());
            }
            int ahead = (int) Math.min(wanted(offset, length), blob.size() - offset);
            if (ahead <= length) {
                blob.read(offset, into);
                return;
            }
            forget(this);
            Window window = new Window(offset, new byte[ahead]);
            blob.read(offset, ByteBuffer.wrap(window.bytes));
            window.copy(offset, into);
            keep(this, window);
        }

        /** Bytes to read, or 0 for no more than was asked for. */
        private synchronized int wanted(long offset, int length) {
            long most = Math.min(LARGEST, bound);
            boolean goesOn = offset >= next && offset - next <= Math.max(last, FIRST);
            last = goesOn ? (int) Math.min(most, Math.max(FIRST, 2L * last)) : 0;
            next = offset + Math.max(last, length);
            return last;
        }
    }
}
