package io.tinyclip.actors.plane.tcp;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what is wrong with a machine that connects, once a minute each, so that none can fill the log. */
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(NettyDataPlane.class);
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_REMEMBERED = 1024;

    private final LongSupplier clock;
    private final Map<String, Long> said = new LinkedHashMap<>();

    /** @param clock nanoseconds */
    Complaints(LongSupplier clock) {
        this.clock = clock;
    }

    void closed(SocketAddress peer, String reason) {
        String host = peer instanceof InetSocketAddress at ? at.getHostString() : String.valueOf(peer);
        if (due(host)) {
            LOG.warn("data plane: closed a connection of [{}]: {}; said once a minute at most", host, reason);
        }
    }

    synchronized boolean due(String host) {
        long now = clock.getAsLong();
        Long before = said.get(host);
        if (before != null && now - before < PAUSE_NANOS) {
            return false;
        }
        said.remove(host);
        said.put(host, now);
        if (said.size() > MOST_REMEMBERED) {
            said.remove(said.keySet().iterator().next());
        }
        return true;
    }
}
