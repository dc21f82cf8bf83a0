package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.remote.RemoteActorRefProvider;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.FutureConverters;

/** Two candidates on loopback, of which the one that leads dies. */
final class LeadershipTest {
    private static final long SECONDS = 120;

    private final CandidateSystems candidates = new CandidateSystems();

    @AfterEach
    void end() {
        candidates.close();
    }

    @Test
    void whoIsNextLeadsAsSoonAsTheLeadersProcessHasEnded() throws Exception {
        ClusterSystem leads = candidates.start();
        Leadership leading = Leadership.stand(leads);
        leads.join(List.of());
        leading.gained().get(SECONDS, TimeUnit.SECONDS);
        ClusterSystem next = candidates.start();
        Leadership following = Leadership.stand(next);
        next.join(List.of(leads.address()));
        next.joined().get(SECONDS, TimeUnit.SECONDS);
        String leader = leads.address().toString();
        await(() -> next.removal().isNext(leader));
        assertFalse(next.removal().isNext("127.0.0.1:1"), "the leader is older, and not dead");

        following.followIfDead(next, leader);
        assertFalse(following.gained().isDone(), "the leader still lives");
        ExtendedActorSystem dying = (ExtendedActorSystem) Adapter.toClassic(leads.system());
        FutureConverters.asJava(
                        ((RemoteActorRefProvider) dying.provider()).transport().shutdown())
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
        leads.door().close();
        following.followIfDead(next, leader);
        assertTrue(following.gained().isDone(), "it waits for the resolver");
        assertFalse(next.orphaned().isDone());
    }

    @Test
    void whoIsNextLeadsAsSoonAsTheLeaderSaysThatItGoes() throws Exception {
        ClusterSystem leads = candidates.start();
        Leadership.stand(leads);
        leads.join(List.of());
        ClusterSystem next = candidates.start();
        Leadership following = Leadership.stand(next);
        next.join(List.of(leads.address()));
        next.joined().get(SECONDS, TimeUnit.SECONDS);
        String leader = leads.address().toString();
        await(() -> next.removal().isNext(leader));
        following.followLeaving(next, "127.0.0.1:1");
        assertFalse(following.gained().isDone(), "an older candidate is next");
        following.followLeaving(next, leader);
        assertTrue(following.gained().isDone(), "it waits for the leader's end");
    }

    private static void await(BooleanSupplier what) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!what.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within " + SECONDS + " s");
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS))
                    .get(SECONDS, TimeUnit.SECONDS);
        }
    }
}
