package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.FetchException;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Session;
import io.tinyclip.actors.plane.SessionWatch;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.actors.tls.TestKeys;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaneTlsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    private static Path folder;

    @TempDir
    private static Path elsewhere;

    @TempDir
    private static Path sessions;

    @TempDir
    private static Path revoking;

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
    void aSessionShowsTheRolesOfItsHolderAndIsHeldWithWhoMayLeadAlone() throws Exception {
        TestKeys keys = new TestKeys(sessions);
        Credentials lead = keys.of("coordinator", Role.COORDINATOR);
        Credentials worker = keys.of("node", Role.WORKER);
        CompletableFuture<Set<Role>> shown = new CompletableFuture<>();
        SessionWatch watch = new SessionWatch() {
            @Override
            public void held(Set<Role> roles) {
                shown.complete(roles);
            }

            @Override
            public void ended() {}
        };
        try (NettyDataPlane leader = open(Optional.of(lead));
                NettyDataPlane node = open(Optional.of(worker))) {
            Session session = node.hold(leader.offerSession("session/1", watch));
            Planes.await(session.begun());
            assertEquals(Set.of(Role.WORKER), Planes.await(shown));
            Session posed = leader.hold(node.offerSession("session/2", () -> {}));
            Planes.await(posed.ended());
            assertFalse(posed.begun().toCompletableFuture().isDone());
        }
    }

    @Test
    void aConnectionEndsWhoseCertificateIsTakenBackAtBothEnds() throws Exception {
        TestKeys keys = new TestKeys(revoking);
        Credentials lead = keys.of("coordinator", Role.COORDINATOR);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        try (NettyDataPlane leader = open(Optional.of(lead));
                NettyDataPlane node = open(Optional.of(keys.of("node", Role.WORKER)));
                NettyDataPlane other = open(Optional.of(keys.of("other", Role.WORKER)))) {
            Session session = node.hold(leader.offerSession("session/1", () -> gone.complete(null)));
            Session stays = other.hold(leader.offerSession("session/2", () -> {}));
            Planes.await(session.begun());
            Planes.await(stays.begun());
            keys.revoke("node");
            Planes.await(gone);
            Planes.await(session.ended());
            assertFalse(stays.ended().toCompletableFuture().isDone());
            Handle handle = leader.publish("weights", new float[10]);
            assertInstanceOf(FetchException.class, Planes.failure(node.fetch(handle)));
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
