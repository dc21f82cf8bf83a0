package io.tinyclip.actors.message;

import io.tinyclip.actors.plane.Fetcher;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where a part of the vector and of its optimizer state is published, by whomever.
 *
 * @param moments absent where they are zero
 */
public record Part(Range range, Handle weights, Optional<Moments> moments) {
    public record Moments(Handle first, Handle second) {}

    /** What the shards of a version publish. @param shards in order */
    public static List<Part> of(Layout layout, List<Published> shards) {
        List<Range> ranges = Shards.of(layout, shards.size());
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            Published shard = shards.get(i);
            parts.add(new Part(ranges.get(i), shard.master(), Optional.of(new Moments(shard.first(), shard.second()))));
        }
        return parts;
    }

    /** Fetches a range of weights, first and second moments into vectors of their own; moments that are zero take no memory yet. */
    public static CompletionStage<List<FloatVector>> fetch(Fetcher by, List<Part> parts, Range wanted) {
        List<FloatVector> vectors = Stream.generate(() -> FloatVector.allocate(wanted.length()))
                .limit(3)
                .toList();
        return CompletableFuture.allOf(
                        into(by, parts, part -> Optional.of(part.weights), wanted, vectors.get(0)),
                        into(by, parts, part -> part.moments.map(Moments::first), wanted, vectors.get(1)),
                        into(by, parts, part -> part.moments.map(Moments::second), wanted, vectors.get(2)))
                .thenApply(nothing -> vectors);
    }

    private static CompletableFuture<Void> into(
            Fetcher by, List<Part> parts, Function<Part, Optional<Handle>> which, Range wanted, FloatVector target) {
        List<ShardWeights> shards = parts.stream()
                .flatMap(part -> which.apply(part).stream().map(handle -> new ShardWeights(part.range, handle)))
                .toList();
        return ShardWeights.fetchInto(by, shards, wanted, target.floats()).toCompletableFuture();
    }

    public Stream<Handle> handles() {
        return Stream.concat(Stream.of(weights), moments.stream().flatMap(it -> Stream.of(it.first, it.second)));
    }
}
