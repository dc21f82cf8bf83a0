package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.judge.Judges;
import io.tinyclip.actors.lead.JudgingSetup;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.member.AdmissionTest;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.member.NodeHost;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.evaluate.JudgedSet;
import io.tinyclip.evaluate.PartEmbedder;
import io.tinyclip.evaluate.SetPart;
import io.tinyclip.evaluate.TaskEmbeddings;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.step.BadSample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs whose students are judged between steps, by the workers. */
class JudgedRunTest {
    private static final int PICTURES = 700;
    private static final int TEXTS = 300;
    private static final int BAD = 600;
    private static final JudgedSet SET = new JudgedSet("shapes", "/data/shapes", "test", 0, 0, "00");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1,1,1", "2,2,1", "3,1,2", "2,3,3"})
    void hasTheOraclesBitsAndTheEmbeddingsOfEachStudent(int workers, int servers, int every) throws Exception {
        RunSetup setup = setup(workers, servers, every, Embedding::new);
        Asking asking = new Asking();
        Outcome outcome = EmbeddedRunTest.finish(EmbeddedRun.start(setup, asking));
        Oracle oracle = Oracle.run(setup);
        assertEquals(oracle.digests, asking.digests());
        assertEquals(oracle.losses, asking.losses());
        assertEquals(new Outcome(oracle.digests.get(1), true), outcome);
        List<Cursor> expected = IntStream.of(5, 6, 11)
                .filter(steps -> steps % every == 0)
                .mapToObj(steps -> new Cursor(steps < 8 ? 0 : 1, Phase.DISTILL, steps < 8 ? steps - 4 : steps - 10))
                .toList();
        assertEquals(expected, asking.judged);
        asking.answers.forEach(JudgedRunTest::assertWhole);
        assertEquals(expected.size(), asking.answers.size());
    }

    @Test
    void goesOnWithTheOthersWhereAWorkerLacksTheSetOrBreaksAtIt() throws Exception {
        AtomicInteger made = new AtomicInteger();
        RunSetup setup = setup(3, 1, 2, () -> {
            int number = made.getAndIncrement();
            return number == 0 ? new Embedding() : new Lacking(number);
        });
        Asking asking = new Asking();
        EmbeddedRunTest.finish(EmbeddedRun.start(setup, asking));
        assertEquals(Oracle.run(setup).digests, asking.digests());
        asking.answers.forEach(JudgedRunTest::assertWhole);
    }

    @Test
    void goesOnWithoutFiguresWhereNobodyHasTheSetAndSaysWhy() throws Exception {
        RunSetup setup = setup(2, 1, 2, () -> new Lacking(1));
        Asking asking = new Asking();
        EmbeddedRunTest.finish(EmbeddedRun.start(setup, asking));
        assertEquals(Oracle.run(setup).digests, asking.digests());
        assertEquals(1, asking.answers.size());
        assertEquals(Optional.empty(), asking.answers.get(0).embeddings());
        assertEquals("no folder [/data/shapes]", asking.answers.get(0).reason());
    }

    @Test
    void aModelThatCannotBeInstalledIsTheReasonOfEverySet() throws Exception {
        RunSetup setup = setup(1, 1, 2, () -> new Embedding() {
            @Override
            public void install(String description, FloatVector vector) {
                throw new InvalidInputException("no room for the model");
            }
        });
        Asking asking = new Asking(2);
        EmbeddedRunTest.finish(EmbeddedRun.start(setup, asking));
        assertEquals(
                List.of("no room for the model", "no room for the model"),
                asking.answers.stream().map(Judges.Answer::reason).toList());
    }

    @Test
    void aWorkerThatDiesInItCostsTimeOnly() throws Exception {
        RunSetup setup = setup(3, 1, 1, Embedding::new);
        Asking asking = new Asking() {
            @Override
            public CompletionStage<Void> stepJudged(StageFinished student) {
                CompletionStage<Void> answered = super.stepJudged(student);
                if (judged.size() == 1) {
                    run.killWorker(1);
                }
                return answered;
            }
        };
        asking.run = EmbeddedRun.start(setup, asking);
        EmbeddedRunTest.finish(asking.run);
        assertEquals(Oracle.run(setup).digests, asking.digests());
        asking.answers.forEach(JudgedRunTest::assertWhole);
    }

    /** What they say of their parts passes the doors of their own. */
    @Test
    void machinesOfAClusterJudgeAsWell() throws Exception {
        RunSetup setup = setup(2, 1, 2, Embedding::new);
        List<Machine> machines = Machine.cluster(3);
        try {
            Asking asking = new Asking();
            LedRun led = LedRun.start(
                    machines.get(0).system(),
                    new LeadSetup(
                            setup,
                            machines.get(0).plane(),
                            asking,
                            AdmissionTest.terms(Numerics.STRICT),
                            new DeafListener()));
            machines.subList(1, 3).forEach(JudgedRunTest::lend);
            assertEquals(
                    new Outcome(Oracle.run(setup).digests.get(1), true),
                    led.outcome().toCompletableFuture().get(60, TimeUnit.SECONDS));
            assertEquals(1, asking.answers.size());
            asking.answers.forEach(JudgedRunTest::assertWhole);
        } finally {
            Machine.end(machines);
        }
    }

