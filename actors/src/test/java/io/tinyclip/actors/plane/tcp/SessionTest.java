package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections whose end tells of a machine's. */
class SessionTest {
    private final Planes planes = new Planes(1, Duration.ofSeconds(10));
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final Handle offered = planes.publisher.offerSession("session/1", () -> gone.complete(null));

    @AfterEach
    void close() {
        planes.close();
    }

    @Test
    void theOffererHearsOfTheHoldersEnd() throws Exception {
        planes.fetcher.hold(offered);
        fetchedBesides();
        assertFalse(gone.isDone());
        planes.fetcher.close();
        Planes.await(gone);
    }

    @Test
    void theHolderHearsOfTheOfferersEnd() throws Exception {
        Session session = planes.fetcher.hold(offered);
        fetchedBesides();
        assertFalse(session.ended().toCompletableFuture().isDone());
        planes.publisher.close();
        Planes.await(session.ended());
        assertFalse(gone.isDone(), "who closes is not told that others are gone");
    }

    @Test
    void aHolderThatComesBackTakesThePlaceOfItsLostConnection() throws Exception {
        Session lost = planes.fetcher.hold(offered);
        fetchedBesides();
        Session again = planes.fetcher.hold(offered);
        Planes.await(lost.ended());
        assertFalse(gone.isDone(), "the connection that ended did not stand for the session any more");
        again.end();
        Planes.await(gone);
    }

    @Test
    void aSessionThatIsNotOfferedEndsAtOnce() throws Exception {
        Planes.await(planes.fetcher
                .hold(new Handle(offered.address(), "session/2", 0))
                .ended());
        Session held = planes.fetcher.hold(offered);
        planes.publisher.withdrawSession(offered);
        Planes.await(held.ended());
        assertFalse(gone.isDone());
    }

    @Test
    void whereNobodyListensItEndsAndAnAddressThatIsNoneIsRefused() throws Exception {
        planes.publisher.close();
        Planes.await(planes.fetcher.hold(offered).ended());
        assertThrows(IllegalArgumentException.class, () -> planes.fetcher.hold(new Handle("nowhere", "session/1", 0)));
    }

    /** A later connection's answer: what went before it has arrived. */
    private void fetchedBesides() throws Exception {
        try (NettyDataPlane other =
                NettyDataPlane.open(Planes.settings(1, Duration.ofSeconds(10), java.util.Optional.empty()))) {
            float[] values = Planes.numbers(8);
            Handle published = planes.publisher.publish("besides", values);
            assertArrayEquals(values, Planes.await(other.fetch(published)));
            assertArrayEquals(values, Planes.await(planes.fetcher.fetch(published)));
        }
    }
}
