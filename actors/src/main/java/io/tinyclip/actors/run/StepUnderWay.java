package io.tinyclip.actors.run;

import io.tinyclip.actors.lease.Shares;
import io.tinyclip.actors.lease.StepSpeeds;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.run.members.Workers;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A step that is being computed: who has leased what, how far they are, and how long they have been waited for. */
final class StepUnderWay {
    /** Deadlines in a row that bytes on their way are waited for. */
    private static final int MOST_WAITED = 10;

    private final int partitions;
    private final Shares shares;
    private final StepTally tally;
    private final StepSpeeds speeds = new StepSpeeds();
    private final Map<Integer, Map<Reached, BitSet>> reached = new HashMap<>();
    private final Set<Integer> progressed = new HashSet<>();
    private int waitedInVain;
    private long inVainNanos;
    private final Map<Integer, BitSet> everLeased = new TreeMap<>();
    private final Set<Integer> transferring = new TreeSet<>();
    private int waitedForBytes;
    private List<Lease> leases = List.of();
    private List<Lease> seconds = List.of();
    private int attempt = -1;
    private long sinceNanos;

    /** @param shares by which leases that are taken from somebody are dealt to others */
    StepUnderWay(int partitions, int shards, Shares shares) {
        this.partitions = partitions;
        this.shares = shares;
        this.tally = new StepTally(partitions, shards);
    }

    StepTally tally() {
        return tally;
    }

    StepSpeeds speeds() {
        return speeds;
    }

    /** Partitions a second, by worker, where all had what they have from the beginning. */
    Map<Integer, Double> measured() {
        return attempt == 0 ? speeds.of(leases) : Map.of();
    }

    List<Lease> leases() {
        return leases;
    }

    /** Those that somebody has. */
    List<Lease> givenLeases() {
        return leases.stream().filter(lease -> lease.worker() != Workers.NOBODY).toList();
    }

    int attempt() {
        return attempt;
    }

    /** Who may answer for what: also those who were late, and may be first all the same. */
    LeaseTable leaseTable() {
        List<Lease> ever = new ArrayList<>();
        everLeased.forEach((worker, partitions) -> {
            for (int from = partitions.nextSetBit(0); from >= 0; ) {
                int to = partitions.nextClearBit(from);
                ever.add(new Lease(worker, from, to));
                from = partitions.nextSetBit(to);
            }
        });
        return new LeaseTable(attempt, ever);
    }

    /** When the leases as they are were given. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** Before leases are granted: workers that compute what others have as well. */
    void compare(List<Lease> seconds) {
        this.seconds = List.copyOf(seconds);
    }

    /** What workers compute beside the leases of others. Who goes on with that once leases have changed is not asked. */
    List<Lease> seconds() {
        return attempt == 0 ? seconds : List.of();
    }

    void grant(List<Lease> granted, long nowNanos) {
        leases = List.copyOf(granted);
        requireCover();
        Stream.concat(givenLeases().stream(), seconds.stream()).forEach(lease -> everLeased
                .computeIfAbsent(lease.worker(), it -> new BitSet())
                .set(lease.from(), lease.to()));
        attempt++;
        waitedInVain = 0;
        progressed.clear();
        transferring.clear();
        waitedForBytes = 0;
        sinceNanos = nowNanos;
        inVainNanos = 0;
    }

    private void requireCover() {
        int covered = 0;
        for (Lease lease : leases) {
            if (lease.from() != covered) {
                throw new IllegalStateException("a lease begins at [" + lease.from() + "], not at [" + covered + "]");
            }
            covered = lease.to();
        }
        if (covered != partitions) {
            throw new IllegalStateException("leases end at partition [" + covered + "] of [" + partitions + "]");
        }
    }

    /** Nobody is late before as long again. */
    void waitOn(long nowNanos) {
        waitedInVain = allTold() || !stuck().isEmpty() ? waitedInVain + 1 : 0;
        progressed.clear();
        sinceNanos = nowNanos;
        inVainNanos = 0;
        transferring.clear();
        waitedForBytes++;
    }

    /** Workers have done all that is wanted of them, and are not waited for. */
    void waitForOthers(long nowNanos) {
        waitOn(nowNanos);
        waitedInVain = 0;
    }

