package io.tinyclip.actors.plane.door;

import io.tinyclip.actors.stranger.OnceAMinute;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.slf4j.Logger;

/** Says what is wrong with a machine that connects, once a minute each, so that none can fill the log. */
public final class Complaints {
    private static final int MOST_REMEMBERED = 1024;

    private final Logger log;
    private final String port;
    private final OnceAMinute said = new OnceAMinute(MOST_REMEMBERED, System::nanoTime);

    /** @param port for people */
    public Complaints(Logger log, String port) {
        this.log = log;
        this.port = port;
    }

    public void closed(SocketAddress peer, String reason) {
        String host = peer instanceof InetSocketAddress at ? at.getHostString() : String.valueOf(peer);
        if (said.isDue(host)) {
            log.warn("{}: closed a connection of [{}]: {}; said once a minute at most", port, host, reason);
        }
    }
}
