package io.tinyclip.cluster.settings;

import io.tinyclip.actors.plane.tcp.HostText;
import java.time.Duration;
import java.util.List;

/**
 * A machine's place in a cluster; {@code reference.conf} says what each one means.
 *
 * @param host announced to others, as {@link HostText} writes it; empty for an address of this machine
 * @param port of actors' messages; 0 for any
 * @param listening where they are listened for, if not at the host and port that are announced
 * @param seeds coordinator candidates; empty where this machine is the first
 * @param joinWithin how long a machine tries to be taken in
 * @param patience how long a machine waits for a coordinator before it gives up
 * @param discovery how candidates are found where no seeds are listed
 * @param protection who may connect
 */
public record ClusterSettings(
        Mode mode,
        String name,
        String host,
        int port,
        Listening listening,
        List<Address> seeds,
        Duration joinWithin,
        Duration patience,
        DiscoverySettings discovery,
        Protection protection) {
    /** Whether a run's actors share this process. */
    public enum Mode {
        EMBEDDED,
        CLUSTER
    }

    /** Where a machine is reached: {@code host:port}, or {@code [host]:port} for IPv6. */
    public record Address(String host, int port) {
        @Override
        public String toString() {
            return HostText.bracketed(host) + ":" + port;
        }
    }

    /**
     * Where a machine listens.
     *
     * @param host empty for the host that is announced; 0.0.0.0 or :: for all addresses
     * @param port 0 for the port that is announced
     */
    public record Listening(String host, int port) {}

    public ClusterSettings {
        seeds = List.copyOf(seeds);
    }

    /** Where coordinators are expected, for messages. */
    public String where() {
        return discovery.searches() ? "found in " + discovery.place() : "of " + seeds;
    }
}
