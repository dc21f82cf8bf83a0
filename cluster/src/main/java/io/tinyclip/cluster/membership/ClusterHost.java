package io.tinyclip.cluster.membership;

import io.tinyclip.actors.ActorRun;
import io.tinyclip.actors.RunListener;
import io.tinyclip.actors.RunSetup;
import io.tinyclip.cluster.run.RunHost;
import java.time.Duration;

/** Runs a run's coordinator here, and everything else on the machines that join. */
final class ClusterHost implements RunHost {
    /** The leader before has ended, or is cut off and about to end. */
    private static final Duration FOLDER_PATIENCE = Duration.ofSeconds(30);

    private final ClusterSystem cluster;

    ClusterHost(ClusterSystem cluster) {
        this.cluster = cluster;
    }

    @Override
    public ActorRun start(RunSetup setup, RunListener listener, Terms terms) {
        throw new UnsupportedOperationException("TODO");
    }

    @Override
    public Duration folderPatience() {
        return FOLDER_PATIENCE;
    }

    @Override
    public boolean computes() {
        return false;
    }
}
