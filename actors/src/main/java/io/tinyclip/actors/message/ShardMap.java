package io.tinyclip.actors.message;

import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Who holds the vector: server {@code i} of the list holds range {@code i} of {@link Shards#of}.
 *
 * @param servers numbers of servers
 * @param published what they publish of the version at hand; empty until all have it
 */
public record ShardMap(List<Integer> servers, List<Published> published) {
    public static final ShardMap NONE = new ShardMap(List.of(), List.of());

    public static ShardMap of(List<Integer> servers) {
        return new ShardMap(servers, List.of());
    }

    public ShardMap with(Collection<Published> versions) {
        return new ShardMap(servers, List.copyOf(versions));
    }

    public boolean has(int server) {
        return servers.contains(server);
    }

    public int size() {
        return servers.size();
    }

    /** What a server holds. */
    public Optional<Range> range(int server, Layout layout) {
        int shard = servers.indexOf(server);
        return shard < 0
                ? Optional.empty()
                : Optional.of(Shards.of(layout, size()).get(shard));
    }

    /** The server with the masks. */
    public int serverWithMasks(Layout layout) {
        List<Range> ranges = Shards.of(layout, size());
        return IntStream.range(0, size())
                .filter(shard -> Shards.holdsMasks(layout, ranges.get(shard)))
                .mapToObj(servers::get)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no shard holds the masks"));
    }
}
