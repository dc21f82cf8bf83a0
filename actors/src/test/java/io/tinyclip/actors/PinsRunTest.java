package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.ShardPin;
import io.tinyclip.step.StepCompute;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tars were found to hold, from workers to the checkpoint and back. */
class PinsRunTest {
    /** Six steps. */
    private static final RunPlan PLAN = Fixture.pretrain();

    @TempDir
    Path folder;

    /** Tensor work on two tars a step, of which the one is first read in it. */
    private static class Reading extends FakeCompute {
        private final String content;

        Reading(String content) {
            this.content = content;
        }

        @Override
        public List<ShardPin> pins(Cursor cursor, int partition) {
            int shard = cursor.step() + partition % 2;
            String holds = content + " " + shard;
            return List.of(
                    new ShardPin(shard, Sha256.hex(holds.getBytes(StandardCharsets.UTF_8)), "/data/" + shard + ".tar"));
        }
    }

    @Test
    void allThatWasReadIsPinnedAndAResumeNeedsIt() throws Exception {
        Outcome alone = finish(EmbeddedRun.start(setup(folder.resolve("alone"), 1, FakeCompute::new), new Recorder()));
        Outcome pinned = finish(EmbeddedRun.start(setup(folder, 2, () -> new Reading("as it was")), new Recorder()));
        assertEquals(alone, pinned, "the state is the same");
        assertEquals(7, new CheckpointStore(folder).pins().all().size());
    }

    @Test
    void aTarThatIsAnotherOnOneMachineEndsTheRunAndEveryResumeUntilItIsPutBack() throws Exception {
        AtomicInteger workers = new AtomicInteger();
        RunSetup differing =
                setup(folder, 2, () -> new Reading(workers.getAndIncrement() == 0 ? "as it was" : "otherwise"));
        String line = refusal(differing);
        assertTrue(line.startsWith("tar [/data/0.tar]") || line.startsWith("tar [/data/1.tar]"), "at once: " + line);
        finish(EmbeddedRun.start(setup(folder, 2, () -> new Reading("as it was")), new Recorder()));
    }

    @Test
    void aTarThatChangesBetweenTwoProcessesIsRefusedByEveryResume() throws Exception {
        RunSetup broken = setup(folder, 2, () -> new Reading("as it was") {
            @Override
            public PartitionFeatures features(Cursor cursor, int partition) {
                if (cursor.step() == 3) {
                    throw new IllegalStateException("the power went");
                }
                return super.features(cursor, partition);
            }
        });
        assertThrows(ExecutionException.class, () -> finish(EmbeddedRun.start(broken, new Recorder())));
        for (int workers = 1; workers <= 3; workers++) {
            String line = refusal(setup(folder, workers, () -> new Reading("otherwise")));
            assertTrue(line.startsWith("tar [/data/"), line);
            assertEquals(1, line.lines().count());
        }
        Outcome whole = finish(EmbeddedRun.start(setup(folder, 2, () -> new Reading("as it was")), new Recorder()));
        RunSetup undisturbed = setup(folder.resolve("other"), 1, () -> new Reading("as it was"));
        assertEquals(finish(EmbeddedRun.start(undisturbed, new Recorder())), whole);
    }

    @Test
    void aWorkersDeathLosesNoPin() throws Exception {
        CompletableFuture<EmbeddedRun> run = new CompletableFuture<>();
        RunSetup setup = setup(folder, 3, () -> new Reading("as it was") {
            @Override
            public List<ShardPin> pins(Cursor cursor, int partition) {
                if (cursor.step() == 2) {
                    run.join().killWorker(1);
                }
                return super.pins(cursor, partition);
            }
        });
        run.complete(EmbeddedRun.start(setup, new Recorder()));
        finish(run.join());
        assertEquals(7, new CheckpointStore(folder).pins().all().size());
    }

    private static String refusal(RunSetup setup) {
        Throwable end = assertThrows(ExecutionException.class, () -> finish(EmbeddedRun.start(setup, new Recorder())))
                .getCause();
        return String.valueOf(assertInstanceOf(InvalidInputException.class, end).getMessage());
    }

    private static RunSetup setup(Path folder, int workers, Supplier<StepCompute> compute) {
        return Fixture.setup(PLAN, workers, 1, folder, compute);
    }

    private static Outcome finish(EmbeddedRun run) throws Exception {
        return run.outcome().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
