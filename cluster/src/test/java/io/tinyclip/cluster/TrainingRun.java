package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A {@code run} by the packaged jar.
 *
 * @param conf its recipe
 * @param folder what it writes; its output goes to a text file beside it
 * @param options of the JVM
 */
record TrainingRun(Path conf, Path folder, List<String> options) {
    static final int KILLED = 137;
    static final int TERMINATED = 143;

    private static final long POLL_MILLIS = 20;

    /** Starts it, or goes on with it. */
    Process start(int workers, int servers, String... more) throws IOException {
        List<String> command = new ArrayList<>(PackagedJar.command(
                options,
                "run",
                conf.toString(),
                "-Dtinyclip.run.folder=" + folder,
                "-Dtinyclip.workers=" + workers,
                "-Dtinyclip.servers=" + servers));
        command.addAll(List.of(more));
        return PackagedJar.start(command, outputFile());
    }

    /** Runs it to its end, which is one with this exit code. */
    TrainingRun ends(int exit, Process process) throws Exception {
        assertEquals(exit, PackagedJar.end(process), this::output);
        return this;
    }

    /** Runs it to its end, which is a good one. */
    TrainingRun finishes(int workers, int servers, String... more) throws Exception {
        return ends(ExitCode.DONE, start(workers, servers, more));
    }

    /** Returns once so many steps are on disk. */
    void awaitStep(Process process, int step) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PackagedJar.LIMIT_SECONDS);
        while (steps() < step) {
            assertFalse(process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS), () -> "ended early: " + output());
            assertTrue(System.nanoTime() < deadline, () -> "step " + step + " does not come: " + output());
        }
    }

    /** Lines of metrics.jsonl. */
    long steps() throws IOException {
        Path metrics = folder.resolve("metrics.jsonl");
        if (!Files.exists(metrics)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(metrics)) {
            return lines.count();
        }
    }

    /** What run.json says. */
    JsonObject record() throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("run.json")))
                .getAsJsonObject();
    }

    /** What run.json says of a stage. */
    JsonObject stage(int index) throws IOException {
        return record().getAsJsonArray("stages").get(index).getAsJsonObject();
    }

    /** That it is finished, with the figures and bits of a run of so many stages and steps. */
    void requireResult(JsonObject expected, int stages, int steps) throws IOException {
        assertTrue(record().get("finished").getAsBoolean());
        assertEquals(expected.get("digest"), record().get("digest"));
        for (int stage = 0; stage < stages; stage++) {
            JsonObject wanted = expected.getAsJsonArray("stages").get(stage).getAsJsonObject();
            for (String field : List.of("digest", "metrics", "params", "sparsity")) {
                assertEquals(wanted.get(field), stage(stage).get(field), field);
            }
        }
        assertEquals(steps, steps(), "lines of metrics.jsonl");
    }

    /** Parameters of a teacher or a stage, as run.json counts them. */
    static long parameters(JsonObject model) {
        JsonObject params = model.getAsJsonObject("params");
        return params.get("image").getAsLong() + params.get("text").getAsLong();
    }

    /** What the newest process printed. */
    String output() {
        try {
            return Files.readString(outputFile());
        } catch (IOException e) {
            return "no output: " + e.getMessage();
        }
    }

    private Path outputFile() {
        return folder.resolveSibling(folder.getFileName() + ".txt");
    }
}
