package io.tinyclip.data;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.LocalBlob;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The files in a tar with their positions, read in order. Knows ustar, GNU's long names and large sizes, and pax's
 * {@code path} and {@code size}; links and folders are passed over. An end that comes too early is an error.
 */
final class TarReader implements AutoCloseable {
    /** A file in a tar: its name and where its bytes lie. */
    record Member(String name, long offset, long length) {}

    private static final int BLOCK = 512;
    /** Bytes read at once: mostly a header, a short text and the next header lie side by side. */
    private static final int WINDOW = 4096;
    /** Most bytes of an extension header, which holds little but a path. */
    private static final int MOST_EXTENSION = 1 << 20;

    private final Blob blob;
    private final String path;
    private final long size;
    private byte[] window = new byte[0];
    private long windowStart;
    private long position;

    /** Set by extension headers for the next member: its name, or nothing. */
    private String extendedName = "";

    /** Set by extension headers for the next member: its length, or -1. */
    private long extendedLength = -1;

    TarReader(Path path) throws IOException {
        this(new LocalBlob(path));
    }

    TarReader(Blob blob) throws IOException {
        this.blob = blob;
        this.path = blob.location();
        this.size = blob.size();
    }

    /** Bytes of the tar. */
    long size() {
        return size;
    }

    /** The next file, or nothing behind the last. */
    Optional<Member> next() throws IOException {
        while (true) {
            TarHeader header = new TarHeader(read(position, BLOCK));
            if (header.isEnd()) {
                return Optional.empty();
            }
            if (!header.isSound()) {
                throw new InvalidInputException(
                        "tar [" + path + "] has no header at byte " + position + "; it is damaged or not a plain tar");
            }
            Optional<Member> member = advance(header);
            if (member.isPresent()) {
                return member;
            }
        }
    }

    /**
     * Some bytes of the tar.
     *
     * @throws InvalidInputException if the tar ends before them
     */
    byte[] read(long offset, int length) throws IOException {
        if (offset + length > size) {
            throw truncated(offset);
        }
        if (offset < windowStart || offset + length > windowStart + window.length) {
            window = readFully(offset, (int) Math.min(Math.max(length, WINDOW), size - offset));
            windowStart = offset;
        }
        int start = (int) (offset - windowStart);
        return Arrays.copyOfRange(window, start, start + length);
    }

    /** Nothing is held open between reads. */
    @Override
    public void close() {}

    private Optional<Member> advance(TarHeader header) throws IOException {
        long data = position + BLOCK;
        boolean extension = header.isExtension();
        long length = extension || extendedLength < 0 ? header.length() : extendedLength;
        long end = data + Math.floorDiv(length + BLOCK - 1, BLOCK) * BLOCK;
        if (length < 0 || end < data || end > size) {
            throw truncated(data);
        }
        position = end;
        if (extension) {
            extend(header, data, length);
            return Optional.empty();
        }
        String name = extendedName.isEmpty() ? header.name() : extendedName;
        extendedName = "";
        extendedLength = -1;
        return header.isFile() ? Optional.of(new Member(name, data, length)) : Optional.empty();
    }

    private void extend(TarHeader header, long data, long length) throws IOException {
        if (length > MOST_EXTENSION) {
            throw new InvalidInputException("tar [" + path + "] has an extension header of " + length
                    + " bytes at byte " + data + ", at most " + MOST_EXTENSION + " are read; it is damaged");
        }
        if (header.isLongName()) {
            extendedName = TarHeader.text(read(data, (int) length), 0, (int) length);
        } else if (header.isPax()) {
            for (String line : new String(read(data, (int) length), StandardCharsets.UTF_8).split("\n")) {
                extend(line.substring(line.indexOf(' ') + 1));
            }
        }
    }

    private void extend(String assignment) {
        if (assignment.startsWith("path=")) {
            extendedName = assignment.substring("path=".length());
        } else if (assignment.matches("size=\\d{1,18}")) {
            extendedLength = Long.parseLong(assignment.substring("size=".length()));
        }
    }

    private byte[] readFully(long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        try {
            blob.read(offset, buffer);
        } catch (EOFException e) {
            throw truncated(offset + buffer.position());
        }
        return buffer.array();
    }

    private InvalidInputException truncated(long offset) {
        return new InvalidInputException("tar [" + path + "] ends at byte " + size + ", within what begins at byte "
                + offset + "; it is truncated, fetch it again");
    }
}
