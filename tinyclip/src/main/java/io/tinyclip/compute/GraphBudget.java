package io.tinyclip.compute;

import java.util.concurrent.atomic.AtomicLong;

/** Memory for held forward graphs, shared by the workers of a process: all graphs of a step live at once. */
public final class GraphBudget {
    private final Hold hold;
    private final long bytes;
    private final AtomicLong taken = new AtomicLong();

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

    void giveBack(long graph) {
        taken.addAndGet(-graph);
    }
}
