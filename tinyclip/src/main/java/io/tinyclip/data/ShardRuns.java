package io.tinyclip.data;

import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Pictures of shards, neighbours by one read. Between two pictures of a tar lie headers and a caption, which cost less to read
 * than another request does.
 */
final class ShardRuns {
    /** What lies between two members of a sample is far less; what lies between others may be a picture. */
    private static final int MOST_BETWEEN = 64 << 10;
    /** A run is held whole while its pictures are decoded. */
    private static final int MOST_BYTES = 8 << 20;

    private final Map<Sample, byte[]> pictures = new HashMap<>();

    private record Sample(int shard, int number) {}

    /** A sample's picture in its tar. */
    private record Wanted(Sample sample, long offset, int length) {
        long end() {
            return offset + length;
        }
    }

    /**
     * Reads the pictures of samples. What cannot be read is left out: who asks for it by itself hears why.
     *
     * @param places of samples, in any order, also several times the same
     */
    static ShardRuns read(Shards shards, List<Shards.Place> places) {
        Map<Integer, List<Wanted>> byShard = new TreeMap<>();
        for (Shards.Place place : places) {
            ShardIndex index = place.index();
            int number = place.sample();
            byShard.computeIfAbsent(place.shard(), shard -> new ArrayList<>())
                    .add(new Wanted(new Sample(place.shard(), number), index.offset(number), index.length(number)));
        }
        ShardRuns runs = new ShardRuns();
        byShard.forEach((shard, wanted) -> runs.readShard(shards.blob(shard), wanted));
        return runs;
    }

    /** A picture's file; not yet held against its checksum. */
    Optional<byte[]> picture(Shards.Place place) {
        return Optional.ofNullable(pictures.get(new Sample(place.shard(), place.sample())));
    }

    private void readShard(Blob tar, List<Wanted> wanted) {
        wanted.sort(Comparator.comparingLong(Wanted::offset));
        int from = 0;
        for (int next = 1; next <= wanted.size(); next++) {
            if (next == wanted.size() || !joined(wanted.get(from), wanted.get(next - 1), wanted.get(next))) {
                readRun(tar, wanted.subList(from, next));
                from = next;
            }
        }
    }

    private static boolean joined(Wanted first, Wanted last, Wanted next) {
        return next.offset - last.end() <= MOST_BETWEEN && next.end() - first.offset <= MOST_BYTES;
    }

    private void readRun(Blob tar, List<Wanted> run) {
        long first = run.get(0).offset;
        ByteBuffer bytes = ByteBuffer.allocate((int) (run.get(run.size() - 1).end() - first));
        try {
            tar.read(first, bytes);
        } catch (IOException e) {
            return;
        }
        for (Wanted each : run) {
            byte[] picture = new byte[each.length];
            bytes.get((int) (each.offset - first), picture);
            pictures.put(each.sample, picture);
        }
    }
}
