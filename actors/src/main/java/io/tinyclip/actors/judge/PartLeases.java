package io.tinyclip.actors.judge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Decides which worker embeds which part of some sets. Facts and the time go in, requests come out. Whoever has done a part gets
 * the next, so that leases follow the speeds that machines show.
 *
 * <pre>
 * open      a worker has room for it            -> leased
 * leased    its answer has been fetched         -> done
 * leased    the worker is lost, or its answer   -> open
 * leased    late, and nothing is open           -> leased to another as well; the first answer counts
 * leased    not answered for a while            -> asked of the same worker again, for the request may be lost
 * any       no worker has the set, or time is up -> given up, with the reason
 * </pre>
 *
 * Answers are equal whoever gives them, so that it does not matter whose is first.
 */
public final class PartLeases {
    /** Parts that a worker has at a time: one that it computes, one that it goes on with. */
    private static final int MOST_AHEAD = 2;

    /** Reasons that are told. */
    private static final int MOST_REASONS = 3;

    /**
     * How long what is waited for.
     *
     * @param again after which a worker is asked again
     * @param late after which another worker is asked, too
     * @param within after which what is missing is given up
     */
    public record Patience(Duration again, Duration late, Duration within) {}

    /** A worker is to embed a part. */
    public record Request(int worker, int part) {}

    private static final class Lease {
        private final long since;
        private long asked;
        private boolean answered;

        Lease(long now) {
            this.since = now;
            this.asked = now;
        }
    }

    private static final class Part {
        private final int set;
        private final Map<Integer, Lease> leases = new TreeMap<>();
        private boolean done;

        Part(int set) {
            this.set = set;
        }
    }

    private final Patience patience;
    private final long began;
    private final List<Part> parts = new ArrayList<>();
    private final Set<Integer> workers = new TreeSet<>();
    private final Map<Integer, Map<Integer, String>> lacking = new HashMap<>();
    private final Map<Integer, String> givenUp = new LinkedHashMap<>();
    private final Set<Integer> sets = new HashSet<>();

    /**
     * Nothing is leased before {@link #deal}.
     *
     * @param setOfPart for each part the number of its set
     * @param there workers that are there
     */
    public PartLeases(List<Integer> setOfPart, Collection<Integer> there, Patience patience, long now) {
        workers.addAll(there);
        this.patience = patience;
        this.began = now;
        setOfPart.forEach(set -> {
            parts.add(new Part(set));
            sets.add(set);
        });
    }

    /** A worker is there. */
    public List<Request> joined(int worker, long now) {
        workers.add(worker);
        return deal(now);
    }

    /** A worker is gone, or goes: what it had not finished is others'. */
    public List<Request> lost(int worker, long now) {
        workers.remove(worker);
        parts.forEach(part -> part.leases.remove(worker));
        giveUpWhatAllLack();
        return deal(now);
    }

    /** A worker has embedded a part. @return whether its answer is to be fetched */
    public boolean answered(int worker, int part) {
        if (!isPart(part) || isOver(parts.get(part))) {
            return false;
        }
        Optional<Lease> lease = Optional.ofNullable(parts.get(part).leases.get(worker));
        boolean first = lease.filter(it -> !it.answered).isPresent();
        lease.ifPresent(it -> it.answered = true);
        return first;
    }

    /** An answer has been fetched. @return whether it is the first */
    public boolean here(int part) {
        boolean first = !isOver(parts.get(part));
        parts.get(part).done = parts.get(part).done || first;
        parts.get(part).leases.clear();
        return first;
    }

    /** An answer could not be fetched. */
    public List<Request> gone(int worker, int part, long now) {
        parts.get(part).leases.remove(worker);
        return deal(now);
    }

    /** A worker cannot embed parts of the set that this part is of. */
    public List<Request> refused(int worker, int part, String reason, long now) {
        if (isPart(part)) {
            int set = parts.get(part).set;
            lacking.computeIfAbsent(set, it -> new TreeMap<>()).put(worker, reason);
            parts.stream().filter(it -> it.set == set).forEach(it -> it.leases.remove(worker));
            giveUpWhatAllLack();
        }
        return deal(now);
    }

