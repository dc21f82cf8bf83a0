package io.tinyclip.actors.run;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which parameter servers take part in a run.
 *
 * <pre>
 * absent    joined   -> STAYING     holds a shard from the next map on
 * STAYING   leaving  -> LEAVING     holds what it has until others have it
 * any       lost     -> absent
 * </pre>
 *
 * Whoever leaves never stays again under the same number.
 */
final class Servers {
    private final TreeMap<Integer, Boolean> leaving = new TreeMap<>();

    void joined(int server) {
        leaving.putIfAbsent(server, false);
    }

    /** @return whether it was there */
    boolean lost(int server) {
        return Optional.ofNullable(leaving.remove(server)).isPresent();
    }

    /** @return whether it is there */
    boolean leaves(int server) {
        return Optional.ofNullable(leaving.computeIfPresent(server, (number, before) -> true))
                .isPresent();
    }

    boolean isLeaving(int server) {
        return leaving.getOrDefault(server, false);
    }

    Set<Integer> all() {
        return leaving.keySet();
    }

    List<Integer> but(List<Integer> some) {
        return all().stream().filter(it -> !some.contains(it)).toList();
    }

    /** Those that hold shards from the next shard map on. */
    List<Integer> staying() {
        return all().stream().filter(server -> !isLeaving(server)).toList();
    }

    /** Those that hold shards now: also the leaving ones, where nobody stays. */
    List<Integer> holding() {
        List<Integer> staying = staying();
        return staying.isEmpty() ? List.copyOf(all()) : staying;
    }
}