    private static void lend(Machine machine) {
        NodeHost host = task -> {
            NodeHost.Computing computing =
                    new NodeHost.Computing("data", AdmissionTest.RUN, 2, FakeCompute::new, Embedding::new);
            return new NodeHost.Prepared(Fixture.compress(), Fixture.SHAPE, Optional.of(computing));
        };
        ClusterNode.lend(
                machine.system(),
                new ClusterNode.Loan(
                        new RunTerms.Belonging("build-1", "one"),
                        Set.of(MemberRole.WORKER, MemberRole.SERVER),
                        host,
                        machine.plane(),
                        Duration.ofSeconds(60),
                        line -> {}));
    }

    @Test
    void isToldAgainOfTheStudentThatItWasStoppedAt() throws Exception {
        RunSetup setup = setup(2, 1, 2, Embedding::new);
        Asking stopped = new Asking() {
            @Override
            public CompletionStage<Void> stepJudged(StageFinished student) {
                run.stop();
                return new CompletableFuture<>();
            }
        };
        stopped.run = EmbeddedRun.start(setup, stopped);
        assertEquals(false, EmbeddedRunTest.finish(stopped.run).finished());
        Asking goesOn = new Asking();
        EmbeddedRunTest.finish(EmbeddedRun.start(setup, goesOn));
        assertEquals(List.of(new Cursor(0, Phase.DISTILL, 2)), goesOn.judged);
        assertEquals(Oracle.run(setup).digests, goesOn.digests());
    }

    private RunSetup setup(int workers, int servers, int every, Supplier<PartEmbedder> embedder) {
        return Fixture.setup(Fixture.compress(), workers, servers, folder).with(new JudgingSetup(every, embedder));
    }

    private static void assertWhole(Judges.Answer answer) {
        TaskEmbeddings found = answer.embeddings().orElseThrow(() -> new AssertionError(answer.reason()));
        int[] good = IntStream.range(0, PICTURES).filter(i -> i != BAD).toArray();
        assertArrayEquals(good, found.pictures());
        assertEquals(2 * TEXTS, found.texts().length);
        float first = found.images()[1];
        for (int row = 0; row < good.length; row++) {
            assertEquals(good[row], found.images()[2 * row]);
            assertEquals(first, found.images()[2 * row + 1], "of the same student");
        }
        for (int row = 0; row < TEXTS; row++) {
            assertEquals(-row, found.texts()[2 * row]);
        }
        assertEquals(1, found.leftOut().size());
    }

    /** Asks for the set whenever it is told of a student. */
    private static class Asking extends Recorder {
        final List<Cursor> judged = new CopyOnWriteArrayList<>();
        final List<Judges.Answer> answers = new CopyOnWriteArrayList<>();
        volatile EmbeddedRun run;
        private final int sets;
        private volatile Judges judges;

        Asking() {
            this(1);
        }

        /** @param sets how often the set is asked for at once */
        Asking(int sets) {
            this.sets = sets;
        }

        @Override
        public void judges(Judges workers) {
            judges = workers;
        }

        @Override
        public CompletionStage<Void> stepJudged(StageFinished student) {
            judged.add(student.cursor());
            Judges.Question question = new Judges.Question(
                    "a model",
                    student.vector(),
                    Collections.nCopies(sets, new Judges.AskedSet(SET, PICTURES, TEXTS)),
                    Duration.ofSeconds(60));
            return judges.ask(question).thenAccept(answers::addAll);
        }
    }

    /** Rows that tell which they are, and by which model. */
    private static class Embedding implements PartEmbedder {
        private float first = Float.NaN;

        @Override
        public void require(String description, int floats) {
            assertEquals("a model", description);
        }

        @Override
        public void install(String description, FloatVector vector) {
            assertEquals("a model", description);
            first = vector.get(0);
        }

        @Override
        public TaskEmbeddings embed(SetPart part) {
            assertEquals(SET, part.set());
            int[] inputs = IntStream.range(part.from(), part.to())
                    .filter(i -> part.texts() || i != BAD)
                    .toArray();
            float[] rows = new float[2 * inputs.length];
            for (int i = 0; i < inputs.length; i++) {
                rows[2 * i] = part.texts() ? -inputs[i] : inputs[i];
                rows[2 * i + 1] = first;
            }
            boolean bad = !part.texts() && part.from() <= BAD && BAD < part.to();
            return part.texts()
                    ? new TaskEmbeddings(2, new int[0], new float[0], rows, List.of())
                    : new TaskEmbeddings(
                            2,
                            inputs,
                            Arrays.copyOf(rows, rows.length),
                            new float[0],
                            bad ? List.of(new BadSample("", "b", "is none")) : List.of());
        }

        @Override
        public void close() {
            first = Float.NaN;
        }
    }

    private static final class Lacking extends Embedding {
        private final int number;

        Lacking(int number) {
            this.number = number;
        }

        @Override
        public TaskEmbeddings embed(SetPart part) {
            if (number == 1) {
                throw new InvalidInputException("no folder [/data/shapes]");
            }
            throw new IllegalStateException("it broke");
        }
    }
}
