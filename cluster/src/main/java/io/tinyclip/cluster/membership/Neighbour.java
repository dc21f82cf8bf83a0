package io.tinyclip.cluster.membership;

import io.tinyclip.cluster.settings.ClusterSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A leader that is expected on this very machine. */
final class Neighbour {
    private static final int LOOK_MILLIS = 500;

    private Neighbour() {}

    /**
     * Waits where what this machine announces depends on what such a leader does.
     *
     * @return whether that leader listens by now
     */
    static boolean await(ClusterSettings cluster, Duration limit) {
        OtherNames names = new OtherNames(new SystemLookup());
        if (!cluster.host().isEmpty() || !names.loopbackOnly(cluster.seeds())) {
            return true;
        }
        long end = System.nanoTime() + limit.toNanos();
        while (cluster.seeds().stream().noneMatch(seed -> names.listens(names.all(seed)))) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS))
                    .join();
        }
        return true;
    }
}