    /**
     * Nobody can take over from those who are late.
     *
     * @return whether they have been waited for for a deadline, or twice as long as when this was so before
     */
    boolean waitsInVain(long nowNanos, long deadlineNanos) {
        long waited = nowNanos - sinceNanos;
        boolean longer = waited >= Math.max(deadlineNanos, 2 * inVainNanos);
        if (longer) {
            inVainNanos = waited;
            waitedInVain++;
        }
        return longer;
    }

    /** Deadlines, each longer than the one before, for which nothing has come of those who are waited for. */
    int waitedInVain() {
        return waitedInVain;
    }

    /** Bytes that a worker waits for come, or its sums go: the link is slow, and others would have to use one as well. */
    void transfers(int worker) {
        transferring.add(worker);
    }

    /** @param partition outside the step's changes nothing */
    void reached(int worker, int partition, Reached what) {
        if (partition >= 0 && partition < partitions) {
            BitSet found =
                    reached.computeIfAbsent(worker, it -> new HashMap<>()).computeIfAbsent(what, it -> new BitSet());
            if (!found.get(partition)) {
                found.set(partition);
                progressed.add(worker);
            }
        }
    }

    Set<Integer> holders() {
        Set<Integer> holders = new TreeSet<>();
        leases.forEach(lease -> holders.add(lease.worker()));
        return holders;
    }

    /**
     * Those whom all others wait for; those who answer nothing where all wait for each other, or for the sums of what all
     * have told. Who has transferred since the leases were given, or since nobody was late, is not late, unless its link is no
     * use.
     */
    Set<Integer> late(Predicate<Integer> silent) {
        Set<Integer> behind = behind();
        boolean some = !behind.isEmpty() && !behind.containsAll(holders());
        Stream<Integer> late = some ? behind.stream() : holders().stream().filter(silent);
        return late.filter(worker -> !isSlow(worker)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether bytes of the step come or go. */
    boolean transfers() {
        return holders().stream().anyMatch(this::isSlow);
    }

    private boolean isSlow(int worker) {
        return waitedForBytes < MOST_WAITED && transferring.contains(worker);
    }

    /** Those who are waited for, and have told nothing new since the leases were given, or waited for anew. */
    Set<Integer> stuck() {
        Set<Integer> stuck = new TreeSet<>(behind());
        stuck.removeAll(progressed);
        stuck.removeIf(this::isSlow);
        return stuck;
    }

    /** Whether every holder has told all of its gradients. */
    boolean allTold() {
        return behind().isEmpty();
    }

    private Set<Integer> behind() {
        for (Reached barrier : Reached.values()) {
            Set<Integer> behind = new TreeSet<>();
            leases.stream().filter(lease -> !has(lease, barrier)).forEach(lease -> behind.add(lease.worker()));
            if (!behind.isEmpty()) {
                return behind;
            }
        }
        return Set.of();
    }

    private boolean has(Lease lease, Reached what) {
        BitSet found = reached.getOrDefault(lease.worker(), Map.of()).getOrDefault(what, new BitSet());
        return found.get(lease.from(), lease.to()).cardinality() == lease.to() - lease.from();
    }

    /**
     * The leases, with those of some workers dealt to others, those first who have least to do; who has one keeps it where
     * only itself is among these.
     *
     * @param whole a lease that is not cut, as a sum over just these partitions is wanted
     */
    List<Lease> without(Predicate<Integer> gone, List<Integer> others, Predicate<Lease> whole) {
        List<Lease> had = new ArrayList<>(
                leases.stream().filter(lease -> !gone.test(lease.worker())).toList());
        List<Lease> again = new ArrayList<>();
        for (Lease lease : leases) {
            if (!gone.test(lease.worker())) {
                again.add(lease);
            } else if (others.isEmpty()) {
                again.add(new Lease(Workers.NOBODY, lease.from(), lease.to()));
            } else {
                List<Lease> dealt = cut(lease, others, whole.test(lease), had);
                had.addAll(dealt);
                again.addAll(dealt);
            }
        }
        return again;
    }

    private List<Lease> cut(Lease lease, List<Integer> others, boolean whole, List<Lease> had) {
        List<Integer> takers =
                others.stream().filter(other -> other != lease.worker()).toList();
        return takers.isEmpty()
                ? List.of(lease)
                : shares.cut(lease.from(), lease.to(), whole ? takers.subList(0, 1) : takers, had);
    }
}
