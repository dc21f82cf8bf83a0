package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.actors.ActorRun;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.Removal;
import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that broke after seven of its twelve steps, in whose folder something is then damaged or gone. */
final class LostCheckpointsTest {
    private static final int ALL = Integer.MAX_VALUE;
    /** Of four partitions a step. */
    private static final int SEVEN_STEPS = 30;

    private static final String REMEDY = "or start over at step 0 with -Dtinyclip.checkpoint.if-lost=restart";

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean led;

    @BeforeAll
    static void trainUndisturbed() {
        new LostCheckpointsTest().train(shared.resolve("run"), ALL, Map.of());
    }

    @BeforeEach
    void breakARun() throws IOException {
        assertThrows(RuntimeException.class, () -> train(SEVEN_STEPS));
        assertTrue(metrics().lines().count() >= 6, metrics());
        assertTrue(
                record(folder).get("checkpointSteps").getAsLong() >= 4,
                record(folder).toString());
        led = false;
    }

    @Test
    void stopsBeforeItLeadsWhereTheyAreGone() throws IOException {
        String before = metrics();
        Removal.of(folder.resolve("checkpoints"));
        String message = refusal();
        assertTrue(message.startsWith("run folder [" + folder + "] has no whole checkpoint any more, though"), message);
        assertTrue(message.contains("had one after [" + record(folder).get("checkpointSteps") + "] steps"), message);
        assertTrue(
                message.contains("committed step [" + (before.lines().count() - 1) + "] of stage [0], pretrain"),
                message);
        assertTrue(message.contains("bring back the files in [" + folder.resolve("checkpoints") + "], "), message);
        assertTrue(message.endsWith(REMEDY), message);
        assertFalse(led);
        assertEquals(before, metrics());
        assertEquals(message, refusal(), "whoever tries next says the same");
    }

    @Test
    void stopsBeforeItLeadsWhereAllAreTorn() throws IOException {
        String before = metrics();
        for (Path range : ranges()) {
            Files.write(range, new byte[] {1});
        }
        assertTrue(refusal().endsWith(REMEDY));
        assertFalse(led);
        assertEquals(before, metrics());
    }

    @Test
    void stopsWhereAllHaveFlippedBits() throws IOException {
        String before = metrics();
        ranges().forEach(LostCheckpointsTest::flip);
        assertTrue(refusal().endsWith(REMEDY));
        assertEquals(before, metrics());
    }

    @Test
    void stopsWhereRunJsonIsGoneAsWell() throws IOException {
        String before = metrics();
        Removal.of(folder.resolve("checkpoints"));
        Files.delete(folder.resolve("run.json"));
        String message = refusal();
        assertTrue(message.contains(
                "no whole checkpoint and no run.json any more, though the run in it committed step ["));
        assertEquals(before, metrics());
        train(ALL, "tinyclip.checkpoint.if-lost", "restart");
        assertSaidOnce();
        assertUndisturbed();
    }

    @Test
    void saysOnceThatItStartsOverWhereDamagedOnesAreLeftWithoutRunJson() throws IOException {
        for (Path range : ranges()) {
            Files.delete(range);
        }
        Files.delete(folder.resolve("run.json"));
        train(ALL, "tinyclip.checkpoint.if-lost", "restart");
        assertSaidOnce();
        assertUndisturbed();
    }

    @Test
    void stopsWhereAnOlderRecordSaysNothingOfCheckpoints() throws IOException {
        Removal.of(folder.resolve("checkpoints"));
        JsonObject old = record(folder);
        old.remove("checkpointSteps");
        Files.writeString(folder.resolve("run.json"), old.toString());
        assertTrue(refusal().contains("committed step ["));
    }

    @Test
    void startsOverWhenToldToAndSaysSo() throws IOException {
        ranges().forEach(LostCheckpointsTest::flip);
        train(ALL, "tinyclip.checkpoint.if-lost", "restart");
        assertSaidOnce();
        assertUndisturbed();
    }

    @Test
    void onceStartedOverItGoesOnWithoutBeingTold() throws IOException {
        Removal.of(folder.resolve("checkpoints"));
        assertThrows(RuntimeException.class, () -> train(2, "tinyclip.checkpoint.if-lost", "restart"));
        assertEquals(0, record(folder).get("checkpointSteps").getAsLong());
        train(ALL);
        assertUndisturbed();
    }

    @Test
    void mayBeToldToWhereNothingIsLost() throws IOException {
        train(ALL, "tinyclip.checkpoint.if-lost", "restart");
        assertFalse(out.toString(StandardCharsets.UTF_8).contains("starts over"));
        assertUndisturbed();
    }

    @Test
    void goesOnFromTheNewestGoodOne() throws IOException {
        List<Path> ranges = ranges();
        Path newest = ranges.get(ranges.size() - 1).getParent();
        ranges.stream().filter(range -> range.startsWith(newest)).forEach(LostCheckpointsTest::flip);
        train(ALL);
        assertUndisturbed();
    }

    @Test
    void aRunThatDiedBeforeItsFirstBeginsAgain() throws IOException {
        Path early = folder.resolve("early");
        assertThrows(
                RuntimeException.class, () -> train(early, SEVEN_STEPS, Map.of("tinyclip.checkpoint.steps", "11")));
        assertEquals(0, record(early).get("checkpointSteps").getAsLong());
        train(early, ALL, Map.of());
        assertEquals(record(shared.resolve("run")).get("digest"), record(early).get("digest"));
    }

