package io.tinyclip.cluster.serve;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Who may come in: so many requests at a time, and so much memory of them all. Whoever comes in goes out once. */
final class Admission {
    private final int places;
    private final long bytes;
    private int taken;
    private long held;

    /**
     * @param places requests that may be inside
     * @param bytes of memory that they may hold together
     */
    Admission(int places, long bytes) {
        this.places = places;
        this.bytes = bytes;
    }

    /** What a request holds while it is inside. */
    final class Ticket {
        private final long size;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Ticket(long size) {
            this.size = size;
        }

        void leave() {
            if (open.getAndSet(false)) {
                release(size);
            }
        }
    }

    /** @return nothing where no place, or not so much memory, is left */
    synchronized Optional<Ticket> enter(long size) {
        if (taken == places || held + size > bytes) {
            return Optional.empty();
        }
        taken++;
        held += size;
        return Optional.of(new Ticket(size));
    }

    private synchronized void release(long size) {
        taken--;
        held -= size;
    }

    synchronized int taken() {
        return taken;
    }
}
