package io.tinyclip.actors.patience;

import java.util.List;

/**
 * Which servers hang: they are there, and do not answer what others of them did.
 *
 * <pre>
 * some have answered, some have not   for the limit        -> those hang, and the limit is doubled
 * a lone one has not                  for several limits   -> it hangs, unless it waits for bytes
 * none of several has answered                             -> whatever they wait for is the fault of none
 * a step is committed                                      -> the limit is as before
 * </pre>
 *
 * A wrong verdict costs what a server's death does, and comes twice as late each time, so that slow ones get to their end.
 */
public final class ServerPatience {
    private static final int ALONE = 4;
    private static final int MOST_DOUBLINGS = 6;

    private final AwakeTime time = new AwakeTime();
    private int doublings;

    /**
     * What is waited for.
     *
     * @param what tells one wait from the next
     * @param servers that are asked
     * @param missing those whose answer has not come
     * @param limitNanos after which others are not waited for any more
     * @param bytes whether they may be waiting for bytes, over links that may be slow
     */
    public record Wait(Object what, List<Integer> servers, List<Integer> missing, long limitNanos, boolean bytes) {}

    /** @return those that are taken for hung */
    public List<Integer> hung(Wait wait, long nowNanos) {
        boolean alone = wait.servers.size() == 1 && !wait.bytes;
        boolean some = !wait.missing.isEmpty() && (alone || wait.missing.size() < wait.servers.size());
        long limit = (alone ? ALONE : 1) * wait.limitNanos << doublings;
        Object awaited = some ? List.of(wait.what, wait.missing) : "nothing";
        if (!time.isOver(awaited, nowNanos, limit) || !some) {
            return List.of();
        }
        doublings = Math.min(MOST_DOUBLINGS, doublings + 1);
        return wait.missing;
    }

    /** All servers have answered all that was asked of them. */
    public void committed() {
        doublings = 0;
    }
}
