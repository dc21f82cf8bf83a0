package io.tinyclip.actors.message;

import io.tinyclip.actors.plane.Fetcher;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Where the floats of a range of the vector are published. */
public record ShardWeights(Range range, Handle weights) {
    /** The weights as the optimizer has them. @param shards in order */
    public static List<ShardWeights> masters(Layout layout, List<Published> shards) {
        return of(layout, shards, Published::master);
    }

    /** The weights that workers compute on. @param shards in order */
    public static List<ShardWeights> forWorkers(Layout layout, List<Published> shards) {
        return of(layout, shards, Published::workerWeights);
    }

    /** One of the vectors that shards publish. @param shards in order; none gives none */
    static List<ShardWeights> of(Layout layout, List<Published> shards, Function<Published, Handle> vector) {
        if (shards.isEmpty()) {
            return List.of();
        }
        List<Range> ranges = Shards.of(layout, shards.size());
        List<ShardWeights> found = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            found.add(new ShardWeights(ranges.get(i), vector.apply(shards.get(i))));
        }
        return found;
    }

    /** Fetches floats {@code [wanted.from, wanted.to)} of the vector; not to be written to. */
    public static CompletionStage<float[]> fetch(Fetcher by, List<ShardWeights> shards, Range wanted) {
        for (ShardWeights shard : shards) {
            if (shard.range.from() <= wanted.from() && wanted.to() <= shard.range.to()) {
                return shard.fetchPart(by, wanted);
            }
        }
        float[] target = new float[wanted.length()];
        return fetchInto(by, shards, wanted, FloatBuffer.wrap(target)).thenApply(nothing -> target);
    }

    /** Fetches floats {@code [wanted.from, wanted.to)} of the vector into the first floats of {@code target}. */
    public static CompletionStage<Void> fetchInto(
            Fetcher by, List<ShardWeights> shards, Range wanted, FloatBuffer target) {
        return fetchInto(by, shards, List.of(wanted), wanted.from(), target);
    }

    /**
     * Fetches some ranges of the vector, each to its place in {@code target}.
     *
     * @param first float of the vector that has its place at the beginning of {@code target}
     */
    public static CompletionStage<Void> fetchInto(
            Fetcher by, List<ShardWeights> shards, List<Range> wanted, int first, FloatBuffer target) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (ShardWeights shard : shards) {
            int start = shard.range.from();
            for (Range range : wanted) {
                int from = Math.max(range.from(), start);
                int to = Math.min(range.to(), shard.range.to());
                if (from < to) {
                    parts.add(by.fetchInto(shard.weights, from - start, to - start, target, from - first)
                            .toCompletableFuture());
                }
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }

    private CompletionStage<float[]> fetchPart(Fetcher by, Range part) {
        return by.fetch(weights, part.from() - range.from(), part.to() - range.from());
    }
}
