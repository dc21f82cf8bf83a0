package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertFalse;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
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
        Settings settings = SettingsFile.defaults(Map.of(
                "tinyclip.cluster.host", "127.0.0.1",
                "tinyclip.cluster.port", "0",
                "tinyclip.cluster.end-within", "1s"));
        ClusterSystem cluster =
                ClusterSystem.start(settings.cluster(), settings.effective(), List.of(ClusterSystem.CORE));
        CountDownLatch never = new CountDownLatch(1);
        ActorRef<String> hanging = cluster.system().systemActorOf(hanging(never), "hanging", Props.empty());
        assertFalse(hanging.path().name().isEmpty());
        CompletableFuture<Void> closed = CompletableFuture.runAsync(cluster::close);
        cluster.ended().get(SECONDS, TimeUnit.SECONDS);
        assertFalse(cluster.system().getWhenTerminated().toCompletableFuture().isDone(), "it hangs");
        never.countDown();
        closed.get(SECONDS, TimeUnit.SECONDS);
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