    /** Whoever has room gets what is open; then what others are late with. */
    public List<Request> deal(long now) {
        List<Request> requests = new ArrayList<>();
        for (boolean more = true; more; ) {
            more = false;
            for (int worker : workers) {
                Optional<Request> next = next(worker, now);
                next.ifPresent(requests::add);
                more |= next.isPresent();
            }
        }
        return requests;
    }

    /** Time has passed. */
    public List<Request> tick(long now) {
        if (now - began >= patience.within.toNanos()) {
            String who = workers.isEmpty()
                    ? "no worker was there"
                    : "[" + workers.size() + "] workers were not done with it";
            sets.stream()
                    .filter(set -> !isOver(set))
                    .forEach(set -> giveUp(set, who + " within " + patience.within.toSeconds() + " s"));
        }
        List<Request> requests = new ArrayList<>();
        for (int number = 0; number < parts.size(); number++) {
            int part = number;
            parts.get(part).leases.forEach((worker, lease) -> {
                if (!lease.answered && now - lease.asked >= patience.again.toNanos()) {
                    lease.asked = now;
                    requests.add(new Request(worker, part));
                }
            });
        }
        requests.addAll(deal(now));
        return requests;
    }

    /** Whether nothing is waited for any more. */
    public boolean ended() {
        return parts.stream().allMatch(this::isOver);
    }

    /** Why a set was given up; empty for one that was not. */
    public Optional<String> givenUp(int set) {
        return Optional.ofNullable(givenUp.get(set));
    }

    private Optional<Request> next(int worker, long now) {
        long has =
                parts.stream().filter(part -> part.leases.containsKey(worker)).count();
        Optional<Integer> part = has < MOST_AHEAD ? find(worker, now, false) : Optional.empty();
        Optional<Integer> taken = part.or(() -> has == 0 ? find(worker, now, true) : Optional.empty());
        taken.ifPresent(it -> parts.get(it).leases.put(worker, new Lease(now)));
        return taken.map(it -> new Request(worker, it));
    }

    private Optional<Integer> find(int worker, long now, boolean late) {
        for (int number = 0; number < parts.size(); number++) {
            Part part = parts.get(number);
            boolean wanted = !isOver(part) && !lacks(worker, part.set);
            boolean free = late
                    ? part.leases.values().stream().allMatch(it -> now - it.since >= patience.late.toNanos())
                    : part.leases.isEmpty();
            if (wanted && free && !part.leases.containsKey(worker)) {
                return Optional.of(number);
            }
        }
        return Optional.empty();
    }

    private boolean lacks(int worker, int set) {
        return lacking.getOrDefault(set, Map.of()).containsKey(worker);
    }

    private void giveUpWhatAllLack() {
        for (int set : sets) {
            boolean all = !workers.isEmpty() && workers.stream().allMatch(worker -> lacks(worker, set));
            if (all && !isOver(set)) {
                Set<String> reasons =
                        new LinkedHashSet<>(lacking.getOrDefault(set, Map.of()).values());
                giveUp(set, reasons.stream().limit(MOST_REASONS).collect(Collectors.joining("; ")));
            }
        }
    }

    private void giveUp(int set, String reason) {
        givenUp.put(set, reason);
        parts.stream().filter(part -> part.set == set).forEach(part -> part.leases.clear());
    }

    private boolean isOver(int set) {
        return parts.stream().filter(part -> part.set == set).allMatch(this::isOver);
    }

    private boolean isOver(Part part) {
        return part.done || givenUp.containsKey(part.set);
    }

    private boolean isPart(int part) {
        return part >= 0 && part < parts.size();
    }

    /** Who has leases of a part, for tests of what this promises. */
    Set<Integer> holders(int part) {
        return Collections.unmodifiableSet(parts.get(part).leases.keySet());
    }
}
