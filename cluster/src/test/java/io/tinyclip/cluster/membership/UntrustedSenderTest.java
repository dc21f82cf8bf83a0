package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.PoisonPill;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Akka does not do for another machine, whatever that sends: Artery's untrusted mode. */
final class UntrustedSenderTest {
    private static final long SECONDS = 120;
    private static final int TIMES = 20;

    private final CandidateSystems systems = new CandidateSystems();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        systems.close();
    }

    /** By a reference that it was given a machine gets through; by looking for a path, or with what ends actors, it does not. */
    @Test
    void endsNoActorAndFindsNoneByItsPath() throws Exception {
        ClusterSystem member = systems.start();
        akka.actor.typed.ActorRef<String> target = member.system()
                .systemActorOf(
                        Behaviors.<String>receiveMessage(said -> {
                            heard.add(said);
                            return Behaviors.same();
                        }),
                        "target",
                        Props.empty());
        ClusterSystem other = systems.start();
        ActorSystem sending = Adapter.toClassic(other.system());
        String given = ActorRefResolver.get(member.system()).toSerializationFormat(target);
        ActorRef found = Adapter.toClassic(ActorRefResolver.get(other.system()).<String>resolveActorRef(given));
        String path = "akka://" + ClusterSystem.NAME + "@" + member.address() + "/system/target";
        for (int i = 0; i < TIMES; i++) {
            sending.actorSelection(path).tell("by its path", ActorRef.noSender());
            found.tell(PoisonPill.getInstance(), ActorRef.noSender());
            found.tell("by reference", ActorRef.noSender());
            assertEquals("by reference", heard.poll(SECONDS, TimeUnit.SECONDS));
        }
        assertEquals(List.of(), List.copyOf(heard));
    }
}
