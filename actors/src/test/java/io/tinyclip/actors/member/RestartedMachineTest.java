package io.tinyclip.actors.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.gate.Entrance;
import io.tinyclip.actors.gate.Rejections;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A process that is started again at its address, before anybody has missed its first life. The cluster has no room for both.
 */
class RestartedMachineTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Config CLUSTER = ConfigFactory.parseString("""
            akka.actor { provider = cluster, allow-java-serialization = off }
            akka.remote.artery { canonical.hostname = "127.0.0.1", canonical.port = 0 }
            akka.cluster.jmx.enabled = off
            tinyclip.actors.most-members = 1
            """);

    private final ActorTestKit kit = ActorTestKit.create("registrar", CLUSTER.withFallback(ConfigFactory.load()));
    private final TestProbe<CoordinatorCommand> coordinator = kit.createTestProbe();
    private final CountDownLatch writtenDown = new CountDownLatch(1);
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final ActorRef<RegistrarCommand> registrar = kit.spawn(Registrar.create(new RegistrarTools(
            AdmissionTest.terms(Numerics.STRICT),
            1,
            Fixture.compress(),
            new LocalDataPlane(Runnable::run),
            coordinator.getRef(),
            new Slow(),
            new Rejections(System::nanoTime),
            line -> {})));

    @AfterEach
    void end() {
        writtenDown.countDown();
        kit.shutdownTestKit();
    }

    @Test
    void onceItHadOfferedItself() {
        registrar.tell(offer(1));
        writtenDown.countDown();
        takesPartAgain();
    }

    @Test
    void whileItsClassWasWrittenDown() {
        registrar.tell(offer(1));
        registrar.tell(ready(1));
        registrar.tell(offer(2));
        registrar.tell(ready(2));
        writtenDown.countDown();
        expectJoined(2);
    }

    @Test
    void onceItTookPart() {
        joined();
        takesPartAgain(1);
    }

    @Test
    void whileItTookItsLeave() {
        joined();
        registrar.tell(new RegistrarCommand.Leaving(agent(1)));
        assertEquals(
                worker(1),
                coordinator
                        .expectMessageClass(Coordinator.WorkerLeaving.class, LIMIT)
                        .worker());
        takesPartAgain(1);
    }

    private void joined() {
        writtenDown.countDown();
        registrar.tell(offer(1));
        registrar.tell(ready(1));
        expectJoined(1);
    }

    /** @param known lives whose workers the coordinator has */
    private void takesPartAgain(int... known) {
        registrar.tell(offer(2));
        for (int life : known) {
            assertEquals(
                    worker(life),
                    coordinator
                            .expectMessageClass(Coordinator.WorkerGone.class, LIMIT)
                            .worker());
        }
        registrar.tell(ready(2));
        expectJoined(2);
    }

    private void expectJoined(int life) {
        assertEquals(
                worker(life),
                coordinator.expectMessageClass(Coordinator.Opened.class, LIMIT).member());
        assertEquals(
                new CoordinatorCommand.WorkerJoined(worker(life), AdmissionTest.RUN.fingerprint()),
                coordinator.expectMessageClass(Entrance.Admitted.class, LIMIT).command());
        assertEquals(List.of(), refused);
    }

    private RegistrarCommand offer(int life) {
        return new RegistrarCommand.Offer(
                new RunTerms.Claim(new RunTerms.Belonging("build-1", "one"), Set.of(MemberRole.WORKER), Map.of()),
                agent(life));
    }

    private RegistrarCommand ready(int life) {
        return new RegistrarCommand.Ready(
                new RunTerms.Proof(Optional.of("data"), Optional.of(AdmissionTest.RUN)),
                Optional.of(worker(life)),
                Optional.empty(),
                agent(life));
    }

    private ActorRef<Answer> agent(int life) {
        return at("tinyclip-node", life);
    }

    private ActorRef<WorkerCommand> worker(int life) {
        return at("tinyclip-node/worker-1", life);
    }

    /** Nobody answers there; the number tells two lives of an address apart. */
    private <T> ActorRef<T> at(String path, int life) {
        return ActorRefResolver.get(kit.system())
                .resolveActorRef("akka://registrar@127.0.0.1:1/system/" + path + "#" + life);
    }

    private final class Slow implements MembershipListener {
        @Override
        public void admitted(Set<MemberRole> roles, String address) {}

        @Override
        public void computes(String address, NumericClass numerics) {
            try {
                assertTrue(writtenDown.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void refused(String address, String reason) {
            refused.add(reason);
        }

        @Override
        public void broken(Set<MemberRole> roles, String address, Breakdown breakdown) {}

        @Override
        public void leaving(Set<MemberRole> roles, String address) {}

        @Override
        public void left(Set<MemberRole> roles, String address) {}
    }
}
