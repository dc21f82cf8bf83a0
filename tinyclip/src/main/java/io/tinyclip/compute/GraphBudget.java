package io.tinyclip.compute;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.loss.LossShare;
import io.tinyclip.loss.TileMemory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Memory for what is kept between the calls of a step, shared by the workers of a process: all its graphs live at once. */
public final class GraphBudget {
    private final Hold hold;
    private final long bytes;
    private final AtomicLong taken = new AtomicLong();
    private final Map<ComputeDevice, LossShare> shares = new ConcurrentHashMap<>();

    /** @param bytes that {@link Hold#AUTO} may take */
    public GraphBudget(Hold hold, long bytes) {
        this.hold = hold;
        this.bytes = bytes;
    }

    /** Whether a graph of that many bytes may be held; the caller gives the bytes back when it is freed. */
    boolean take(long graph) {
        boolean fits = taken.addAndGet(graph) <= bytes;
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
        if (hold != Hold.OFF && taken.addAndGet(tile) <= bytes) {
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
