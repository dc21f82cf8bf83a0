package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.remote.RemoteModels;
import io.tinyclip.cluster.remote.RemoteRuns;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose folder is in a store, on machines that share nothing else. */
final class RemoteFolderTest {
    private static final int ALL = Integer.MAX_VALUE;
    /** Of four partitions a step. */
    private static final int SEVEN_STEPS = 30;

    private static final String RUN = "runs/a";

    @TempDir
    private static Path shared;

    private static JsonObject undisturbed;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private RemoteRuns store;

    @BeforeAll
    static void trainUndisturbed() throws IOException {
        Path run = shared.resolve("run");
        new RemoteFolderTest().train(ALL, shared.resolve("cache"), Map.of("tinyclip.run.folder", run.toString()));
        undisturbed = JsonParser.parseString(Files.readString(run.resolve("run.json")))
                .getAsJsonObject();
    }

    @BeforeEach
    void serve() throws Exception {
        store = RemoteRuns.installed(folder);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void endsAsOneOnADisk() throws IOException {
        train(ALL, "one");
        assertUndisturbed();
        List<String> keys = store.keys(RUN);
        for (String name : List.of("run.json", "effective.conf", "metrics.jsonl", "report.html", "model/config.json")) {
            assertTrue(keys.contains(RUN + "/" + name), keys.toString());
        }
        assertFalse(
                keys.stream().anyMatch(key -> key.matches(".*(probe|lock|log.txt|[.]tail|[.]tmp).*")), keys.toString());
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("report: " + store.address(RUN) + "/report.html"));
        Path model = RemoteModels.path(store.address(RUN + "/model"), "model");
        assertEquals(
                undisturbed.get("digest"), ModelFolder.read(model).provenance().get("digest"));
    }

    @Test
    void aMachineWithAnEmptyDiskGoesOnWhereAnotherEnded() throws IOException {
        assertThrows(RuntimeException.class, () -> train(SEVEN_STEPS, "one"));
        assertTrue(record().get("checkpointSteps").getAsLong() >= 4, record().toString());
        String nonce = record().get("nonce").getAsString();
        train(ALL, "other");
        assertUndisturbed();
        assertEquals(nonce, record().get("nonce").getAsString());
        out.reset();
        train(ALL, "third");
        assertTrue(
                out.toString(StandardCharsets.UTF_8).contains("run folder [" + store.address(RUN) + "] is finished"));
    }

    @Test
    void whatAMachineHasOfAnEarlierTimeCountsForNothing() throws IOException {
        assertThrows(RuntimeException.class, () -> train(SEVEN_STEPS, "one"));
        assertThrows(RuntimeException.class, () -> train(10, "other"));
        train(ALL, "one");
        assertUndisturbed();
    }

    @Test
    void aManifestComesLastAndOldCheckpointsGo() throws IOException {
        train(ALL, "one");
        List<String> puts = store.puts();
        List<String> manifests =
                puts.stream().filter(key -> key.endsWith("manifest.json")).toList();
        assertEquals(6, manifests.size(), manifests.toString());
        for (String manifest : manifests) {
            String checkpoint = manifest.replace("manifest.json", "");
            int at = puts.lastIndexOf(manifest);
            assertTrue(puts.subList(at + 1, puts.size()).stream().noneMatch(key -> key.startsWith(checkpoint)));
            List<String> before = puts.subList(0, at);
            assertTrue(before.stream().anyMatch(key -> key.startsWith(checkpoint + "range-")), puts.toString());
            assertTrue(before.contains(RUN + "/metrics.jsonl"), "its steps are there before it: " + before);
        }
        assertEquals(
                2,
                store.keys(RUN).stream()
                        .filter(key -> key.endsWith("manifest.json"))
                        .count());
        assertEquals(RUN + "/run.json", puts.get(puts.size() - 1));
    }

    @Test
    void aCheckpointWithoutAManifestOrDamagedIsNone() throws IOException {
        assertThrows(RuntimeException.class, () -> train(SEVEN_STEPS, "one"));
        List<String> manifests = store.keys(RUN).stream()
                .filter(key -> key.endsWith("manifest.json"))
                .toList();
        String newest = manifests.get(manifests.size() - 1);
        store.remove(newest);
        train(ALL, "other");
        assertUndisturbed();
    }

    @Test
    void aStoreWithoutConditionalPutIsRefusedBeforeAnyWork() {
        store.forget(folder);
        String message = assertThrows(InvalidInputException.class, () -> train(ALL, "one"))
                .getMessage();
        assertTrue(message.startsWith("cannot write in the run folder [" + store.address(RUN) + "]"), message);
        assertTrue(message.contains("no conditional put"), message);
        assertEquals(List.of(), store.keys(RUN));
    }

    private void assertUndisturbed() throws IOException {
        assertEquals(undisturbed.get("digest"), record().get("digest"));
        assertTrue(record().get("finished").getAsBoolean());
        assertEquals(12, store.text(RUN + "/metrics.jsonl").lines().count());
    }

    private JsonObject record() throws IOException {
        return JsonParser.parseString(store.text(RUN + "/run.json")).getAsJsonObject();
    }

    private void train(int gradients, String machine) {
        train(gradients, folder.resolve(machine), Map.of("tinyclip.run.folder", store.address(RUN)));
    }

    private void train(int gradients, Path cache, Map<String, String> overrides) {
        Map<String, String> all = SmallRun.settings(cache, cache);
        all.put("tinyclip.data.icons", "20");
        all.put("tinyclip.checkpoint.steps", "2");
        all.put("tinyclip.pretrain.steps", "12");
        all.putAll(overrides);
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (Progress progress = new ProgressLines(new PrintStream(PrintStream.nullOutputStream()), System::nanoTime)) {
            new Training(
                            Training.Command.PRETRAIN,
                            SettingsFile.defaults(all),
                            new FakeEngine(gradients),
                            RunHost.embedded(),
                            new Training.Console(progress, print))
                    .execute();
        }
    }
}
