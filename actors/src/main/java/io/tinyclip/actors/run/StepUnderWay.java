package io.tinyclip.actors.run;

import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Reached;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A step that is being computed: who has leased what, and how far they are. */
final class StepUnderWay {
    /** Has the leases of workers that are gone, until there are others. */
    static final int NOBODY = -1;

    /** Deadlines in a row that bytes on their way are waited for. */
    private static final int MOST_WAITED = 10;

    private final int partitions;
    private final StepTally tally;
    private final Map<Integer, Map<Reached, BitSet>> reached = new HashMap<>();
    private final Set<Integer> transferring = new TreeSet<>();
    private int waited;
    private List<Lease> leases = List.of();
    private int attempt = -1;
    private long sinceNanos;

    StepUnderWay(int partitions, int shards) {
        this.partitions = partitions;
        this.tally = new StepTally(partitions, shards);
    }

    StepTally tally() {
        return tally;
    }

    List<Lease> leases() {
        return leases;
    }

    /** Those that somebody has. */
    List<Lease> givenLeases() {
        return leases.stream().filter(lease -> lease.worker() != NOBODY).toList();
    }

    int attempt() {
        return attempt;
    }

    /** When the leases as they are were given. */
    long sinceNanos() {
        return sinceNanos;
    }

    void grant(List<Lease> granted, long nowNanos) {
        leases = List.copyOf(granted);
        attempt++;
        transferring.clear();
        waited = 0;
        sinceNanos = nowNanos;
    }

    /** Nobody is late before as long again. */
    void waitOn(long nowNanos) {
        sinceNanos = nowNanos;
        transferring.clear();
        waited++;
    }

    /** Bytes that a worker waits for come, or its sums go: the link is slow, and others would have to use one as well. */
    void transfers(int worker) {
        transferring.add(worker);
    }

    /** @param partition outside the step's changes nothing */
    void reached(int worker, int partition, Reached what) {
        if (partition >= 0 && partition < partitions) {
            reached.computeIfAbsent(worker, it -> new HashMap<>())
                    .computeIfAbsent(what, it -> new BitSet())
                    .set(partition);
        }
    }

    Set<Integer> holders() {
        Set<Integer> holders = new TreeSet<>();
        leases.forEach(lease -> holders.add(lease.worker()));
        return holders;
    }

    /**
     * Those whom all others wait for; where all wait for each other, those who answer nothing. Who has transferred since the
     * leases were given, or since nobody was late, is not late, unless its link is no use.
     */
    Set<Integer> late(Predicate<Integer> silent) {
        Set<Integer> behind = behind();
        Predicate<Integer> slow = worker -> waited < MOST_WAITED && transferring.contains(worker);
        Predicate<Integer> late = behind.containsAll(holders()) ? silent : worker -> true;
        return behind.stream().filter(late).filter(slow.negate()).collect(Collectors.toUnmodifiableSet());
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
     * The leases, with those of some workers cut anew for others.
     *
     * @param whole a lease that is not cut, as a sum over just these partitions is wanted
     */
    List<Lease> without(Predicate<Integer> gone, List<Integer> others, Predicate<Lease> whole) {
        List<Lease> again = new ArrayList<>();
        for (Lease lease : leases) {
            if (!gone.test(lease.worker())) {
                again.add(lease);
            } else if (others.isEmpty()) {
                again.add(new Lease(NOBODY, lease.from(), lease.to()));
            } else {
                again.addAll(Lease.cut(lease.from(), lease.to(), whole.test(lease) ? others.subList(0, 1) : others));
            }
        }
        return again;
    }
}
