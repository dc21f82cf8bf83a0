package io.tinyclip.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Ports for processes that are started later. They lie below those that the kernel gives away by itself, to whoever connects or listens
 * at any: nobody gets one in between.
 */
public final class FreePorts {
    private static final int FIRST = 10_000;
    private static final int END = 25_000;

    /** Of those that other processes begin with. */
    private static final int APART = 100;

    private static int next = FIRST + (int) (ProcessHandle.current().pid() % ((END - FIRST) / APART)) * APART;

    private FreePorts() {}

    /** @return one that nobody listens at on that host, another one each time */
    public static synchronized int at(String host) {
        for (int tries = FIRST; tries < END; tries++) {
            int port = next;
            next = port + 1 < END ? port + 1 : FIRST;
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName(host))) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // The next one, then.
            }
        }
        throw new IllegalStateException("no port of [" + host + "] from " + FIRST + " to " + END + " is free");
    }
}
