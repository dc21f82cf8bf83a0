package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An actor system that is to end, and in which something hangs. */
final class HangingEndTest {
    private static final long SECONDS = 60;

    @Test
    void whoeverWaitsForItsEndIsNotHeld() throws Exception {
        ClusterSystem cluster = started("1s");
        CountDownLatch never = new CountDownLatch(1);
        ActorRef<String> hanging = cluster.system().systemActorOf(hanging(never), "hanging", Props.empty());
        assertFalse(hanging.path().name().isEmpty());
        CompletableFuture<Void> closed = CompletableFuture.runAsync(cluster::close);
        cluster.ended().get(SECONDS, TimeUnit.SECONDS);
        assertFalse(cluster.system().getWhenTerminated().toCompletableFuture().isDone(), "it hangs");
        never.countDown();
        closed.get(SECONDS, TimeUnit.SECONDS);
    }

    /** Else it would give up earlier, and say so in words of its own. */
    @Test
    void akkaWaitsAsLong() throws Exception {
        ClusterSystem cluster = started("17s");
        try {
            assertEquals(
                    Duration.ofSeconds(17),
                    cluster.system()
                            .settings()
                            .config()
                            .getDuration("akka.coordinated-shutdown.phases.actor-system-terminate.timeout"));
        } finally {
            cluster.close();
            cluster.ended().get(SECONDS, TimeUnit.SECONDS);
        }
    }

    private static ClusterSystem started(String endWithin) {
        Settings settings = SettingsFile.defaults(Map.of(
                "tinyclip.cluster.host", "127.0.0.1",
                "tinyclip.cluster.port", "0",
                "tinyclip.cluster.end-within", endWithin));
        return ClusterSystem.start(settings.cluster(), settings.effective(), List.of(ClusterSystem.CORE));
    }

    private static Behavior<String> hanging(CountDownLatch never) {
        return Behaviors.receive(String.class)
                .onSignal(PostStop.class, stop -> {
                    never.await();
                    return Behaviors.same();
                })
                .build();
    }
}
