package io.tinyclip.data;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.LocalBlob;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The files in a tar with their positions, read in order. Knows ustar, GNU's long names and large sizes, and pax's
 * {@code path} and {@code size}; folders are passed over, links and sparse files are counted. Reads on behind the mark of an
 * end, as GNU tar does with {@code -i}, for tars that were put one behind the other. A tar that ends within a member is an
 * error; one that ends behind a member, without the mark of an end, is only counted.
 */
final class TarReader implements AutoCloseable {
    /** A file in a tar: its name and where its bytes lie. */
    record Member(String name, long offset, long length) {}

    private static final int BLOCK = 512;
    /** Bytes read at once: an index takes every byte of a tar, and a request to a store costs more than a megabyte does. */
    private static final int WINDOW = 1 << 20;
    /** Most bytes of an extension header, which holds little but a path. */
    private static final int MOST_EXTENSION = 1 << 20;

    private final Blob blob;
    private final String path;
    private final long size;
    private final Leftovers leftovers = new Leftovers();
    private byte[] window = new byte[0];
    private long windowStart;
    private long position;
    private boolean ended;

    /** What extension headers say of the next member. */
    private TarExtension extension = TarExtension.NONE;

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

    /** What was passed over so far. */
    Leftovers leftovers() {
        return leftovers;
    }

    /** The next file, or nothing behind the last. */
    Optional<Member> next() throws IOException {
        while (!ended) {
            if (position == size && position > 0) {
                leftovers.count(Leftovers.Reason.NO_END, path);
                ended = true;
                break;
            }
            TarHeader header = new TarHeader(read(position, BLOCK));
            if (header.isEnd()) {
                passEnd();
                continue;
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
        return Optional.empty();
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

    /** Goes to the header of what follows an end, or ends. */
    private void passEnd() throws IOException {
        TarHeader header;
        do {
            position += BLOCK;
            if (position + BLOCK > size) {
                ended = true;
                return;
            }
            header = new TarHeader(read(position, BLOCK));
        } while (header.isEnd());
        boolean goesOn = header.isSound();
        leftovers.count(goesOn ? Leftovers.Reason.APPENDED : Leftovers.Reason.TRAILING, path);
        extension = TarExtension.NONE;
        ended = !goesOn;
    }

    private Optional<Member> advance(TarHeader header) throws IOException {
        long data = position + BLOCK;
        if (header.sparseGoesOn()) {
            data += BLOCK;
            while (TarHeader.sparseBlockGoesOn(read(data - BLOCK, BLOCK))) {
                data += BLOCK;
            }
        }
        long length =
                header.isExtension() ? header.length() : extension.length().orElse(header.length());
        if (length < 0 || length > size - data) {
            throw truncated(data);
        }
        // The last member may lack the zeros that fill up its last block.
        position = Math.min(size, data + (length + BLOCK - 1) / BLOCK * BLOCK);
        if (header.isExtension()) {
            extend(header, data, length);
            return Optional.empty();
        }
        String name = extension.name().orElse(header.name());
        boolean linkOrSparse = header.isLinkOrSparse() || extension.sparse();
        extension = TarExtension.NONE;
        if (linkOrSparse) {
            leftovers.count(Leftovers.Reason.LINK, name);
        }
        boolean file = header.isFile() && !linkOrSparse && !name.endsWith("/");
        return file ? Optional.of(new Member(name, data, length)) : Optional.empty();
    }

    private void extend(TarHeader header, long data, long length) throws IOException {
        if (length > MOST_EXTENSION) {
            throw new InvalidInputException("tar [" + path + "] has an extension header of " + length
                    + " bytes at byte " + data + ", at most " + MOST_EXTENSION + " are read; it is damaged");
        }
        if (header.isLongName()) {
            extension = extension.withName(TarHeader.text(read(data, (int) length), 0, (int) length));
        } else if (header.isPax()) {
            try {
                extension = extension.withPax(read(data, (int) length));
            } catch (IllegalArgumentException e) {
                throw new InvalidInputException(
                        "tar [" + path + "] has an extension header at byte " + data + " with " + e.getMessage()
                                + "; it is damaged",
                        e);
            }
        }
    }

    private byte[] readFully(long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        try {
            blob.read(offset, buffer);
        } catch (EOFException e) {
            throw new InvalidInputException("tar [" + path + "] became shorter while it was read; restore it", e);
        }
        return buffer.array();
    }

    private InvalidInputException truncated(long offset) {
        return new InvalidInputException("tar [" + path + "] ends at byte " + size + ", within what begins at byte "
                + offset + "; it is truncated, fetch it again");
    }
}
