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
 * The nodes cover the leased partitions, each once: so its gradient is added to one sum, once.
 */
public final class WorkerSubtrees {
    private record Done(double loss, double entropy) {}

    private final BitSet own = new BitSet();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Integer, Done> done = new TreeMap<>();

    void clear() {
        own.clear();
        nodes.clear();
        done.clear();
    }

    /** Adds to what is leased already. */
    public void lease(List<Range> leases) {
        for (Range lease : leases) {
            Node.covering(lease.from(), lease.to()).forEach(this::own);
        }
        requireCover();
    }

    private void own(Node node) {
        if (own.get(node.from(), node.to()).isEmpty()) {
            nodes.add(node);
        } else {
            IntStream.range(node.from(), node.to()).filter(p -> !own.get(p)).forEach(p -> nodes.add(new Node(0, p)));
        }
        own.set(node.from(), node.to());
    }

    private void requireCover() {
        int covered = nodes.stream().mapToInt(node -> node.to() - node.from()).sum();
        if (covered != own.cardinality()) {
            throw new IllegalStateException(
                    "nodes have [" + covered + "] partitions where [" + own.cardinality() + "] are leased");
        }
    }

    /** Partitions that are this worker's. */
    BitSet own() {
        return own;
    }

    boolean owns(int partition) {
        return own.get(partition);
    }

    /** A partition's gradient is computed and added to its node's sum. @return what is to be told */
    public List<WorkerEffect> computed(int partition, double loss, double entropy) {
        Node node = nodeOf(partition);
        if (done.containsKey(partition)) {
            throw new IllegalStateException("the gradient of partition [" + partition + "] is added twice");
        }
        done.put(partition, new Done(loss, entropy));
        List<WorkerEffect> told = new ArrayList<>();
        told.add(new TellDone(partition, loss, entropy));
        if (summed(node)) {
            told.add(new AnnounceSubtree(node));
        }
        return told;
    }

    /** Whether there is nothing left to compute. */
    boolean allDone() {
        return done.size() == own.cardinality();
    }

    /** What was told of sums and partitions so far, again. */
    List<WorkerEffect> toldAgain() {
        List<WorkerEffect> told = new ArrayList<>();
        nodes.stream().filter(this::summed).forEach(node -> told.add(new AnnounceSubtree(node)));
        done.forEach((partition, it) -> told.add(new TellDone(partition, it.loss, it.entropy)));
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
