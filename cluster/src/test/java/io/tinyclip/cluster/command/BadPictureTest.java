package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.machine.TorchEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A set with a few pictures that are none, as crawled sets have them, through whole commands. */
final class BadPictureTest {
    private static final String MODEL =
            "{ embedding = 16, image { size = 16, patch = 8, width = 32, head-width = 16, layers = 2,"
                    + " neurons = 64 }, text { context = 24, width = 32, head-width = 16, layers = 2, neurons = 64 } }";

    @TempDir
    private static Path shared;

    private static Path tar;
    private static Path conf;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeATeacher() throws IOException {
        tar = CrawledTar.write(shared.resolve("pairs.tar"), Map.of(33, CrawledTar.torn(33)));
        conf = Files.writeString(
                shared.resolve("small.conf"),
                "tinyclip { seed = 1, batch = 16, partitions = 4, data { train = \"" + tar + "\", evaluate = \"" + tar
                        + "\", views = 2 }, teacher = \"" + shared.resolve("teacher/model")
                        + "\", pretrain { steps = 3, model "
                        + MODEL + " }, stages = [ { keep = 0.5, inherit-steps = 5, distill-steps = 3 } ],"
                        + " mask { rate = 2.0, multiplier-rate = 0.5 }, checkpoint.steps = 2, cache.folder = \""
                        + shared.resolve("cache") + "\" }\n");
        BadPictureTest teacher = new BadPictureTest();
        assertEquals(
                ExitCode.DONE,
                teacher.execute("pretrain", conf.toString(), "-Dtinyclip.run.folder=" + shared.resolve("teacher")),
                teacher.text(teacher.err));
    }

    @Test
    void theRunLeavesItOutAlikeWhateverTheWorkers() throws IOException {
        List<JsonObject> records = new ArrayList<>();
        for (int workers : new int[] {1, 3}) {
            Path run = folder.resolve("run-" + workers);
            assertEquals(ExitCode.DONE, run(run, "tinyclip.workers=" + workers), text(err));
            records.add(record(run));
            List<String> named = Files.readAllLines(run.resolve("bad-samples.jsonl"));
            assertEquals(1, named.size(), named.toString());
            JsonObject sample = JsonParser.parseString(named.get(0)).getAsJsonObject();
            assertEquals(tar.toString(), sample.get("tar").getAsString());
            assertEquals("00033", sample.get("key").getAsString());
            assertTrue(sample.get("reason").getAsString().startsWith("cannot be decoded ("), named.get(0));
            assertTrue(Files.readString(run.resolve("report.html")).contains("samples left out"));
        }
        long bad = records.get(0).get("badSamples").getAsLong();
        assertEquals(bad, metrics(folder.resolve("run-1")));
        assertTrue(bad >= 3, "8 steps of 16 are three passes and a bit over 40 pairs, and it came " + bad + " times");
        for (JsonObject record : records) {
            assertEquals(records.get(0).get("digest"), record.get("digest"));
            assertEquals(bad, record.get("badSamples").getAsLong());
        }
    }

    @Test
    void whereAllPicturesAreGoodNothingIsLeftOut() throws IOException {
        Path whole = CrawledTar.write(folder.resolve("whole.tar"), Map.of());
        Path run = folder.resolve("run");
        assertEquals(ExitCode.DONE, run(run, "tinyclip.data.train=" + whole, "tinyclip.data.bad-share=0"), text(err));
        assertFalse(Files.exists(run.resolve("bad-samples.jsonl")), "there is none");
        assertEquals(0, record(run).get("badSamples").getAsLong());
        Path strict = folder.resolve("strict");
        assertEquals(ExitCode.DONE, run(strict, "tinyclip.data.train=" + whole, "tinyclip.data.bad=refuse"), text(err));
        assertEquals(record(run).get("digest"), record(strict).get("digest"));
    }

    @Test
    void theStrictWayEndsTheRunInOneLine() {
        assertEquals(ExitCode.WRONG_USE, run(folder.resolve("run"), "tinyclip.data.bad=refuse"));
        assertTrue(text(err).contains("picture [00033] of tar [" + tar + "] cannot be decoded ("), text(err));
        assertFalse(text(err).contains("\tat "), text(err));
    }

