package io.tinyclip.cluster.board;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Whole lines of a file from a place on, one after the other. */
final class LineReader implements Closeable {
    /** Bytes; of a longer line nothing is kept. */
    static final int LONGEST_LINE = 1 << 20;

    private static final int CHUNK = 1 << 16;

    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK];
    private int at;
    private int end;
    private byte[] line = new byte[1 << 10];
    private int length;
    private long offset;

    private LineReader(InputStream in, long offset) {
        this.in = in;
        this.offset = offset;
    }

    /** @param offset bytes of the file before the first line */
    static LineReader at(Path file, long offset) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            in.skipNBytes(offset);
            return new LineReader(in, offset);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** @return false where the file ends before a line does */
    boolean next() throws IOException {
        length = 0;
        while (true) {
            if (at == end) {
                at = 0;
                end = Math.max(0, in.read(chunk));
                if (end == 0) {
                    return false;
                }
            }
            int from = at;
            while (at < end && chunk[at] != '\n') {
                at++;
            }
            keep(from, at - from);
            offset += at - from;
            if (at < end) {
                at++;
                offset++;
                return true;
            }
        }
    }

    private void keep(int from, int count) {
        if (length + count <= LONGEST_LINE) {
            if (length + count > line.length) {
                line = Arrays.copyOf(line, Math.max(length + count, 2 * line.length));
            }
            System.arraycopy(chunk, from, line, length, count);
        }
        length = Math.min(length + count, LONGEST_LINE + 1);
    }

    /** The line; empty for one that is too long. */
    String text() {
        return new String(line, 0, kept(), StandardCharsets.UTF_8);
    }

    boolean contains(byte[] part) {
        for (int i = 0; i <= kept() - part.length; i++) {
            if (Arrays.equals(line, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    private int kept() {
        return length > LONGEST_LINE ? 0 : length;
    }

    /** Bytes of the file up to the line's end. */
    long offset() {
        return offset;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
