package io.tinyclip.actors.message;

import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Who holds the vector: server {@code i} of the list holds range {@code i} of {@link Shards#of}.
 *
 * @param servers numbers of servers
 * @param published what they publish of the version at hand; empty until all have it
 * @param keepers who keeps a copy of each range; empty where nobody does
 */
public record ShardMap(List<Integer> servers, List<Published> published, List<OptionalInt> keepers) {
    public static final ShardMap NONE = of(List.of());

    public static ShardMap of(List<Integer> servers) {
        return new ShardMap(servers, List.of(), Collections.nCopies(servers.size(), OptionalInt.empty()));
    }

    public ShardMap with(Collection<Published> versions) {
        return new ShardMap(servers, List.copyOf(versions), keepers);
    }

    public ShardMap keptBy(List<OptionalInt> chosen) {
        return new ShardMap(servers, published, List.copyOf(chosen));
    }

    /** Another server holds this range from now on. */
    public ShardMap with(int shard, int server) {
        List<Integer> changed = new ArrayList<>(servers);
        changed.set(shard, server);
        return new ShardMap(List.copyOf(changed), published, keepers);
    }

    /** Another server holds this range from now on, and publishes it. */
    public ShardMap with(int shard, int server, Published version) {
        List<Published> changed = new ArrayList<>(published);
        changed.set(shard, version);
        return with(shard, server).with(changed);
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
