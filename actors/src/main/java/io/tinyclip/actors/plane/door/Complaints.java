package io.tinyclip.actors.plane.door;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Says what is wrong with a machine that connects, once a minute each, so that none can fill the log. */
public final class Complaints {
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_REMEMBERED = 1024;

    private final Logger log;
    private final String port;
    private final LongSupplier clock;
    private final Map<String, Long> said = new LinkedHashMap<>();

    /** @param port for people */
    public Complaints(Logger log, String port) {
        this(log, port, System::nanoTime);
    }

    /** @param clock nanoseconds */
    Complaints(Logger log, String port, LongSupplier clock) {
        this.log = log;
        this.port = port;
        this.clock = clock;
    }

    public void closed(SocketAddress peer, String reason) {
        String host = peer instanceof InetSocketAddress at ? at.getHostString() : String.valueOf(peer);
        if (due(host)) {
            log.warn("{}: closed a connection of [{}]: {}; said once a minute at most", port, host, reason);
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
