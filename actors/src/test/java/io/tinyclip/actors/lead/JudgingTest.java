package io.tinyclip.actors.lead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.actors.judge.Judges;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.task.AfterWork;
import io.tinyclip.evaluate.JudgedSet;
import io.tinyclip.model.FloatVector;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.Phase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JudgingTest {
    private static final Judges.Question QUESTION = new Judges.Question(
            "a model",
            FloatVector.allocate(16),
            List.of(new Judges.AskedSet(new JudgedSet("shapes", "/shapes", "test", 0, 0, "00"), 1, 1)),
            Duration.ofSeconds(60));

    private final ActorTestKit kit = ActorTestKit.create();
    private final TestProbe<CoordinatorCommand> self = kit.createTestProbe();
    private final Requests requests =
            new Requests(self.getRef(), MomentTransfer.FRESH, ActorRefResolver.get(kit.system()));
    private final Judging judging = judging();

    @AfterEach
    void end() {
        kit.shutdownTestKit();
    }

    /** The coordinator itself hears nobody. */
    @Test
    void aWorkerAnswersByItsDoor() {
        TestProbe<WorkerCommand> worker = kit.createTestProbe();
        TestProbe<CoordinatorCommand> door = kit.createTestProbe();
        requests.answersBy(worker.getRef(), door.getRef());
        requests.workers().join(worker.getRef());
        judging.at(new Stamp(1, new Cursor(0, Phase.DISTILL, 3), "layout"));
        judging.joined(0);
        judging.ask(QUESTION);
        judging.begin(self.expectMessageClass(Judging.Asked.class));
        assertEquals(
                door.getRef(),
                worker.expectMessageClass(WorkerCommand.EmbedPart.class).coordinator());
    }

    /** The question is on its way to an actor that ends: whoever waits for the answer would wait for ever. */
    @Test
    void aQuestionThatNobodyReadsAnyMoreIsAnswered() {
        CompletableFuture<List<Judges.Answer>> asked = judging.ask(QUESTION).toCompletableFuture();
        judging.close();
        requireClosed(asked);
        requireClosed(judging.ask(QUESTION).toCompletableFuture());
    }

    private Judging judging() {
        CompletableFuture<Judging> made = new CompletableFuture<>();
        kit.<CoordinatorCommand>spawn(Behaviors.setup(context -> {
            made.complete(new Judging(
                    self.getRef(),
                    new LocalDataPlane(Runnable::run),
                    requests,
                    new AfterWork<>(context, then -> new CoordinatorCommand.Stop())));
            return Behaviors.empty();
        }));
        return made.join();
    }

    private static void requireClosed(CompletableFuture<?> asked) {
        asked.completeExceptionally(new IllegalStateException("not answered"));
        CompletionException failure = assertThrows(CompletionException.class, asked::join);
        assertInstanceOf(Judges.ClosedException.class, failure.getCause());
    }
}
