package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.plane.Link;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private final AtomicLong now = new AtomicLong();

    @Test
    void countsTimeInWhichAnyFetchIsUnderWayOnce() {
        Traffic traffic = new Traffic(now::get);
        Traffic.Counts peer = traffic.of("b:1");
        peer.fetchBegun();
        now.set(10);
        peer.fetchBegun();
        now.set(20);
        peer.fetchEnded();
        now.set(30);
        peer.fetchEnded();
        now.set(100);
        assertEquals(List.of(new Link("b:1", 0, 0, 30)), traffic.links());
        peer.fetchBegun();
        now.set(105);
        assertEquals(List.of(new Link("b:1", 0, 0, 35)), traffic.links());
    }

    @Test
    void listsPeersInTheOrderOfTheirAddresses() {
        Traffic traffic = new Traffic(now::get);
        traffic.of("b:1").sent(3);
        traffic.of("a:1").received(4);
        traffic.of("b:1").sent(2);
        assertEquals(List.of(new Link("a:1", 0, 4, 0), new Link("b:1", 5, 0, 0)), traffic.links());
    }
}
