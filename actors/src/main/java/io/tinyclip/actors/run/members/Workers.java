package io.tinyclip.actors.run.members;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which workers take part in a run, and may be given leases. A worker that was late sits out one step, then two, then
 * four, as long as it stays late, so that one that is slow for ever costs less and less; one that answers nothing sits
 * out until it is heard of. Who sits out and answers is better than nobody: it is taken back where all others are late.
 *
 * <pre>
 * absent    joined                       -> READY
 * READY     late                         -> SITTING OUT for some steps, or until heard of where it was silent
 * SITTING   heard of, and steps are over -> READY
 * any       disputed                     -> SUSPECT      settled in its favour -> as before
 * any       leaving                      -> LEAVING, gets no leases any more
 * any       lost                         -> absent
 * </pre>
 *
 * Nobody sits out more than {@link #MOST_STEPS_OUT} steps at once, and no lease is a suspect's, a leaving worker's or a
 * stranger's ({@link #requireHonest}).
 */
public final class Workers {
    /** Has the leases that no worker has. */
    public static final int NOBODY = -1;

    private static final int MOST_STEPS_OUT = 64;

    /**
     * What a worker is.
     *
     * @param name that people know it by
     * @param numericClass equal where bits are equal
     */
    public record Identity(String name, String numericClass) {}

    private static final class Attendance {
        private final Identity identity;
        private long heardNanos;
        private boolean leaving;
        private boolean silent;
        private boolean suspect;
        private int stepsOut;
        private int lastStepsOut;

        Attendance(Identity identity, long nowNanos) {
            this.identity = identity;
            this.heardNanos = nowNanos;
        }

        private boolean honest() {
            return !suspect && !leaving;
        }

        private boolean answers() {
            return honest() && !silent;
        }
    }

    private final TreeMap<Integer, Attendance> workers = new TreeMap<>();
    private final Map<Integer, String> names = new HashMap<>();

    public void joined(int worker, Identity identity, long nowNanos) {
        workers.putIfAbsent(worker, new Attendance(identity, nowNanos));
        names.put(worker, identity.name);
    }

    /** @return whether it was there */
    public boolean lost(int worker) {
        return Optional.ofNullable(workers.remove(worker)).isPresent();
    }

    /** @return whether it is there */
    public boolean leaves(int worker) {
        Optional<Attendance> found = find(worker);
        found.ifPresent(it -> it.leaving = true);
        return found.isPresent();
    }

    public void heard(int worker, long nowNanos) {
        find(worker).ifPresent(it -> {
            it.heardNanos = nowNanos;
            it.silent = false;
        });
    }

    /** It did not finish its lease in time. @param sinceNanos when it was given the lease */
    public void late(int worker, long sinceNanos) {
        find(worker).ifPresent(it -> {
            it.silent = it.heardNanos <= sinceNanos;
            it.lastStepsOut = Math.min(MOST_STEPS_OUT, Math.max(1, 2 * it.lastStepsOut));
            it.stepsOut = it.lastStepsOut;
        });
    }

    public boolean silentSince(int worker, long sinceNanos) {
        return find(worker).filter(it -> it.heardNanos > sinceNanos).isEmpty();
    }

    /** A step was committed. @param punctual workers that had a lease to the end */
    public void stepCommitted(Set<Integer> punctual) {
        workers.forEach((worker, it) -> {
            it.stepsOut = Math.max(0, it.stepsOut - 1);
            it.lastStepsOut = punctual.contains(worker) ? 0 : it.lastStepsOut;
        });
    }

    public void suspect(int worker, boolean whether) {
        find(worker).ifPresent(it -> it.suspect = whether);
    }

    /** Whether the bits of two workers may differ. */
    public boolean ofDifferentClasses(int one, int other) {
        Optional<String> oneClass = numericClass(one);
        Optional<String> otherClass = numericClass(other);
        return oneClass.isPresent() && otherClass.isPresent() && !oneClass.equals(otherClass);
    }

    private Optional<String> numericClass(int worker) {
        return find(worker).map(it -> it.identity.numericClass);
    }

    /** The name of a worker, also of one that is gone. */
    public String name(int worker) {
        return names.getOrDefault(worker, "unknown");
    }

    /** The names of some, for a line. */
    public String names(Collection<Integer> some) {
        return some.stream().map(this::name).sorted().collect(Collectors.joining(", ", "[", "]"));
    }

    /** Those who may be given leases: the slow and the silent only where there is nobody else. */
    public List<Integer> eligible() {
        return firstThat(
                Set.of(), List.of(it -> it.answers() && it.stepsOut == 0, Attendance::answers, Attendance::honest));
    }

    /**
     * Those who may take over from some that are late: none that answers nothing, and the slow, or those not heard of
     * lately, only where there is nobody else. Of the slow those who were so least often: else two that hang would take over
     * from each other for ever, beside one that was late once.
     *
     * @param sinceNanos when the leases of the late ones began to be waited for
     */
    public List<Integer> others(Set<Integer> late, long sinceNanos) {
        Predicate<Attendance> heard = it -> it.answers() && it.heardNanos > sinceNanos;
        int least = workers.entrySet().stream()
                .filter(entry -> !late.contains(entry.getKey()) && heard.test(entry.getValue()))
                .mapToInt(entry -> entry.getValue().stepsOut)
                .min()
                .orElse(0);
        return firstThat(late, List.of(heard.and(it -> it.stepsOut == least), Attendance::answers));
    }

    /** Those who meet the first condition that anybody meets. */
    private List<Integer> firstThat(Set<Integer> not, List<Predicate<Attendance>> conditions) {
        return conditions.stream()
                .map(condition -> workers.entrySet().stream()
                        .filter(entry -> !not.contains(entry.getKey()) && condition.test(entry.getValue()))
                        .map(Map.Entry::getKey)
                        .toList())
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    public Set<Integer> all() {
        return workers.keySet();
    }

    public List<Integer> but(Set<Integer> some) {
        return workers.keySet().stream().filter(it -> !some.contains(it)).toList();
    }

    public boolean any() {
        return workers.values().stream().anyMatch(it -> !it.leaving);
    }

    /** Before leases go to them, and when these are answered: whoever has one is here, and is trusted. */
    public void requireHonest(Set<Integer> holders) {
        for (int holder : holders) {
            if (holder != NOBODY && find(holder).filter(Attendance::honest).isEmpty()) {
                throw new IllegalStateException("worker [" + holder + "] has a lease, and may not: not in " + all());
            }
        }
    }

    private Optional<Attendance> find(int worker) {
        return Optional.ofNullable(workers.get(worker));
    }
}
