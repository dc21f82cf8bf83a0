package io.tinyclip.actors.run.members;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardMap;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What servers say that they hold when another coordinator begins to lead, and the version that they can be brought to
 * together: the earliest of those that hold shards of the newest epoch. Whoever is one step ahead, as its commit was heard of by
 * some only, has a copy on another server that is not.
 */
public final class Holdings {
    /** Nobody has this number. */
    private static final int NOBODY = -1;

    private static final Handle NOTHING = new Handle("", "", 0);
    private static final Published NOWHERE = new Published(NOTHING, NOTHING, NOTHING, NOTHING);

    private final TreeMap<Integer, Optional<Holding>> said = new TreeMap<>();

    /**
     * A version that servers have.
     *
     * @param epoch in which they have it
     * @param position of the run at it
     * @param map who has it; where nobody does, the keeper of the shard's copy can come to it
     * @param last commit, where it led to this version
     */
    public record Whole(long epoch, Position position, ShardMap map, Optional<CommitOrder> last) {}

    /** Whatever was said is of a time that is over. */
    public void clear() {
        said.clear();
    }

    public void says(int server, Optional<Holding> holding) {
        said.put(server, holding);
    }

    /** Those that have not said anything. */
    public Stream<Integer> silent(Collection<Integer> servers) {
        return servers.stream().filter(server -> !said.containsKey(server));
    }

    /**
     * The version later than this position that servers have.
     *
     * @param there servers that are
     */
    public Optional<Whole> whole(Collection<Integer> there, Position after) {
        TreeMap<Integer, Holding> holders = new TreeMap<>();
        said.forEach((server, holding) ->
                holding.filter(it -> there.contains(server)).ifPresent(it -> holders.put(server, it)));
        long epoch = holders.values().stream()
                .mapToLong(it -> it.assignment().epoch())
                .max()
                .orElse(0);
        holders.values().removeIf(it -> it.assignment().epoch() < epoch);
        return holders.values().stream()
                .map(Holding::assignment)
                .min(Comparator.comparing(ServerCommand.Assignment::stamp, Stamp.ORDER))
                .filter(first -> after.stamp(epoch).before(first.stamp()))
                .flatMap(first -> whole(holders, first));
    }

    private static Optional<Whole> whole(Map<Integer, Holding> holders, ServerCommand.Assignment first) {
        List<Integer> servers = new ArrayList<>();
        List<Published> published = new ArrayList<>();
        List<OptionalInt> keepers = new ArrayList<>();
        for (int shard = 0; shard < first.shards(); shard++) {
            int number = shard;
            Optional<Map.Entry<Integer, Holding>> holder =
                    first(holders, it -> isShard(it.assignment(), number, first));
            Optional<Map.Entry<Integer, Holding>> keeper = first(
                    holders,
                    it -> it.assignment().layout().equals(first.layout())
                            && it.copies().contains(number));
            if (holder.isEmpty() && keeper.isEmpty()) {
                return Optional.empty();
            }
            servers.add(holder.map(Map.Entry::getKey).orElse(NOBODY));
            published.add(holder.map(it -> it.getValue().published()).orElse(NOWHERE));
            keepers.add(keeper.map(it -> OptionalInt.of(it.getKey())).orElse(OptionalInt.empty()));
        }
        Optional<CommitOrder> last = holders.values().stream()
                .flatMap(it -> it.last().stream())
                .filter(it -> it.next().cursor().equals(first.position().cursor())
                        && it.next().layout().equals(first.layout().hash()))
                .findFirst();
        return Optional.of(new Whole(first.epoch(), first.position(), new ShardMap(servers, published, keepers), last));
    }

    private static boolean isShard(ServerCommand.Assignment it, int shard, ServerCommand.Assignment first) {
        return it.shard() == shard
                && it.shards() == first.shards()
                && it.stamp().equals(first.stamp());
    }

    private static Optional<Map.Entry<Integer, Holding>> first(
            Map<Integer, Holding> holders, Predicate<Holding> which) {
        return holders.entrySet().stream()
                .filter(it -> which.test(it.getValue()))
                .findFirst();
    }
}
