package io.tinyclip.actors.message;

import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Two workers gave two answers to the same question. Both get no leases until a third one has answered it.
 *
 * @param steps committed before the step that it is about
 */
public record Dispute(long steps, Question question, Answer first, Answer second) {
    /** A worker's sum. @param checksum CRC32C of the range */
    public record Answer(int worker, int checksum) {}

    /** For the checksum of a node's sum. @param range floats of the vector that it is of */
    public record Question(Node node, Range range) {}

    /** Whose answer is not that of the third; empty where it agrees with neither. */
    public Optional<Answer> wrong(int checksum) {
        if (first.checksum == checksum) {
            return Optional.of(second);
        }
        return second.checksum == checksum ? Optional.of(first) : Optional.empty();
    }

    public boolean hasSuspectIn(Set<Integer> workers) {
        return workers.stream().anyMatch(this::suspects);
    }

    public boolean suspects(int worker) {
        return first.worker == worker || second.worker == worker;
    }

    /** Why the run ends where nobody else can answer. @param names of workers */
    public String withoutThird(IntFunction<String> names) {
        return "worker [" + names.apply(first.worker) + "] and worker [" + names.apply(second.worker)
                + "] give different sums of the same gradients, and no third worker can say which is right;"
                + " check both machines, then start the run again with those that are sound";
    }

    /** Why the run ends where a third worker agrees with neither. */
    public String unsettledBy(int third, IntFunction<String> names) {
        return "workers [" + names.apply(first.worker) + "], [" + names.apply(second.worker) + "] and ["
                + names.apply(third)
                + "] give three different sums of the same gradients; check their machines, then start again";
    }

    /** What a worker is told whose answer was wrong. */
    public static String expelled(String name) {
        return "worker [" + name + "] is expelled: two others agree on a sum of gradients that it computed differently;"
                + " check its processor and memory";
    }

    /** Whether the lease is of just the partitions whose sum is wanted. */
    public boolean asks(Lease lease) {
        return lease.from() == question.node.from() && lease.to() == question.node.to();
    }

    /** Leases in which the first of the workers has the node to itself. */
    public List<Lease> leases(int partitions, List<Integer> workers) {
        Node node = question.node;
        List<Lease> leases = new ArrayList<>(Lease.cut(0, node.from(), workers));
        leases.add(new Lease(workers.get(0), node.from(), node.to()));
        leases.addAll(Lease.cut(node.to(), partitions, workers));
        return leases;
    }
}
