package io.tinyclip.checkpoint;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.hash.Sha256;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
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
    /** Bytes that are read at a time: a store far away answers each time only after a while. */
    private static final int READ = 1 << 23;

    private RangeFormat() {}

    static long bytes(int from, int to) {
        return HEADER_BYTES + (long) ARRAYS * Float.BYTES * (to - from);
    }

    /** Writes a file that appears whole or not at all. */
    static RangeFile write(SharedFolder folder, SavedRange range) {
        String name = RangeFile.nameOf(range.from(), range.to());
        MessageDigest digest = Sha256.digest();
        SharedFolder.Content content = channel -> {
            digest.reset();
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
        };
        folder.write(name, content, () -> {});
        String hash = HexFormat.of().formatHex(digest.digest());
        return new RangeFile(name, range.from(), range.to(), hash, bytes(range.from(), range.to()));
    }

    /** Compares a file with what the manifest says about it, to the last bit. */
    static void verify(SharedFolder folder, RangeFile expected) {
        String file = folder.shown(expected.name());
        Blob blob = folder.open(expected.name());
        try {
            if (blob.size() != expected.bytes()) {
                throw new InvalidInputException(
                        "[" + file + "] is torn: expected " + expected.bytes() + " bytes, found " + blob.size());
            }
            String found = hash(blob);
            if (!found.equals(expected.sha256())) {
                throw new InvalidInputException(
                        "[" + file + "] is corrupt: expected SHA-256 " + expected.sha256() + ", found " + found);
            }
            requireHeader(blob, file, expected);
        } catch (IOException e) {
            throw folder.unreadable(expected.name(), e);
        }
    }

    /** Copies what the file has of {@code range} into it. */
    static void read(SharedFolder folder, RangeFile source, SavedRange range) {
        Blob blob = folder.open(source.name());
        int from = Math.max(range.from(), source.from());
        int to = Math.min(range.to(), source.to());
        long arrayBytes = (long) Float.BYTES * (source.to() - source.from());
        try {
            long position = HEADER_BYTES + (long) Float.BYTES * (from - source.from());
            for (FloatVector vector : List.of(range.weights(), range.m(), range.v())) {
                readFloats(blob, position, vector, from - range.from(), to - from);
                position += arrayBytes;
            }
        } catch (IOException e) {
            throw folder.unreadable(source.name(), e);
        }
    }

    private static void stream(FloatVector vector, WritableByteChannel channel, ByteBuffer buffer, MessageDigest digest)
            throws IOException {
        int step = BUFFER / Float.BYTES;
        for (int from = 0; from < vector.size(); from += step) {
            int count = Math.min(step, vector.size() - from);
            buffer.clear();
            buffer.asFloatBuffer().put(0, vector.floats(), from, count);
            emit(channel, buffer.position(count * Float.BYTES), digest);
        }
    }

    private static void emit(WritableByteChannel channel, ByteBuffer buffer, MessageDigest digest) throws IOException {
        buffer.flip();
        digest.update(buffer.duplicate());
        AtomicFile.writeFully(channel, buffer);
    }

    private static String hash(Blob blob) throws IOException {
        MessageDigest digest = Sha256.digest();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(READ, blob.size()));
        for (long at = 0; at < blob.size(); at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), blob.size() - at));
            blob.read(at, buffer);
            digest.update(buffer.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void requireHeader(Blob blob, String file, RangeFile expected) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        blob.read(0, header);
        header.flip();
        boolean known = header.getLong() == MAGIC && header.getInt() == VERSION;
        if (!known || header.getInt() != expected.from() || header.getInt() != expected.to()) {
            throw new InvalidInputException("[" + file + "] is no range file, version " + VERSION + ", of ["
                    + expected.from() + ", " + expected.to() + ")");
        }
    }

    private static void readFloats(Blob blob, long position, FloatVector target, int offset, int count)
            throws IOException {
        int step = Math.min(READ / Float.BYTES, count);
        ByteBuffer buffer = ByteBuffer.allocate(step * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int done = 0; done < count; done += step) {
            int piece = Math.min(step, count - done);
            buffer.clear().limit(piece * Float.BYTES);
            blob.read(position + (long) done * Float.BYTES, buffer);
            target.floats().put(offset + done, buffer.flip().asFloatBuffer(), 0, piece);
        }
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    }
}
