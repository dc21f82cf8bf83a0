package io.tinyclip.compute;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.loss.LossShare;
import io.tinyclip.loss.TileMemory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Memory for what is kept between the calls of a step, shared by the workers of a process: all its graphs live at once. */
public final class GraphBudget {
    private static final long GPU_HOLD_SHARE = 2;
    private static final long GPU_WORKING_SHARE = 4;

    private final Hold hold;
    private final long bytes;
    private final WorkingMemory working;
    private final AtomicLong largest = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final Map<ComputeDevice, LossShare> shares = new ConcurrentHashMap<>();

    /** @param bytes that {@link Hold#AUTO} may take */
    public GraphBudget(Hold hold, long bytes) {
        this(hold, bytes, Long.MAX_VALUE);
    }

    /**
     * @param bytes that {@link Hold#AUTO} may take
     * @param working bytes that graphs may take which are made and freed within a call. A graph that is larger is not held,
     *     and made while no other is; what it takes beyond them goes off what tiles may take
     */
    public GraphBudget(Hold hold, long bytes, long working) {
        this.hold = hold;
        this.bytes = bytes;
        this.working = new WorkingMemory(working);
    }

    /** Of a GPU's memory, a quarter of which is left for weights, pictures and the loss. */
    public static GraphBudget ofGpu(Hold hold, long memory) {
        return new GraphBudget(hold, memory / GPU_HOLD_SHARE, memory / GPU_WORKING_SHARE);
    }

    /** Does what makes a graph and frees it, once there is room for it. */
    <T> T within(long graph, Supplier<T> work) {
        return working.within(graph, work);
    }

    /** Whether a graph of that many bytes may be held; the caller gives the bytes back when it is freed. */
    boolean take(long graph) {
        largest.accumulateAndGet(graph, Math::max);
        boolean fits = taken.addAndGet(graph) <= bytes && graph <= working.bytes();
        if (hold == Hold.ON || (hold == Hold.AUTO && fits)) {
            return true;
        }
        giveBack(graph);
        return false;
    }

    /** For tiles of the loss, which take what graphs leave: they are cheaper to compute again. None where graphs are not held. */
    TileMemory tiles() {
        return new TileMemory(this::takeRest, this::giveBack);
    }

    /** What workers on the device share of the loss. */
    LossShare share(ComputeDevice device) {
        return shares.computeIfAbsent(device, LossShare::new);
    }

    private boolean takeRest(long tile) {
        long beyond = Math.max(0, largest.get() - working.bytes());
        if (hold != Hold.OFF && taken.addAndGet(tile) <= bytes - beyond) {
            return true;
        }
        if (hold != Hold.OFF) {
            giveBack(tile);
        }
        return false;
    }

    void giveBack(long graph) {
        taken.addAndGet(-graph);
    }
}
