package io.tinyclip.actors.run.members;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
public final class Servers {
    private final TreeMap<Integer, Boolean> leaving = new TreeMap<>();
    private final Map<Integer, String> hosts = new HashMap<>();

    /** @param host that it runs on, as it is known by */
    public void joined(int server, String host) {
        leaving.putIfAbsent(server, false);
        hosts.put(server, host);
    }

    /** Where it runs. */
    public String host(int server) {
        return hosts.getOrDefault(server, "");
    }

    public boolean isThere(int server) {
        return leaving.containsKey(server);
    }

    /** @return whether it was there */
    public boolean lost(int server) {
        return Optional.ofNullable(leaving.remove(server)).isPresent();
    }

    /** @return whether it is there */
    public boolean leaves(int server) {
        return Optional.ofNullable(leaving.computeIfPresent(server, (number, before) -> true))
                .isPresent();
    }

    public boolean isLeaving(int server) {
        return leaving.getOrDefault(server, false);
    }

    public Set<Integer> all() {
        return leaving.keySet();
    }

    public List<Integer> but(List<Integer> some) {
        return all().stream().filter(it -> !some.contains(it)).toList();
    }

    /** Those that hold shards from the next shard map on. */
    public List<Integer> staying() {
        return all().stream().filter(server -> !isLeaving(server)).toList();
    }

    /** Those that hold shards now: also the leaving ones, where nobody stays. */
    public List<Integer> holding() {
        List<Integer> staying = staying();
        return staying.isEmpty() ? List.copyOf(all()) : staying;
    }
}
