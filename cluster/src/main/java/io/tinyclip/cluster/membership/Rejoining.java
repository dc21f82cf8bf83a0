package io.tinyclip.cluster.membership;

import io.tinyclip.cluster.settings.ClusterSettings.Address;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a candidate that was cut off is taken in again. It asks the others and founds nothing, since they may be going on with
 * the run, and a leader of its own would only take the run away from them. Where nobody answers and the run stands still, all
 * may be waiting like this one: then the first of the seeds may found a cluster, as when all were started for the first time.
 */
final class Rejoining {
    private static final Logger LOG = LoggerFactory.getLogger(Rejoining.class);

    private final ClusterSystem cluster;
    private final List<Address> seeds;
    private final Supplier<Optional<FolderTrace>> run;

    /**
     * @param run what of the run is on the disk by now; nothing where that can't be told, and then it may be going on
     */
    Rejoining(ClusterSystem cluster, List<Address> seeds, Supplier<Optional<FolderTrace>> run) {
        this.cluster = cluster;
        this.seeds = seeds;
        this.run = run;
    }

    /**
     * Returns once this machine is taken in, or has ended.
     *
     * @param quiet how long nobody answers and the run stands still, before it may found a cluster
     * @throws TimeoutException if nobody has taken it in until then, and it founded nothing
     */
    void await(Duration quiet, Duration limit) throws TimeoutException, InterruptedException, ExecutionException {
        cluster.joinOthers(seeds);
        CompletableFuture<Object> settled = CompletableFuture.anyOf(cluster.joined(), cluster.ended());
        long end = System.nanoTime() + limit.toNanos();
        Optional<FolderTrace> before = run.get();
        while (true) {
            long left = end - System.nanoTime();
            try {
                settled.get(Math.max(0, Math.min(left, quiet.toNanos())), TimeUnit.NANOSECONDS);
                return;
            } catch (TimeoutException e) {
                if (left <= quiet.toNanos()) {
                    throw e;
                }
            }
            Optional<FolderTrace> now = run.get();
            if (now.isPresent() && now.equals(before)) {
                LOG.info("nobody answers, and the run has stood still for {}; joining as if for the first time", quiet);
                cluster.join(seeds);
            }
            before = now;
        }
    }
}
