package io.tinyclip.data.index;

import java.util.List;

/**
 * A sample as an index knows it.
 *
 * @param key of its members
 * @param offset of its picture in the shard
 * @param length of its picture, at least 1
 * @param checksum SHA-256 of its picture
 * @param captions at least one, none of them empty
 */
public record IndexedSample(String key, long offset, int length, byte[] checksum, List<String> captions) {}
