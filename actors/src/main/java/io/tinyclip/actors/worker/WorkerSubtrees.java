package io.tinyclip.actors.worker;

import io.tinyclip.actors.worker.WorkerEffect.AnnounceSubtree;
import io.tinyclip.actors.worker.WorkerEffect.TellDone;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The partitions that a worker is leased in a step, and the nodes of the gradient's tree whose sums it makes of them.
 *
 * <pre>
 * of a partition   leased -> its gradient is computed, once: done
 * of a node        all of its partitions done -> summed, and announced
 * </pre>
 *
 * The nodes cover the partitions that are computed here, each once: so its gradient is added to one sum, once.
 */
public final class WorkerSubtrees {
    private final BitSet own = new BitSet();
    private final BitSet seconds = new BitSet();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Integer, GradientShare> done = new TreeMap<>();

    void clear() {
        own.clear();
        seconds.clear();
        nodes.clear();
        done.clear();
    }

    /** Adds to what is leased already. */
    public void lease(List<Range> leases) {
        lease(leases, List.of());
    }

    /**
     * Adds to what is leased already.
     *
     * @param alsoOthers partitions that are computed for servers to compare, each by itself; what is leased is not
     */
    void lease(List<Range> leases, List<Range> alsoOthers) {
        for (Range lease : leases) {
            Node.covering(lease.from(), lease.to()).forEach(this::own);
        }
        for (Range range : alsoOthers) {
            IntStream.range(range.from(), range.to()).forEach(this::second);
        }
        requireCover();
    }

    private void own(Node node) {
        BitSet known = computed();
        if (known.get(node.from(), node.to()).isEmpty()) {
            nodes.add(node);
        } else {
            IntStream.range(node.from(), node.to()).filter(p -> !known.get(p)).forEach(p -> nodes.add(new Node(0, p)));
        }
        own.set(node.from(), node.to());
        seconds.clear(node.from(), node.to());
    }

    private void second(int partition) {
        if (!computed().get(partition)) {
            seconds.set(partition);
            nodes.add(new Node(0, partition));
        }
    }

    private BitSet computed() {
        BitSet all = (BitSet) own.clone();
        all.or(seconds);
        return all;
    }

    private void requireCover() {
        int covered = nodes.stream().mapToInt(node -> node.to() - node.from()).sum();
        int computed = computed().cardinality();
        if (covered != computed) {
            throw new IllegalStateException(
                    "nodes have [" + covered + "] partitions where [" + computed + "] are computed");
        }
    }

    boolean isEmpty() {
        return nodes.isEmpty();
    }

    /** Partitions that are this worker's. */
    BitSet own() {
        return own;
    }

    /** Partitions that are another worker's, and computed here too. */
    BitSet seconds() {
        return seconds;
    }

    boolean owns(int partition) {
        return own.get(partition);
    }

    /** A partition's gradient is computed and added to its node's sum. @return what is to be told */
    public List<WorkerEffect> computed(int partition, GradientShare share) {
        Node node = nodeOf(partition);
        if (done.containsKey(partition)) {
            throw new IllegalStateException("the gradient of partition [" + partition + "] is added twice");
        }
        done.put(partition, share);
        List<WorkerEffect> told = new ArrayList<>();
        told.add(new TellDone(partition, share));
        if (summed(node)) {
            told.add(new AnnounceSubtree(node));
        }
        return told;
    }

    /** Whether nothing is left to compute of what is leased. */
    boolean allDone() {
        return own.stream().allMatch(done::containsKey);
    }

    /** Whether all that is left to compute is for servers to compare. */
    boolean hasOnlySecondsLeft() {
        return allDone() && !seconds.stream().allMatch(done::containsKey);
    }

    /** What was told of sums and partitions so far, again. */
    List<WorkerEffect> toldAgain() {
        List<WorkerEffect> told = new ArrayList<>();
        nodes.stream().filter(this::summed).forEach(node -> told.add(new AnnounceSubtree(node)));
        done.forEach((partition, it) -> told.add(new TellDone(partition, it)));
        return told;
    }

    Node nodeOf(int partition) {
        return nodes.stream()
                .filter(node -> node.from() <= partition && partition < node.to())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("partition [" + partition + "] is not leased here"));
    }

    private boolean summed(Node node) {
        return IntStream.range(node.from(), node.to()).allMatch(done::containsKey);
    }
}