    @Test
    void tooManyEndTheRunAtOneStepAndItGoesOnWhereMoreAreAllowed() throws IOException {
        Path run = folder.resolve("run");
        for (int time = 0; time < 2; time++) {
            err.reset();
            assertEquals(ExitCode.WRONG_USE, run(run, "tinyclip.data.bad-share=0"));
            assertTrue(text(err).contains("[1] of ["), text(err));
            assertTrue(text(err).contains("samples had pictures that cannot be used"), text(err));
            assertEquals(1, metrics(run));
            assertEquals(1, Files.readAllLines(run.resolve("bad-samples.jsonl")).size());
        }
        assertEquals(ExitCode.DONE, run(run), text(err));
        Path straight = folder.resolve("straight");
        assertEquals(ExitCode.DONE, run(straight), text(err));
        assertEquals(record(straight).get("digest"), record(run).get("digest"));
        assertEquals(record(straight).get("badSamples"), record(run).get("badSamples"));
        assertEquals(
                Files.readString(straight.resolve("bad-samples.jsonl")),
                Files.readString(run.resolve("bad-samples.jsonl")));
    }

    @Test
    void evaluateLeavesItOutAndSaysSo() {
        String model = shared.resolve("teacher/model").toString();
        assertEquals(ExitCode.DONE, execute("evaluate", model, "--data", tar.toString()), text(err));
        assertTrue(
                text(out).contains("left out: 1 pairs whose pictures cannot be used, first [00033] of tar [" + tar),
                text(out));
        out.reset();
        assertEquals(ExitCode.DONE, execute("evaluate", model, "--data", tar.toString(), "--json"), text(err));
        assertEquals(
                1,
                JsonParser.parseString(text(out))
                        .getAsJsonObject()
                        .get("badSamples")
                        .getAsInt());
    }

    @Test
    void embedLeavesItOutAndSaysSo() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Files.write(pictures.resolve("a.png"), CrawledTar.picture(1));
        Files.write(pictures.resolve("b.png"), CrawledTar.torn(2));
        Files.write(pictures.resolve("c.png"), CrawledTar.picture(3));
        Path file = folder.resolve("e.safetensors");
        int code = execute(
                "embed",
                shared.resolve("teacher/model").toString(),
                "--images",
                pictures.toString(),
                "--out",
                file.toString());
        assertEquals(ExitCode.DONE, code, text(err));
        assertTrue(text(out).contains("images [2, 16]"), text(out));
        assertEquals(List.of("a.png", "c.png"), Files.readAllLines(folder.resolve("e.safetensors.images.txt")));
        assertTrue(text(err).contains("left out: picture " + pictures.resolve("b.png")), text(err));
        assertTrue(text(err).contains("left out [1] of [3] pictures"), text(err));
        assertNotEquals(0, Files.size(file));
    }

    private int run(Path run, String... settings) {
        List<String> args = new ArrayList<>(List.of("run", conf.toString(), "-Dtinyclip.run.folder=" + run));
        for (String setting : settings) {
            args.add("-D" + setting);
        }
        return execute(args.toArray(String[]::new));
    }

    /** Samples that the steps of metrics.jsonl were without. */
    private static long metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .mapToLong(step -> step.has("bad") ? step.get("bad").getAsLong() : 0)
                .sum();
    }

    private static JsonObject record(Path run) throws IOException {
        return JsonParser.parseString(Files.readString(run.resolve("run.json"))).getAsJsonObject();
    }

    private int execute(String... args) {
        Tools tools = new Tools(
                TorchEngine::new,
                () -> new ProgressLines(new PrintStream(PrintStream.nullOutputStream()), System::nanoTime),
                print(out),
                print(err));
        return CommandLineTool.execute(tools, args);
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String text(ByteArrayOutputStream from) {
        return from.toString(StandardCharsets.UTF_8);
    }
}
