package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** All machines on this one's loopback, at ports of their own. What joins them can't be disturbed. */
final class Loopback implements Network {
    private static final String HOST = "127.0.0.1";

    private final List<Integer> ports = new ArrayList<>();

    /** @param places how many machines there will be; their ports are free now and, as is likely, when they start */
    Loopback(int places) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < places; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getByName(HOST)));
            }
            for (ServerSocket socket : held) {
                ports.add(socket.getLocalPort());
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no free ports on " + HOST + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String host(int place) {
        return HOST;
    }

    @Override
    public int port(int place) {
        return ports.get(place);
    }

    @Override
    public List<String> inside(int place) {
        return List.of();
    }

    @Override
    public void disturb(int place, Kind kind) {
        throw new IllegalStateException("loopback can't be disturbed by " + kind);
    }

    @Override
    public void restore(int place) {
        throw new IllegalStateException("loopback can't be disturbed");
    }

    @Override
    public void close() {
        // There is nothing to give back.
    }
}
