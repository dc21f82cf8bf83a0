package io.tinyclip.compute;

import java.util.function.Supplier;

/** How much of a memory calls may take at a time: who finds no room waits for others to end, but never for nobody. */
final class WorkingMemory {
    private final long bytes;
    private long taken;

    WorkingMemory(long bytes) {
        this.bytes = bytes;
    }

    /** That there are in all. */
    long bytes() {
        return bytes;
    }

    /** Does the work while so many bytes are taken. An interrupt does not shorten the wait, and is kept. */
    <T> T within(long needed, Supplier<T> work) {
        take(needed);
        try {
            return work.get();
        } finally {
            give(needed);
        }
    }

    private synchronized void take(long needed) {
        boolean interrupted = false;
        while (taken > 0 && needed > bytes - taken) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        taken += needed;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void give(long needed) {
        taken -= needed;
        notifyAll();
    }
}
