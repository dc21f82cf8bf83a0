package io.tinyclip.cluster.serve;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts requests that are not answered yet. May be used from any thread. */
final class UnderWay {
    private int count;

    synchronized void begins() {
        count++;
    }

    synchronized void ends() {
        count--;
        notifyAll();
    }

    /** Returns once there is none, or after the limit. */
    synchronized void awaitNone(Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        try {
            for (long rest = limit.toNanos(); count > 0 && rest > 0; rest = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, rest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
