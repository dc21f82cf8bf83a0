package io.tinyclip.cluster.settings;

import java.time.Duration;
import java.util.List;

/**
 * A machine's place in a cluster; {@code reference.conf} says what each one means.
 *
 * @param host announced to others; empty for the address by which this machine reaches the first seed
 * @param port of actors' messages; 0 for any
 * @param seeds coordinator candidates; empty where this machine is the first
 * @param joinWithin how long a machine tries to be taken in
 * @param patience how long a machine waits for a coordinator before it gives up
 * @param discovery how candidates are found where no seeds are listed
 */
public record ClusterSettings(
        Mode mode,
        String name,
        String host,
        int port,
        List<Address> seeds,
        Duration joinWithin,
        Duration patience,
        DiscoverySettings discovery) {
    /** Whether a run's actors share this process. */
    public enum Mode {
        EMBEDDED,
        CLUSTER
    }

    /** Where a machine listens. */
    public record Address(String host, int port) {
        @Override
        public String toString() {
            return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    public ClusterSettings {
        seeds = List.copyOf(seeds);
    }

    /** Where coordinators are expected, for messages. */
    public String where() {
        return discovery.searches() ? "found in " + discovery.place() : "of " + seeds;
    }
}
