package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.input.PairTar;
import io.tinyclip.data.index.IndexStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tars that are read when a step first needs them, through whole runs. */
final class FirstReadRunTest {
    private static final int TARS = 6;
    private static final int PAIRS = 8;

    @TempDir
    private static Path shared;

    private final CommandRun commands = CommandRun.quiet();

    @TempDir
    private Path folder;

    private Path conf;

    @BeforeAll
    static void makeATeacher() throws IOException {
        FirstReadRunTest teacher = new FirstReadRunTest();
        teacher.folder = shared;
        teacher.write();
        assertEquals(
                ExitCode.DONE,
                teacher.commands.execute(
                        "pretrain",
                        teacher.conf.toString(),
                        "-Dtinyclip.run.folder=" + shared.resolve("teacher"),
                        "-Dtinyclip.workers=2"),
                teacher.commands.err());
        assertTrue(CommandRun.record(shared.resolve("teacher")).toString().contains("counts-"), "by counts, too");
    }

    @BeforeEach
    void write() throws IOException {
        for (int tar = 0; tar < TARS; tar++) {
            tar(tar, 100 * tar, PAIRS);
        }
        PairTar.write(folder.resolve("judged.tar"), 1000, PAIRS);
        sizes(PAIRS);
        conf = SmallRecipe.write(
                folder,
                shared.resolve("teacher"),
                "train = \"" + folder + "/{0..5}.tar\", evaluate = \"" + folder
                        + "/judged.tar\", views = 2, index = first-read, order = shards",
                "");
    }

    @Test
    void theDigestIsTheSameColdAndWarmWhateverTheWorkers() throws IOException {
        List<JsonObject> records = new ArrayList<>();
        for (int workers : new int[] {1, 3}) {
            Path run = folder.resolve("run-" + workers);
            assertEquals(ExitCode.DONE, commands.run(conf, run, "tinyclip.workers=" + workers), commands.err());
            records.add(CommandRun.record(run));
            assertTrue(
                    Files.readString(run.resolve("log.txt")).contains("all [49408] rows of the token table are kept"));
        }
        for (JsonObject record : records) {
            assertEquals(records.get(0).get("digest"), record.get("digest"));
            assertEquals(0, record.get("badSamples").getAsLong());
        }
        deleteIndexes();
    }

    @Test
    void aRunThatIsEndedGoesOnAndMissingSamplesAreLeftOut() throws IOException {
        tar(3, 300, PAIRS - 1);
        Path run = folder.resolve("run");
        assertEquals(ExitCode.WRONG_USE, commands.run(conf, run, "tinyclip.data.bad-share=0"));
        assertTrue(commands.err().contains("samples had pictures that cannot be used"), commands.err());
        assertEquals(
                ExitCode.DONE,
                commands.run(conf, run, "tinyclip.data.bad-share=0.5", "tinyclip.workers=2"),
                commands.err());
        JsonObject named = JsonParser.parseString(
                        Files.readAllLines(run.resolve("bad-samples.jsonl")).get(0))
                .getAsJsonObject();
        assertEquals(folder + "/3.tar", named.get("tar").getAsString());
        assertEquals("sample 8", named.get("key").getAsString());
        assertEquals(
                "is not in its tar, which holds [7] samples that can be used and was counted to hold [8]",
                named.get("reason").getAsString());
        deleteIndexes();
        Path straight = folder.resolve("straight");
        assertEquals(ExitCode.DONE, commands.run(conf, straight, "tinyclip.data.bad-share=0.5"), commands.err());
        assertEquals(
                CommandRun.record(straight).get("digest"),
                CommandRun.record(run).get("digest"));
        assertEquals(
                CommandRun.record(straight).get("badSamples"),
                CommandRun.record(run).get("badSamples"));
        assertNotEquals(0, CommandRun.record(run).get("badSamples").getAsLong());
    }

    @Test
    void aTarThatChangesBetweenTwoStartsIsRefusedUntilItIsPutBack() throws IOException {
        tar(3, 300, PAIRS - 1);
        Path run = folder.resolve("run");
        assertEquals(ExitCode.WRONG_USE, commands.run(conf, run, "tinyclip.data.bad-share=0"));
        for (int tar = 0; tar < TARS; tar++) {
            tar(tar, 100 * tar + 50, PAIRS - (tar == 3 ? 1 : 0));
        }
        assertEquals(ExitCode.WRONG_USE, commands.run(conf, run, "tinyclip.data.index=before"));
        assertTrue(commands.err().contains("tinyclip.data.index: first-read -> before"), commands.err());
        for (int start = 0; start < 2; start++) {
            commands.forgetErr();
            assertEquals(ExitCode.WRONG_USE, commands.run(conf, run, "tinyclip.data.bad-share=0.5"));
            assertTrue(
                    commands.err().contains("it has changed, or is another on some machine; put the tar back"),
                    commands.err());
            assertFalse(commands.err().contains("\tat "), commands.err());
        }
        for (int tar = 0; tar < TARS; tar++) {
            tar(tar, 100 * tar, PAIRS - (tar == 3 ? 1 : 0));
        }
        assertEquals(ExitCode.DONE, commands.run(conf, run, "tinyclip.data.bad-share=0.5"), commands.err());
    }

    @Test
    void aTarWithMoreSamplesThanItsCountEndsTheRunInOneLine() throws IOException {
        sizes(PAIRS - 1);
        assertEquals(ExitCode.WRONG_USE, commands.run(conf, folder.resolve("run")));
        assertTrue(
                commands.err().contains("holds [8] samples, of which at most the [7] that it is counted to hold"),
                commands.err());
        assertFalse(commands.err().contains("\tat "), commands.err());
    }

    private void tar(int number, int first, int pairs) throws IOException {
        Path tar = PairTar.write(folder.resolve(number + ".tar"), first, pairs);
        // Long ago, so that its index is kept; at times that tell one content from another.
        Files.setLastModifiedTime(
                tar, FileTime.from(Instant.parse("2020-02-02T02:02:02Z").plusSeconds(60L * first + pairs)));
    }

    private void sizes(int count) throws IOException {
        StringBuilder sizes = new StringBuilder("{");
        for (int tar = 0; tar < TARS; tar++) {
            sizes.append(tar == 0 ? "" : ", ").append("\"" + tar + ".tar\": " + count);
        }
        Files.writeString(folder.resolve("sizes.json"), sizes + "}");
    }

    private void deleteIndexes() throws IOException {
        int deleted = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(IndexStore.ENDING))
                    .toList()) {
                Files.delete(file);
                deleted++;
            }
        }
        assertTrue(deleted >= TARS, "each tar had one: " + deleted);
    }
}
