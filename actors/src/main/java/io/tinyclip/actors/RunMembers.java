package io.tinyclip.actors;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Who takes part in a run, and which workers may be given leases. A worker that was late sits out one step, then two,
 * then four, as long as it stays late, so that one that is slow for ever costs less and less; one that answers nothing
 * sits out until it is heard of.
 */
final class RunMembers {
    private static final int MOST_STEPS_OUT = 64;

    /**
     * What a worker is.
     *
     * @param name that people know it by
     * @param numericClass equal where bits are equal
     */
    record Identity(String name, String numericClass) {}

    private static final class Member {
        private final Identity identity;
        private long heardNanos;
        private boolean leaving;
        private boolean silent;
        private boolean suspect;
        private int stepsOut;
        private int lastStepsOut;

        Member(Identity identity, long nowNanos) {
            this.identity = identity;
            this.heardNanos = nowNanos;
        }

        private boolean honest() {
            return !suspect && !leaving;
        }
    }

    private final TreeMap<Integer, Member> workers = new TreeMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final TreeMap<Integer, Boolean> servers = new TreeMap<>();

    void workerJoined(int worker, Identity identity, long nowNanos) {
        workers.putIfAbsent(worker, new Member(identity, nowNanos));
        names.put(worker, identity.name);
    }

    /** @return whether it was there */
    boolean workerLost(int worker) {
        return Optional.ofNullable(workers.remove(worker)).isPresent();
    }

    /** @return whether it is there */
    boolean workerLeaving(int worker) {
        Optional<Member> member = member(worker);
        member.ifPresent(it -> it.leaving = true);
        return member.isPresent();
    }

    void heard(int worker, long nowNanos) {
        member(worker).ifPresent(it -> {
            it.heardNanos = nowNanos;
            it.silent = false;
        });
    }

    /** It did not finish its lease in time. @param sinceNanos when it was given the lease */
    void late(int worker, long sinceNanos) {
        member(worker).ifPresent(it -> {
            it.silent = it.heardNanos <= sinceNanos;
            it.lastStepsOut = Math.min(MOST_STEPS_OUT, Math.max(1, 2 * it.lastStepsOut));
            it.stepsOut = it.lastStepsOut;
        });
    }

    boolean silentSince(int worker, long sinceNanos) {
        return member(worker).filter(it -> it.heardNanos > sinceNanos).isEmpty();
    }

    /** A step was committed. @param punctual workers that had a lease to the end */
    void stepCommitted(Set<Integer> punctual) {
        workers.forEach((worker, it) -> {
            it.stepsOut = Math.max(0, it.stepsOut - 1);
            it.lastStepsOut = punctual.contains(worker) ? 0 : it.lastStepsOut;
        });
    }

    void suspect(int worker, boolean whether) {
        member(worker).ifPresent(it -> it.suspect = whether);
    }

    /** Whether the bits of two workers may differ. */
    boolean ofDifferentClasses(int one, int other) {
        Optional<String> oneClass = numericClass(one);
        Optional<String> otherClass = numericClass(other);
        return oneClass.isPresent() && otherClass.isPresent() && !oneClass.equals(otherClass);
    }

    private Optional<String> numericClass(int worker) {
        return member(worker).map(it -> it.identity.numericClass);
    }

    /** The name of a worker, also of one that is gone. */
    String name(int worker) {
        return names.getOrDefault(worker, "unknown");
    }

    /** Those who may be given leases: the slow and the silent only where there is nobody else. */
    List<Integer> eligible() {
        List<Predicate<Member>> choices = List.of(
                it -> it.honest() && !it.silent && it.stepsOut == 0, it -> it.honest() && !it.silent, Member::honest);
        return choices.stream()
                .map(this::workersThat)
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private List<Integer> workersThat(Predicate<Member> condition) {
        return workers.entrySet().stream()
                .filter(entry -> condition.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    Set<Integer> workers() {
        return workers.keySet();
    }

    List<Integer> workersBut(Set<Integer> some) {
        return workers.keySet().stream().filter(it -> !some.contains(it)).toList();
    }

    List<Integer> serversBut(List<Integer> some) {
        return servers.keySet().stream().filter(it -> !some.contains(it)).toList();
    }

    boolean hasWorkers() {
        return workers.values().stream().anyMatch(it -> !it.leaving);
    }

    RunDescription.LivingWorker describe(int worker, List<Lease> leases, long nowNanos) {
        Member it = member(worker).orElseThrow();
        double silence = (nowNanos - it.heardNanos) * 1e-9;
        boolean sitsOut = it.stepsOut > 0 || it.silent || it.suspect;
        List<Lease> own =
                leases.stream().filter(lease -> lease.worker() == worker).toList();
        return new RunDescription.LivingWorker(it.identity.name, own, silence, it.leaving, sitsOut);
    }

    void serverJoined(int server) {
        servers.putIfAbsent(server, false);
    }

    /** @return whether it was there */
    boolean serverLost(int server) {
        return Optional.ofNullable(servers.remove(server)).isPresent();
    }

    /** @return whether it is there */
    boolean serverLeaving(int server) {
        return Optional.ofNullable(servers.computeIfPresent(server, (number, leaving) -> true))
                .isPresent();
    }

    boolean isLeaving(int server) {
        return servers.getOrDefault(server, false);
    }

    Set<Integer> servers() {
        return servers.keySet();
    }

    /** Those that hold shards from the next shard map on. */
    List<Integer> stayingServers() {
        return servers.keySet().stream().filter(server -> !isLeaving(server)).toList();
    }

    /** Those that hold shards now: also the leaving ones, where nobody stays. */
    List<Integer> holdingServers() {
        List<Integer> staying = stayingServers();
        return staying.isEmpty() ? List.copyOf(servers.keySet()) : staying;
    }

    private Optional<Member> member(int worker) {
        return Optional.ofNullable(workers.get(worker));
    }
}
