package io.tinyclip.actors.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a machine says before it ends. */
class LastWordsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Throwable CAUSE = new IllegalStateException("the engine\nfailed");

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    private final ManualTime time = ManualTime.get(kit.system());
    private final TestProbe<RegistrarCommand> registrar = kit.createTestProbe();
    private final TestProbe<Answer> ear = kit.createTestProbe();
    private final CompletableFuture<NodeEnd> end = new CompletableFuture<>();
    private final LastWords.Reason reason = LastWords.Reason.ofWork(CAUSE);

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    @Test
    void areSaidUntilTheyAreHeard() {
        ActorRef<AgentCommand> agent =
                kit.spawn(LastWords.create(new LastWords.Heard(registrar.getRef(), ear.getRef()), reason, end));
        RegistrarCommand.Broken said = registrar.expectMessageClass(RegistrarCommand.Broken.class);
        assertEquals(
                new Breakdown(Breakdown.Cause.MACHINE, "IllegalStateException: the engine failed"), said.breakdown());
        agent.tell(new Answer.Admitted());
        time.timePasses(SECOND);
        registrar.expectMessage(said);
        assertFalse(end.isDone());
        assertEquals(ear.getRef(), said.agent());
        agent.tell(new Answer.Released());
        registrar.expectTerminated(agent);
        assertSame(CAUSE, cause());
    }

    @Test
    void areNotWaitedForWhereNobodyHears() {
        ActorRef<AgentCommand> agent =
                kit.spawn(LastWords.create(new LastWords.Heard(registrar.getRef(), ear.getRef()), reason, end));
        for (int times = 0; times < 5; times++) {
            registrar.expectMessageClass(RegistrarCommand.Broken.class);
            time.timePasses(SECOND);
        }
        registrar.expectTerminated(agent);
        assertSame(CAUSE, cause());
    }

    @Test
    void sayWhetherAnotherMachineCouldHelp() {
        InvalidInputException damaged = new InvalidInputException("picture [x] is damaged");
        assertEquals(
                new Breakdown(Breakdown.Cause.DATA, "picture [x] is damaged"),
                LastWords.Reason.ofWork(damaged).breakdown());
        assertEquals(
                new Breakdown(Breakdown.Cause.MACHINE, "picture [x] is damaged"),
                LastWords.Reason.ofPreparation(damaged).breakdown(),
                "whoever leads has read it");
        assertEquals(
                new Breakdown(Breakdown.Cause.MACHINE, "tar [x] cannot be read"),
                LastWords.Reason.ofWork(new UncheckedIOException("tar [x] cannot be read", new IOException()))
                        .breakdown());
        assertTrue(new Breakdown(Breakdown.Cause.DATA, "x".repeat(9000)).line().length() < 5000);
    }

    private Throwable cause() {
        return end.handle((done, failure) -> failure).join();
    }
}
