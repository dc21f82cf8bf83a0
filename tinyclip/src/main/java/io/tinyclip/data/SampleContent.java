package io.tinyclip.data;

/**
 * What a sample is called by content, whatever else a run reads and wherever that lies.
 *
 * @param hash SHA-256, in hex, of what decides its views: of its shard, or of its dataset where there are no shards
 * @param place of the sample there, 0 to {@code count - 1}
 * @param count samples there; their indexes in the dataset follow each other
 */
public record SampleContent(String hash, int place, int count) {
    public SampleContent {
        if (place < 0 || place >= count) {
            throw new IllegalArgumentException("place [" + place + "] must be below [" + count + "]");
        }
    }
}
