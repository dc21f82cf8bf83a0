package io.tinyclip.step;

import java.util.regex.Pattern;

/**
 * What a shard was found to hold where it was first read, and holds as long as the run lasts.
 *
 * @param shard number among those of the training pairs
 * @param hash SHA-256, in hex, of its samples
 * @param tar where whoever read it found it
 */
public record ShardPin(int shard, String hash, String tar) {
    /** Letters of a place; the end says more of it than the beginning. */
    private static final int LONGEST = 200;

    private static final int MOST_SHARDS = 1 << 24;
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    public ShardPin {
        if (shard < 0 || shard >= MOST_SHARDS || !SHA_256.matcher(hash).matches()) {
            throw new IllegalArgumentException("shard [" + shard + "] cannot have the hash [" + hash + "]");
        }
        tar = tar.length() <= LONGEST ? tar : "..." + tar.substring(tar.length() - LONGEST + 3);
    }
}
