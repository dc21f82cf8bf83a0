package io.tinyclip.data.index;

import java.util.List;

/**
 * The head of an index: all that is kept in memory of a shard whose samples nobody asks for.
 *
 * @param stamp of the shard that the index is of
 * @param count samples
 * @param contentHash SHA-256, in hex, of the samples in their order: keys, captions, lengths and checksums of pictures. The
 *     shard's name, its place and the members that make no sample do not count
 * @param remarks what of the shard is in no sample, or not as it is
 * @param bytes of the whole index
 */
public record ShardSummary(ShardStamp stamp, int count, String contentHash, List<Remark> remarks, int bytes) {
    /** Of a shard that could not be read and is left out. */
    public static ShardSummary leftOut(List<Remark> remarks) {
        return new ShardSummary(new ShardStamp(0, 0), 0, "", remarks, 0);
    }

    /** Whether the shard was left out. */
    public boolean isLeftOut() {
        return contentHash.isEmpty();
    }

    public ShardSummary {
        remarks = List.copyOf(remarks);
    }
}
