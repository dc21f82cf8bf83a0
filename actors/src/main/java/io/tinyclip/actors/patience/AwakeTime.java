package io.tinyclip.actors.patience;

/**
 * For how long one thing has been waited for while this process was awake. A process that sleeps, or has no processor, finds
 * everything late, and what came meanwhile still unread: between two looks only a part of the limit counts.
 */
public final class AwakeTime {
    /** Looks that a limit takes at the least. */
    private static final int LOOKS = 4;

    private Object what = "";
    private long lookedNanos;
    private long waitedNanos;

    /**
     * Looks at what is waited for now; something else than at the last look has been waited for since now.
     *
     * @return whether it has been waited for for the limit
     */
    public boolean isOver(Object awaited, long nowNanos, long limitNanos) {
        if (!awaited.equals(what)) {
            what = awaited;
            waitedNanos = 0;
        } else {
            waitedNanos += Math.min(nowNanos - lookedNanos, limitNanos / LOOKS);
        }
        lookedNanos = nowNanos;
        return waitedNanos >= limitNanos;
    }
}
