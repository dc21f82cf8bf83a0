package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.Numerics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of its files says with what settings a run was begun. */
final class BegunSettingsTest {
    private static final Map<String, String> DIFFICULT = Map.of(
            "tinyclip.data.train", "a b::{0..3}.tar::é<>&'\"\\\u2028",
            "tinyclip.optimizer.rate", "3.0e-4",
            "tinyclip.batch", "128",
            "tinyclip.stages", "[{ keep = 0.50, inherit-steps = 300, distill-steps = 1 }]",
            "tinyclip.further-teachers", "[{ model = \"/models/é <large>\", logit-scale = 20 }]");

    @TempDir
    private Path folder;

    @Test
    void runJsonCountsWhateverEffectiveConfSays() throws IOException {
        begin(DIFFICULT);
        Path effective = folder.resolve("run/effective.conf");
        Files.writeString(effective, Files.readString(effective).replace("seed=1", "seed=2"));
        assertTrue(refusal("2").contains("was begun with other settings: tinyclip.seed: 1 -> 2"));
        open(DIFFICULT).close();
        Files.delete(effective);
        assertTrue(refusal("2").contains("was begun with other settings: tinyclip.seed: 1 -> 2"));
        open(DIFFICULT).close();
        Files.writeString(effective, "{");
        open(DIFFICULT).close();
    }

    @Test
    void aRunOfTheFormerDefaultIsToldHowToGoOn() throws IOException {
        Map<String, String> former = Map.of("tinyclip.mask.exportable", "false");
        begin(former);
        String message =
                assertThrows(InvalidInputException.class, () -> open(Map.of())).getMessage();
        assertTrue(
                message.contains("tinyclip.mask.exportable: false -> true (false was the default when it began;"
                        + " tinyclip.mask.exportable = false goes on with it)"),
                message);
        open(former).close();
    }

    @Test
    void aRunThatIsOlderThanAKeyHasItsFormerDefault() throws IOException {
        begin(Map.of());
        change(json -> json.getAsJsonObject("settings")
                .getAsJsonObject("tinyclip")
                .getAsJsonObject("mask")
                .remove("exportable"));
        open(Map.of("tinyclip.mask.exportable", "false")).close();
        assertTrue(assertThrows(InvalidInputException.class, () -> open(Map.of()))
                .getMessage()
                .contains("exportable: false -> true"));
    }

    @Test
    void aNewRunMayBeginWhereNothingIsThere() throws IOException {
        open(DIFFICULT).close();
        open(Map.of("tinyclip.seed", "2")).close();
    }

    @Test
    void anOlderRecordGoesByEffectiveConfAndNotWithoutIt() throws IOException {
        begin(DIFFICULT);
        change(json -> {
            json.remove("nonce");
            json.remove("settings");
            json.remove("checkpointSteps");
            json.remove("term");
        });
        try (RunFolder old = open(DIFFICULT)) {
            RunRecord record = old.record().orElseThrow();
            assertEquals(Optional.empty(), record.beginning().identity());
            assertEquals(
                    new RunRecord.Trail(OptionalLong.empty(), 0),
                    record.course().trail());
        }
        assertTrue(refusal("2").contains("tinyclip.seed: 1 -> 2"));
        Files.delete(folder.resolve("run/effective.conf"));
        String message =
                assertThrows(InvalidInputException.class, () -> open(DIFFICULT)).getMessage();
        assertTrue(message.contains("has no effective.conf, and its run.json is of a version"), message);
    }

    @Test
    void settingsThatAreNoneAreRefusedInOneLine() throws IOException {
        begin(DIFFICULT);
        change(json -> json.getAsJsonObject("settings").addProperty("tinyclip", 3));
        String message =
                assertThrows(InvalidInputException.class, () -> open(DIFFICULT)).getMessage();
        assertEquals(
                "cannot understand [the settings in run.json]; set tinyclip.run.folder to another folder", message);
    }

    @Test
    void nothingIsWrittenIntoAFolderThatWasGivenBack() throws IOException {
        begin(DIFFICULT);
        RunFolder closed = open(DIFFICULT);
        RunRecord record = closed.record().orElseThrow();
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.write(record));
    }

    @Test
    void theJournalGoesOnFromWhatIsWritten() throws IOException {
        begin(DIFFICULT);
        try (RunFolder again = open(DIFFICULT)) {
            Ledger ledger = new Ledger(again, again.record().orElseThrow(), System::nanoTime);
            CheckpointJournal journal = new CheckpointJournal(again, ledger);
            assertEquals(0, journal.term());
            journal.claimed(7);
            journal.newest(50);
            assertEquals(7, journal.term());
            assertEquals(
                    new RunRecord.Trail(OptionalLong.of(50), 7),
                    again.record().orElseThrow().course().trail());
        }
    }

    private interface Change {
        void of(JsonObject json);
    }

    private void change(Change change) throws IOException {
        Path file = folder.resolve("run/run.json");
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        change.of(json);
        Files.writeString(file, json.toString());
    }

    private void begin(Map<String, String> overrides) throws IOException {
        try (RunFolder begun = open(overrides)) {
            Settings settings = settings(overrides);
            begun.write(settings);
            begun.write(RunRecord.fresh(
                    new RunRecord.Beginning("run", "x", 1, Map.of(), Optional.of(RunRecord.Identity.of(settings))),
                    RunNumerics.begun(Numerics.STRICT)));
        }
    }

    private String refusal(String seed) {
        Map<String, String> other = new LinkedHashMap<>(DIFFICULT);
        other.put("tinyclip.seed", seed);
        return assertThrows(InvalidInputException.class, () -> open(other)).getMessage();
    }

    private RunFolder open(Map<String, String> overrides) {
        return RunFolder.open(settings(overrides), "run", Duration.ZERO);
    }

    private Settings settings(Map<String, String> overrides) {
        Map<String, String> all = new LinkedHashMap<>(overrides);
        all.put("tinyclip.run.folder", folder.resolve("run").toString());
        return SettingsFile.defaults(all);
    }
}
