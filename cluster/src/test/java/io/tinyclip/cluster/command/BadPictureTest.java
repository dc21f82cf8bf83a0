package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import java.io.IOException;
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
    @TempDir
    private static Path shared;

    private static Path tar;
    private static Path conf;

    private final CommandRun commands = CommandRun.quiet();

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeATeacher() throws IOException {
        tar = CrawledTar.write(shared.resolve("pairs.tar"), Map.of(33, CrawledTar.torn(33)));
        conf = SmallRecipe.write(
                shared,
                shared.resolve("teacher"),
                "train = \"" + tar + "\", evaluate = \"" + tar + "\", views = 2",
                "");
        CommandRun teacher = CommandRun.quiet();
        assertEquals(
                ExitCode.DONE,
                teacher.execute("pretrain", conf.toString(), "-Dtinyclip.run.folder=" + shared.resolve("teacher")),
                teacher.err());
    }

    @Test
    void theRunLeavesItOutAlikeWhateverTheWorkers() throws IOException {
        List<JsonObject> records = new ArrayList<>();
        for (int workers : new int[] {1, 3}) {
            Path run = folder.resolve("run-" + workers);
            assertEquals(ExitCode.DONE, commands.run(conf, run, "tinyclip.workers=" + workers), commands.err());
            records.add(CommandRun.record(run));
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
        assertEquals(
                ExitCode.DONE,
                commands.run(conf, run, "tinyclip.data.train=" + whole, "tinyclip.data.bad-share=0"),
                commands.err());
        assertFalse(Files.exists(run.resolve("bad-samples.jsonl")), "there is none");
        assertEquals(0, CommandRun.record(run).get("badSamples").getAsLong());
        Path strict = folder.resolve("strict");
        assertEquals(
                ExitCode.DONE,
                commands.run(conf, strict, "tinyclip.data.train=" + whole, "tinyclip.data.bad=refuse"),
                commands.err());
        assertEquals(
                CommandRun.record(run).get("digest"), CommandRun.record(strict).get("digest"));
    }

    @Test
    void theStrictWayEndsTheRunInOneLine() {
        assertEquals(ExitCode.WRONG_USE, commands.run(conf, folder.resolve("run"), "tinyclip.data.bad=refuse"));
        assertTrue(commands.err().contains("picture [00033] of tar [" + tar + "] cannot be decoded ("), commands.err());
        assertFalse(commands.err().contains("\tat "), commands.err());
    }

    @Test
    void tooManyEndTheRunAtOneStepAndItGoesOnWhereMoreAreAllowed() throws IOException {
        Path run = folder.resolve("run");
        for (int time = 0; time < 2; time++) {
            commands.forgetErr();
            assertEquals(ExitCode.WRONG_USE, commands.run(conf, run, "tinyclip.data.bad-share=0"));
            assertTrue(commands.err().contains("[1] of ["), commands.err());
            assertTrue(commands.err().contains("samples had pictures that cannot be used"), commands.err());
            assertEquals(1, metrics(run));
            assertEquals(1, Files.readAllLines(run.resolve("bad-samples.jsonl")).size());
        }
        assertEquals(ExitCode.DONE, commands.run(conf, run), commands.err());
        Path straight = folder.resolve("straight");
        assertEquals(ExitCode.DONE, commands.run(conf, straight), commands.err());
        assertEquals(
                CommandRun.record(straight).get("digest"),
                CommandRun.record(run).get("digest"));
        assertEquals(
                CommandRun.record(straight).get("badSamples"),
                CommandRun.record(run).get("badSamples"));
        assertEquals(
                Files.readString(straight.resolve("bad-samples.jsonl")),
                Files.readString(run.resolve("bad-samples.jsonl")));
    }

    @Test
    void evaluateLeavesItOutAndSaysSo() {
        String model = shared.resolve("teacher/model").toString();
        assertEquals(ExitCode.DONE, commands.execute("evaluate", model, "--data", tar.toString()), commands.err());
        assertTrue(
                commands.out()
                        .contains("left out: 1 pairs whose pictures cannot be used, first [00033] of tar [" + tar),
                commands.out());
        commands.forgetOut();
        assertEquals(
                ExitCode.DONE, commands.execute("evaluate", model, "--data", tar.toString(), "--json"), commands.err());
        assertEquals(
                1,
                JsonParser.parseString(commands.out())
                        .getAsJsonObject()
                        .get("badSamples")
                        .getAsInt());
    }

    @Test
    void aModelIsWhollyAtOneWithItselfAsTeacher() {
        String model = shared.resolve("teacher/model").toString();
        String[] evaluate = {"evaluate", model, "--data", tar.toString(), "--teacher", model};
        assertEquals(ExitCode.DONE, commands.execute(evaluate), commands.err());
        assertTrue(commands.out().lines().anyMatch(line -> line.matches("teacher.kl +0.0000")), commands.out());
        assertTrue(commands.out().lines().anyMatch(line -> line.matches("teacher.cos.text +1.0000")), commands.out());
        commands.forgetOut();
        int code = commands.execute("evaluate", model, "--data", tar.toString(), "--teacher", "builtin", "--json");
        assertEquals(ExitCode.DONE, code, "one of another size sees pictures of the model's: " + commands.err());
        JsonObject metrics =
                JsonParser.parseString(commands.out()).getAsJsonObject().getAsJsonObject("metrics");
        assertTrue(metrics.get("teacher.kl").getAsDouble() > 0, metrics.toString());
    }

    @Test
    void aTeacherThatSeesOtherPicturesIsRefused() throws IOException {
        Path model = shared.resolve("teacher/model");
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.copy(model.resolve("model.safetensors"), other.resolve("model.safetensors"));
        String config = Files.readString(model.resolve("config.json"));
        Files.writeString(other.resolve("config.json"), config.replace("0.48145466", "0.5"));
        int code =
                commands.execute("evaluate", model.toString(), "--data", tar.toString(), "--teacher", other.toString());
        assertEquals(ExitCode.WRONG_USE, code, commands.err());
        assertTrue(commands.err().contains("] takes pictures otherwise than MODEL"), commands.err());
    }

    @Test
    void embedLeavesItOutAndSaysSo() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Files.write(pictures.resolve("a.png"), CrawledTar.picture(1));
        Files.write(pictures.resolve("b.png"), CrawledTar.torn(2));
        Files.write(pictures.resolve("c.png"), CrawledTar.picture(3));
        Path file = folder.resolve("e.safetensors");
        int code = commands.execute(
                "embed",
                shared.resolve("teacher/model").toString(),
                "--images",
                pictures.toString(),
                "--out",
                file.toString());
        assertEquals(ExitCode.DONE, code, commands.err());
        assertTrue(commands.out().contains("images [2, 16]"), commands.out());
        assertEquals(List.of("a.png", "c.png"), Files.readAllLines(folder.resolve("e.safetensors.images.txt")));
        assertTrue(commands.err().contains("left out: picture " + pictures.resolve("b.png")), commands.err());
        assertTrue(commands.err().contains("left out [1] of [3] pictures"), commands.err());
        assertNotEquals(0, Files.size(file));
    }

    /** Samples that the steps of metrics.jsonl were without. */
    private static long metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .mapToLong(step -> step.has("bad") ? step.get("bad").getAsLong() : 0)
                .sum();
    }
}
