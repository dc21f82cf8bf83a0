package io.tinyclip.optimize;

import io.tinyclip.hash.HashedFloats;
import io.tinyclip.hash.Sha256;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The run's state as one SHA-256: over the hashes of the blocks (weights and moments) in order, and the cursor. */
public final class StateDigest {
    private StateDigest() {}

    /**
     * SHA-256 of each block of a shard: its weights, first and second moments, little-endian.
     *
     * @param range a shard: starts on a block bound
     * @param arrays weights, first and second moments, each of {@code range.length()} floats
     */
    public static List<byte[]> blockHashes(Layout layout, Range range, List<FloatVector> arrays) {
        int block = layout.blockSize();
        List<byte[]> hashes = new ArrayList<>();
        for (int from = 0; from < range.length(); from += block) {
            int length = Math.min(block, range.length() - from);
            MessageDigest digest = Sha256.digest();
            for (FloatVector array : arrays) {
                HashedFloats.feed(array.floats(), from, from + length, ByteOrder.LITTLE_ENDIAN, digest::update);
            }
            hashes.add(digest.digest());
        }
        return hashes;
    }

    /**
     * The digest, in hex.
     *
     * @param cursor one line that names stage, phase, step, optimizer count, layout and width map
     * @param blockHashes of the whole vector, in order
     */
    public static String of(String cursor, List<byte[]> blockHashes) {
        MessageDigest digest = Sha256.digest();
        digest.update(cursor.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        blockHashes.forEach(digest::update);
        return HexFormat.of().formatHex(digest.digest());
    }
}
