package io.tinyclip.actors.run.members;

import io.tinyclip.actors.message.ShardMap;
import io.tinyclip.actors.message.Stamp;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Which server keeps a copy of which shard: another one than the shard's own, on another host where there is one, each as few
 * as may be.
 *
 * <pre>
 * none      shards of an epoch and a layout are whole -> planned, a keeper each; one server alone has nobody
 * planned   a keeper has the shard's range            -> filled, and from then on the copy follows
 * any       clear, or shards of another epoch         -> none
 * </pre>
 *
 * A keeper holds a shard itself, so that with it a shard is lost as well, and the others are planned anew.
 */
public final class Copies {
    private Optional<Stamp> planned = Optional.empty();
    private List<OptionalInt> keepers = List.of();
    private final BitSet filled = new BitSet();

    /** The copies of these shards. @param host of a server. @return whether they were not planned yet */
    public boolean plan(Stamp at, ShardMap map, IntFunction<String> host) {
        if (isOf(at)) {
            return false;
        }
        clear();
        planned = Optional.of(at);
        TreeMap<Integer, Integer> load = new TreeMap<>();
        List<OptionalInt> chosen = new ArrayList<>();
        for (int shard = 0; shard < map.size(); shard++) {
            OptionalInt next = keeper(map, shard, host, load);
            next.ifPresent(server -> load.merge(server, 1, Integer::sum));
            chosen.add(next);
        }
        keepers = List.copyOf(chosen);
        return true;
    }

    /** The next in the ring of those with the fewest copies, among those on another host where there are any. */
    private static OptionalInt keeper(
            ShardMap map, int shard, IntFunction<String> host, TreeMap<Integer, Integer> load) {
        int holder = map.servers().get(shard);
        return IntStream.range(1, map.size())
                .mapToObj(step -> map.servers().get((shard + step) % map.size()))
                .min(Comparator.<Integer, Boolean>comparing(it -> host.apply(it).equals(host.apply(holder)))
                        .thenComparing(it -> load.getOrDefault(it, 0)))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    /** Whether there is a plan for the shards of this epoch and layout. */
    public boolean isOf(Stamp stamp) {
        return planned.filter(stamp::sharesMapWith).isPresent();
    }

    /** The version that the copies begin with. */
    public Stamp planned() {
        return planned.orElseThrow(() -> new IllegalStateException("no copies are planned"));
    }

    /** There are none. */
    public void clear() {
        planned = Optional.empty();
        keepers = List.of();
        filled.clear();
    }

    /** Copies that are there already. @param version of the shards, which their copies can come to */
    public void adopt(Stamp version, List<OptionalInt> held) {
        clear();
        planned = Optional.of(version);
        keepers = List.copyOf(held);
        filled.set(0, keepers.size());
    }

    /** @return whether that is news of the copies that are planned */
    public boolean filled(Stamp stamp, int shard) {
        boolean news =
                planned.filter(stamp::equals).isPresent() && keeper(shard).isPresent() && !filled.get(shard);
        if (news) {
            filled.set(shard);
        }
        return news;
    }

    /** Who is to keep the copy of each shard. */
    public List<OptionalInt> keepers() {
        return keepers;
    }

    /** Who is to keep the copy of a shard. */
    public OptionalInt keeper(int shard) {
        return shard < keepers.size() ? keepers.get(shard) : OptionalInt.empty();
    }

    /** Shards whose keepers do not have them yet. */
    public List<Integer> unfilled() {
        return IntStream.range(0, keepers.size())
                .filter(shard -> keeper(shard).isPresent() && !filled.get(shard))
                .boxed()
                .toList();
    }

    /** Whether some shard has no copy, and nobody is to keep one. */
    public boolean isAlone() {
        return keepers.contains(OptionalInt.empty());
    }

    /** Who has the whole copy of a shard, and may stand in for its server. */
    public OptionalInt standIn(Stamp version, int shard) {
        return isOf(version) && filled.get(shard) ? keeper(shard) : OptionalInt.empty();
    }
}
