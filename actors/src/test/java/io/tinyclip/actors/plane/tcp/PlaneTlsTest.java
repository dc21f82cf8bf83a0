package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.FetchException;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.actors.tls.TestKeys;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaneTlsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    private static Path folder;

    @TempDir
    private static Path elsewhere;

    private static Credentials ours;
    private static Credentials theirs;

    @BeforeAll
    static void makeCertificates() {
        ours = new TestKeys(folder).of("worker", Role.WORKER);
        theirs = new TestKeys(elsewhere).of("worker", Role.WORKER);
    }

    @Test
    void fetchesBetweenPeersOfOneAuthority() throws Exception {
        float[] values = Planes.numbers(1_000_000);
        try (NettyDataPlane publisher = open(Optional.of(ours));
                NettyDataPlane fetcher = open(Optional.of(ours))) {
            Handle handle = publisher.publish("weights", values);
            assertArrayEquals(values, Planes.await(fetcher.fetch(handle)));
            assertEquals(4_000_000, publisher.links().get(0).sentBytes());
        }
    }

    @Test
    void refusesPeersOfAnotherAuthorityAndPeersWithoutTls() throws Exception {
        try (NettyDataPlane publisher = open(Optional.of(ours));
                NettyDataPlane stranger = open(Optional.of(theirs));
                NettyDataPlane plain = open(Optional.empty());
                PlaneLog log = new PlaneLog()) {
            Handle handle = publisher.publish("weights", new float[10]);
            assertInstanceOf(FetchException.class, Planes.failure(stranger.fetch(handle)));
            assertInstanceOf(FetchException.class, Planes.failure(plain.fetch(handle)));
            assertEquals(1, log.lines().size(), log.lines().toString());
        }
    }

    @Test
    void refusesInOneLineFilesThatAreNotThere() {
        Credentials missing =
                new Credentials(ours.authority(), ours.certificate(), folder.resolve("none.pem"), TestKeys.CLUSTER);
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> open(Optional.of(missing)));
        assertTrue(refusal.getMessage().contains("none.pem"), refusal.getMessage());
    }

    private static NettyDataPlane open(Optional<Credentials> credentials) {
        return NettyDataPlane.open(Planes.settings(2, TIMEOUT, credentials));
    }
}
