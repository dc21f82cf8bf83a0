package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.random.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promise 2 on the real thing: {@code run conf/tiny.conf} by the packaged jar, in processes of its own. The oracle is the
 * digest of an undisturbed run with two workers and two servers.
 */
final class TinyRunIT {
    private static final int STEPS = TinyRecipe.STEPS;

    @TempDir
    private static Path folder;

    private static JsonObject undisturbed = new JsonObject();

    @BeforeAll
    static void runUndisturbed() throws Exception {
        undisturbed = UndisturbedRun.get().record();
    }

    @Test
    void reportsThreeStagesThatShrinkToTheirBudget() throws Exception {
        JsonObject whole = new TrainingRun(TinyRecipe.CONF, folder.resolve("whole"), List.of())
                .finishes(2, 2)
                .record();
        assertTrue(whole.get("finished").getAsBoolean());
        JsonArray stages = whole.getAsJsonArray("stages");
        assertEquals(3, stages.size());
        long last = TrainingRun.parameters(whole.getAsJsonObject("teacher"));
        for (JsonElement stage : stages) {
            long now = TrainingRun.parameters(stage.getAsJsonObject());
            assertTrue(now < last, now + " parameters after " + last);
            assertTrue(stage.getAsJsonObject().getAsJsonObject("metrics").has("name.r@5"));
            last = now;
        }
        for (String file : List.of("effective.conf", "metrics.jsonl", "report.html", "model/model.safetensors")) {
            assertTrue(Files.exists(folder.resolve("whole").resolve(file)), file);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 3"})
    void workersAndServersDoNotChangeTheDigest(int workers, int servers) throws Exception {
        assertSameResult(named("w" + workers + "s" + servers).finishes(workers, servers));
    }

    @ParameterizedTest
    @ValueSource(longs = 1)
    void killedAtAnyStepTheRunGoesOnToTheSameDigest(long seed) throws Exception {
        TrainingRun run = named("killed" + seed);
        int kill = Counter.below(seed, 0, STEPS - 1) + 1;
        Process process = run.start(2, 2);
        run.awaitStep(process, kill);
        run.ends(TrainingRun.KILLED, process.destroyForcibly());
        assertSameResult(run.finishes(3, 1));
    }

    @Test
    void terminatedTheRunWritesACheckpointAndGoesOnToTheSameDigest() throws Exception {
        TrainingRun run = named("terminated");
        Process process = run.start(2, 2);
        run.awaitStep(process, STEPS / 2);
        process.destroy();
        run.ends(TrainingRun.TERMINATED, process);
        assertTrue(run.steps() < STEPS, run.steps() + " steps were run before it stopped");
        assertSameResult(run.finishes(1, 3));
    }

    @Test
    void finishedFolderIsLeftAlone() throws Exception {
        Path record = UndisturbedRun.get().folder().resolve("run.json");
        String before = Files.readString(record);
        UndisturbedRun.get().finishes(2, 2);
        assertEquals(before, Files.readString(record));
    }

    @Test
    void otherSettingsInTheSameFolderAreRefused() throws Exception {
        TrainingRun run = UndisturbedRun.get();
        String output = run.ends(ExitCode.WRONG_USE, run.start(2, 2, "-Dtinyclip.seed=8"))
                .output();
        assertTrue(output.contains("tinyclip.seed"), output);
        assertFalse(output.contains("\tat "), output);
    }

    private static TrainingRun named(String name) throws IOException {
        return TinyRecipe.run(folder, name);
    }

    private static void assertSameResult(TrainingRun run) throws IOException {
        run.requireResult(undisturbed, TinyRecipe.STAGES, STEPS);
    }
}
