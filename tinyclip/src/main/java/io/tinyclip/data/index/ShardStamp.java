package io.tinyclip.data.index;

import io.tinyclip.hash.Sha256;
import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * By what a shard's change shows without reading it, together with the rules by which its members become samples.
 *
 * @param size in bytes
 * @param version of its bytes and of the rules, hashed
 */
public record ShardStamp(long size, long version) {
    /**
     * The stamp of a shard as it is now.
     *
     * @param rules another text where the same tar would give other samples
     */
    public static ShardStamp of(Blob shard, String rules) throws IOException {
        String versions = shard.version() + "\n" + rules;
        byte[] hash = Sha256.digest().digest(versions.getBytes(StandardCharsets.UTF_8));
        return new ShardStamp(shard.size(), ByteBuffer.wrap(hash).getLong());
    }
}