    @Test
    void aBrokenLineOfMetricsIsNamedBeforeItLeads() throws IOException {
        Path metrics = folder.resolve("metrics.jsonl");
        String before = metrics().replaceFirst("\n", "\n{}\n");
        Files.writeString(metrics, before);
        String message = refusal();
        assertEquals(
                "[line 2 of " + metrics
                        + "]: field [stage] is missing; delete that line, or the whole file, which only the"
                        + " report's curves need",
                message);
        assertFalse(led);
        assertEquals(before, metrics());
    }

    @Test
    void aSeedThatWasChangedIsRefusedWithoutEffectiveConf() throws IOException {
        Files.delete(folder.resolve("effective.conf"));
        String message = assertThrows(InvalidInputException.class, () -> train(ALL, "tinyclip.seed", "2"))
                .getMessage();
        assertTrue(message.contains("was begun with other settings: tinyclip.seed: 1 -> 2"), message);
        train(ALL);
        assertUndisturbed();
        assertTrue(Files.readString(folder.resolve("effective.conf")).contains("seed=1"), "written anew");
    }

    @Test
    void aFolderThatBecameAnothersIsLeftToIt() throws IOException {
        Removal.of(folder.resolve("checkpoints"));
        RunHost host = host(() -> replaceRunJson(folder));
        InvalidInputException refused = assertThrows(
                InvalidInputException.class,
                () -> unwrapped(() -> train(folder, ALL, host, Map.of("tinyclip.checkpoint.if-lost", "restart"))));
        assertTrue(refused.getMessage().contains("was deleted while this run went on, and another began there"));
        assertEquals("another", record(folder).get("nonce").getAsString());
    }

    @Test
    void aRunKeepsItsNonceAndAFolderThatIsMadeAnewHasAnother() throws IOException {
        String nonce = record(folder).get("nonce").getAsString();
        train(ALL);
        assertEquals(nonce, record(folder).get("nonce").getAsString());
        Removal.of(folder);
        train(ALL);
        assertNotEquals(nonce, record(folder).get("nonce").getAsString());
        assertUndisturbed();
    }

    private static void replaceRunJson(Path folder) {
        try {
            JsonObject other = record(folder);
            other.addProperty("nonce", "another");
            Files.writeString(folder.resolve("run.json"), other.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertSaidOnce() {
        List<String> said = out.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.endsWith("the run starts over at step 0, as tinyclip.checkpoint.if-lost says"))
                .toList();
        assertEquals(1, said.size(), said.toString());
    }

    private void assertUndisturbed() throws IOException {
        assertEquals(record(shared.resolve("run")).get("digest"), record(folder).get("digest"));
        assertEquals(12, metrics().lines().count());
    }

    private String refusal() {
        return assertThrows(InvalidInputException.class, () -> unwrapped(() -> train(ALL)))
                .getMessage();
    }

    /** A command finds the cause as well, and exits with 2. */
    private static void unwrapped(Runnable training) {
        try {
            training.run();
        } catch (java.util.concurrent.CompletionException e) {
            throw e.getCause() instanceof InvalidInputException refused ? refused : e;
        }
    }

    private void train(int gradients, String... setting) {
        train(folder, gradients, setting.length == 0 ? Map.of() : Map.of(setting[0], setting[1]));
    }

    private void train(Path target, int gradients, Map<String, String> overrides) {
        train(target, gradients, host(() -> {}), overrides);
    }

    private void train(Path target, int gradients, RunHost host, Map<String, String> overrides) {
        Map<String, String> all = SmallRun.settings(target, shared.resolve("cache"));
        all.put("tinyclip.data.icons", "20");
        all.put("tinyclip.checkpoint.steps", "2");
        all.put("tinyclip.pretrain.steps", "12");
        all.putAll(overrides);
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (Progress progress = new ProgressLines(new PrintStream(PrintStream.nullOutputStream()), System::nanoTime)) {
            Training.Console console = new Training.Console(progress, print);
            new Training(
                            Training.Command.PRETRAIN,
                            SettingsFile.defaults(all),
                            new FakeEngine(gradients),
                            host,
                            console)
                    .execute();
        }
    }

    /** All in this process, and known whether it came to that. */
    private RunHost host(Runnable first) {
        RunHost embedded = RunHost.embedded();
        return new RunHost() {
            @Override
            public ActorRun start(RunSetup setup, RunListener listener, Agreement agreement) {
                led = true;
                first.run();
                return embedded.start(setup, listener, agreement);
            }

            @Override
            public Duration folderPatience() {
                return Duration.ZERO;
            }

            @Override
            public boolean computes() {
                return true;
            }
        };
    }

    private String metrics() throws IOException {
        return Files.readString(folder.resolve("metrics.jsonl"));
    }

    private static JsonObject record(Path run) throws IOException {
        return JsonParser.parseString(Files.readString(run.resolve("run.json"))).getAsJsonObject();
    }

    /** Of all checkpoints, the newest one's last. */
    private List<Path> ranges() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("checkpoints"))) {
            return files.filter(file -> file.toString().endsWith(".bin"))
                    .sorted()
                    .toList();
        }
    }

    private static void flip(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
