package io.tinyclip.checkpoint;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.hash.Sha256;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * The bytes of a range file, little-endian:
 *
 * <pre>
 *  0  8  magic "TCLIPRNG"
 *  8  4  version, 1
 * 12  4  from
 * 16  4  to
 * 20  4  zero
 * 24     to - from floats: weights
 *        to - from floats: first moments
 *        to - from floats: second moments
 * </pre>
 */
final class RangeFormat {
    static final int HEADER_BYTES = 24;

    private static final long MAGIC = 0x474E_5250_494C_4354L;
    private static final int VERSION = 1;
    private static final int ARRAYS = 3;
    private static final int BUFFER = 1 << 20;

    private RangeFormat() {}

    static long bytes(int from, int to) {
        return HEADER_BYTES + (long) ARRAYS * Float.BYTES * (to - from);
    }

    /** Writes a file that appears whole or not at all. */
    static RangeFile write(Path folder, SavedRange range) {
        String name = RangeFile.nameOf(range.from(), range.to());
        MessageDigest digest = Sha256.digest();
        AtomicFile.write(folder.resolve(name), channel -> {
            ByteBuffer buffer = buffer();
            buffer.putLong(MAGIC)
                    .putInt(VERSION)
                    .putInt(range.from())
                    .putInt(range.to())
                    .putInt(0);
            emit(channel, buffer, digest);
            for (FloatVector vector : List.of(range.weights(), range.m(), range.v())) {
                stream(vector, channel, buffer, digest);
            }
        });
        String hash = HexFormat.of().formatHex(digest.digest());
        return new RangeFile(name, range.from(), range.to(), hash, bytes(range.from(), range.to()));
    }

    /** Compares a file with what the manifest says about it, to the last bit. */
    static void verify(Path folder, RangeFile expected) {
        Path file = folder.resolve(expected.name());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != expected.bytes()) {
                throw new InvalidInputException(
                        "[" + file + "] is torn: expected " + expected.bytes() + " bytes, found " + channel.size());
            }
            String found = hash(channel);
            if (!found.equals(expected.sha256())) {
                throw new InvalidInputException(
                        "[" + file + "] is corrupt: expected SHA-256 " + expected.sha256() + ", found " + found);
            }
            requireHeader(channel, file, expected);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Copies what the file has of {@code range} into it. */
    static void read(Path folder, RangeFile source, SavedRange range) {
        Path file = folder.resolve(source.name());
        int from = Math.max(range.from(), source.from());
        int to = Math.min(range.to(), source.to());
        long arrayBytes = (long) Float.BYTES * (source.to() - source.from());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long position = HEADER_BYTES + (long) Float.BYTES * (from - source.from());
            for (FloatVector vector : List.of(range.weights(), range.m(), range.v())) {
                readFloats(channel, position, vector, from - range.from(), to - from);
                position += arrayBytes;
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void stream(FloatVector vector, FileChannel channel, ByteBuffer buffer, MessageDigest digest)
            throws IOException {
        int step = BUFFER / Float.BYTES;
        for (int from = 0; from < vector.size(); from += step) {
            int count = Math.min(step, vector.size() - from);
            buffer.clear();
            buffer.asFloatBuffer().put(0, vector.floats(), from, count);
            emit(channel, buffer.position(count * Float.BYTES), digest);
        }
    }

    private static void emit(FileChannel channel, ByteBuffer buffer, MessageDigest digest) throws IOException {
        buffer.flip();
        digest.update(buffer.duplicate());
        AtomicFile.writeFully(channel, buffer);
    }

    private static String hash(FileChannel channel) throws IOException {
        MessageDigest digest = Sha256.digest();
        ByteBuffer buffer = buffer();
        while (channel.read(buffer.clear()) >= 0) {
            digest.update(buffer.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void requireHeader(FileChannel channel, Path file, RangeFile expected) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, header, 0);
        header.flip();
        boolean known = header.getLong() == MAGIC && header.getInt() == VERSION;
        if (!known || header.getInt() != expected.from() || header.getInt() != expected.to()) {
            throw new InvalidInputException("[" + file + "] is no range file, version " + VERSION + ", of ["
                    + expected.from() + ", " + expected.to() + ")");
        }
    }

    private static void readFloats(FileChannel channel, long position, FloatVector target, int offset, int count)
            throws IOException {
        ByteBuffer buffer = buffer();
        int step = BUFFER / Float.BYTES;
        for (int done = 0; done < count; done += step) {
            int piece = Math.min(step, count - done);
            buffer.clear().limit(piece * Float.BYTES);
            readFully(channel, buffer, position + (long) done * Float.BYTES);
            target.floats().put(offset + done, buffer.flip().asFloatBuffer(), 0, piece);
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("the file has become shorter since it was verified");
            }
        }
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static InvalidInputException unreadable(Path file, IOException e) {
        return new InvalidInputException("cannot read [" + file + "]: " + e, e);
    }
}
