package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.random.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
    private static final Path JAR = Path.of("target", "coordinator.jar").toAbsolutePath();
    private static final Path CONF = Path.of("..", "conf", "tiny.conf").toAbsolutePath();
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final long LIMIT_SECONDS = 240;
    private static final int STEPS = 125;
    private static final int FINISHED = 0;
    private static final int KILLED = 137;
    private static final int TERMINATED = 143;

    @TempDir
    private static Path folder;

    private static JsonObject undisturbed = new JsonObject();

    @BeforeAll
    static void runUndisturbed() throws Exception {
        assertEquals(FINISHED, end(start("undisturbed", 2, 2)), () -> output("undisturbed"));
        undisturbed = record("undisturbed");
    }

    @Test
    void reportsThreeStagesThatShrinkToTheirBudget() {
        assertTrue(undisturbed.get("finished").getAsBoolean());
        JsonArray stages = undisturbed.getAsJsonArray("stages");
        assertEquals(3, stages.size());
        long last = parameters(undisturbed.getAsJsonObject("teacher"));
        for (JsonElement stage : stages) {
            long now = parameters(stage.getAsJsonObject());
            assertTrue(now < last, now + " parameters after " + last);
            assertTrue(stage.getAsJsonObject().getAsJsonObject("metrics").has("name.r@5"));
            last = now;
        }
        for (String file : List.of("effective.conf", "metrics.jsonl", "report.html", "model/model.safetensors")) {
            assertTrue(Files.exists(folder.resolve("undisturbed").resolve(file)), file);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "5, 3", "2, 2"})
    void workersAndServersDoNotChangeTheDigest(int workers, int servers) throws Exception {
        String name = "w" + workers + "s" + servers;
        assertEquals(FINISHED, end(start(name, workers, servers)), () -> output(name));
        assertSameResult(name);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void killedAtAnyStepTheRunGoesOnToTheSameDigest(long seed) throws Exception {
        String name = "killed" + seed;
        int kill = Counter.below(seed, 0, STEPS - 1) + 1;
        Process process = start(name, 2, 2);
        awaitStep(name, process, kill);
        process.destroyForcibly();
        assertEquals(KILLED, end(process), () -> output(name));
        assertEquals(FINISHED, end(start(name, 3, 1)), () -> output(name));
        assertSameResult(name);
    }

    @Test
    void terminatedTheRunWritesACheckpointAndGoesOnToTheSameDigest() throws Exception {
        Process process = start("terminated", 2, 2);
        awaitStep("terminated", process, STEPS / 2);
        process.destroy();
        assertEquals(TERMINATED, end(process), () -> output("terminated"));
        long written = lines("terminated");
        assertTrue(written < STEPS, written + " steps were run before it stopped");
        assertEquals(FINISHED, end(start("terminated", 1, 3)), () -> output("terminated"));
        assertSameResult("terminated");
    }

    @Test
    void finishedFolderIsLeftAlone() throws Exception {
        String before = Files.readString(folder.resolve("undisturbed/run.json"));
        assertEquals(FINISHED, end(start("undisturbed", 2, 2)), () -> output("undisturbed"));
        assertEquals(before, Files.readString(folder.resolve("undisturbed/run.json")));
    }

    @Test
    void otherSettingsInTheSameFolderAreRefused() throws Exception {
        int exit = end(start("undisturbed", 2, 2, "-Dtinyclip.seed=8"));
        assertEquals(2, exit, () -> output("undisturbed"));
        String output = output("undisturbed");
        assertTrue(output.contains("tinyclip.seed"), output);
        assertFalse(output.contains("\tat "), output);
    }

    private void assertSameResult(String name) throws IOException {
        JsonObject run = record(name);
        assertEquals(undisturbed.get("digest"), run.get("digest"));
        for (int stage = 0; stage < 3; stage++) {
            for (String field : List.of("digest", "metrics", "params", "sparsity")) {
                assertEquals(
                        stage(undisturbed, stage).get(field), stage(run, stage).get(field), field);
            }
        }
        assertEquals(STEPS, lines(name), "lines of metrics.jsonl");
    }

    private static JsonObject stage(JsonObject run, int stage) {
        return run.getAsJsonArray("stages").get(stage).getAsJsonObject();
    }

    private static long parameters(JsonObject stage) {
        JsonObject params = stage.getAsJsonObject("params");
        return params.get("image").getAsLong() + params.get("text").getAsLong();
    }

    private static JsonObject record(String name) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve(name).resolve("run.json")))
                .getAsJsonObject();
    }

    private static long lines(String name) throws IOException {
        Path metrics = folder.resolve(name).resolve("metrics.jsonl");
        if (!Files.exists(metrics)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(metrics)) {
            return lines.count();
        }
    }

    /** Returns once so many steps are on disk. */
    private void awaitStep(String name, Process process, int step) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (lines(name) < step) {
            assertFalse(process.waitFor(20, TimeUnit.MILLISECONDS), () -> "ended early: " + output(name));
            assertTrue(System.nanoTime() < deadline, () -> "step " + step + " does not come: " + output(name));
        }
    }

    private static Process start(String name, int workers, int servers, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                JAVA.toString(),
                "-jar",
                JAR.toString(),
                "run",
                CONF.toString(),
                "-Dtinyclip.run.folder=" + folder.resolve(name),
                "-Dtinyclip.workers=" + workers,
                "-Dtinyclip.servers=" + servers));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".txt").toFile())
                .start();
    }

    private static int end(Process process) throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("still running after " + LIMIT_SECONDS + " s");
        }
        return process.exitValue();
    }

    private static String output(String name) {
        try {
            return Files.readString(folder.resolve(name + ".txt"));
        } catch (IOException e) {
            return "no output: " + e.getMessage();
        }
    }
}
