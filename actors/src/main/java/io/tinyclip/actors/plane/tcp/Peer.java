package io.tinyclip.actors.plane.tcp;

import io.netty.channel.EventLoopGroup;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Another address and the connections to it. */
final class Peer {
    private final String address;
    private final Traffic.Counts counts;
    private final List<Connection> connections;

    Peer(String address, Traffic.Counts counts, int connections, EventLoopGroup loops, Dialer dialer) {
        this.address = address;
        this.counts = counts;
        this.connections = Stream.generate(() -> new Connection(loops.next(), dialer, this))
                .limit(connections)
                .toList();
    }

    String address() {
        return address;
    }

    Traffic.Counts counts() {
        return counts;
    }

    /** Ends what has failed and is still under way. */
    void sweep() {
        connections.forEach(Connection::sweep);
    }

    /** By the connection with the least to do. */
    void send(Stretch stretch) {
        connections.stream()
                .min(Comparator.comparingLong(Connection::waiting))
                .orElseThrow()
                .send(stretch);
    }
}
