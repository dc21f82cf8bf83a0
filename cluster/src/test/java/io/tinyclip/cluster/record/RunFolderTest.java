package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.record.ModelFigures.Parameters;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunFolderTest {
    private static final ModelFigures TEACHER = new ModelFigures(
            1, new Parameters(800, 300, 90), 4000, Map.of("r@1", 0.5, "name.r@5", 0.25), OptionalDouble.of(120.5));
    private static final RunNumerics NUMERICS =
            RunNumerics.begun(Numerics.STRICT).with(new NumericClass(Map.of("jdk", "17"), Map.of("svg", "a")));
    private static final NumericClass IN_BF16 = new NumericClass(Map.of("precision", "bf16"), Map.of("svg", "a"));
    private static final StageFigures STAGE = new StageFigures(
            new ModelFigures(0.75, new Parameters(600, 200, 80), 3000, Map.of("r@1", 0.4), OptionalDouble.empty()),
            40,
            12.5,
            "abc",
            0.24);

    @TempDir
    private Path folder;

    @Test
    void belongsToOneProcessAtATime() throws IOException {
        try (RunFolder open = RunFolder.open(settings(Map.of()), "run", Duration.ZERO)) {
            String message = refusal(Map.of(), "run");
            assertTrue(message.contains("another process uses the run folder [" + open.path() + "]"), message);
        }
        RunFolder.open(settings(Map.of()), "run", Duration.ZERO).close();
    }

    @Test
    void refusesASecondRunWithOtherBitsAndNamesTheKeysWithBothValues() throws IOException {
        begin(Map.of());
        String message = refusal(Map.of("tinyclip.seed", "2", "tinyclip.batch", "128"), "run");
        assertTrue(message.contains("tinyclip.batch: 256 -> 128; tinyclip.seed: 1 -> 2"), message);
    }

    @Test
    void acceptsOtherNumbersOfWorkersServersAndThreads() throws IOException {
        begin(Map.of());
        Map<String, String> other = Map.of(
                "tinyclip.workers",
                "5",
                "tinyclip.servers",
                "1",
                "tinyclip.threads",
                "7",
                "tinyclip.checkpoint.steps",
                "3");
        RunFolder.open(settings(other), "run", Duration.ZERO).close();
    }

    @Test
    void goesOnInTheDecidedPrecisionWhereTheRecipeLeavesItOpen() throws IOException {
        Settings open = settings(Map.of());
        begin(open.in(Precision.BF16));
        assertTrue(Files.readString(folder.resolve("run/effective.conf")).contains("precision=bf16"));
        try (RunFolder again = RunFolder.open(open, "run", Duration.ZERO)) {
            assertEquals(Optional.of(Precision.BF16), again.precision());
        }
        RunFolder.open(settings(Map.of("tinyclip.precision", "bf16")), "run", Duration.ZERO)
                .close();
        String message = refusal(Map.of("tinyclip.precision", "fp32"), "run");
        assertTrue(message.contains("begun with other settings: tinyclip.precision: bf16 -> fp32"), message);
    }

    @Test
    void aFolderFromBeforeGoesOnInThePrecisionThatItWasToldToHave() throws IOException {
        begin(Map.of("tinyclip.precision", "fp32"));
        try (RunFolder again = RunFolder.open(settings(Map.of()), "run", Duration.ZERO)) {
            assertEquals(Optional.of(Precision.FP32), again.precision());
        }
    }

    @Test
    void runJsonHasTheLastWordOnAPrecisionThatTheFirstWorkerDecided() throws IOException {
        Settings open = settings(Map.of());
        try (RunFolder begun = RunFolder.open(open, "run", Duration.ZERO)) {
            begun.write(open);
            assertEquals(Optional.empty(), begun.precision(), "nobody has computed");
            begun.write(fresh("x", RunNumerics.begun(Numerics.STRICT).with(IN_BF16)));
            assertEquals(Optional.of(Precision.BF16), begun.precision());
        }
        assertTrue(refusal(Map.of("tinyclip.precision", "fp32"), "run").contains("bf16 -> fp32"));
    }

    @Test
    void refusesTheOtherCommand() throws IOException {
        begin(Map.of());
        assertTrue(refusal(Map.of(), "pretrain").contains("holds a run, not a pretrain"));
    }

    @Test
    void refusesAFolderThatCannotBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Settings below = SettingsFile.defaults(
                Map.of("tinyclip.run.folder", file.resolve("run").toString()));
        assertThrows(InvalidInputException.class, () -> RunFolder.open(below, "run", Duration.ZERO));
    }

    @Test
    void effectiveSettingsReadBackAsTheyWere() throws IOException {
        begin(Map.of("tinyclip.data.train", "a::{0..3}.tar", "tinyclip.optimizer.rate", "3e-4"));
        Path effective = folder.resolve("run/effective.conf");
        Settings again = SettingsFile.read(effective, Map.of());
        assertEquals("a::{0..3}.tar", again.data().train());
        assertEquals(3e-4, again.step().optimizer().rate());
    }

    @Test
    void recordReadsBackAsItWas() throws IOException {
        RunRecord record = RunRecord.fresh(
                        new RunRecord.Beginning(
                                "run",
                                "tiny",
                                -7,
                                Map.of("tinyclip.teacher", "feed"),
                                Optional.of(RunRecord.Identity.of(settings(Map.of())))),
                        NUMERICS)
                .with(RunFigures.NONE.withTeacher(TEACHER).withBaseline(Map.of("r@1", 0.1)))
                .reached(0, STAGE, 3)
                .spent(33)
                .ended("def");
        try (RunFolder open = RunFolder.open(settings(Map.of()), "run", Duration.ZERO)) {
            open.write(record);
            assertEquals(Optional.of(record), open.record());
        }
    }

    @Test
    void parametersWithPaddingAndTheFilesSizeAreKeptAndOlderRecordsDoWithout() {
        ModelFigures padded = new ModelFigures(
                0.75,
                new Parameters(600, 200, 80),
                Optional.of(new Parameters(700, 250, 80)),
                OptionalLong.of(4321),
                3000,
                Map.of(),
                OptionalDouble.empty(),
                Optional.empty());
        RunRecord record = fresh("tiny", NUMERICS)
                .with(RunFigures.NONE.withTeacher(TEACHER))
                .reached(0, new StageFigures(padded, 40, 12.5, "abc", 0.24), 3);
        RunFigures back =
                RunRecordJson.read(RunRecordJson.write(record), "here").figures();
        assertEquals(padded, back.stages().get(0).model());
        assertEquals(Optional.empty(), back.teacher().orElseThrow().padded());
        assertEquals(OptionalLong.empty(), back.teacher().orElseThrow().fileBytes());
    }

    @Test
    void recordHasTheDocumentedFields() {
        RunRecord record = fresh("tiny", NUMERICS)
                .with(RunFigures.NONE.withTeacher(TEACHER))
                .reached(0, STAGE, 3);
        JsonObject json = JsonParser.parseString(RunRecordJson.write(record)).getAsJsonObject();
        Set<String> top = Set.of(
                "name",
                "seed",
                "numericClass",
                "numerics",
                "probe",
                "finished",
                "seconds",
                "digest",
                "teacher",
                "stages",
                "baseline",
                "faults");
        assertTrue(json.keySet().containsAll(top), json.toString());
        JsonObject stage = json.getAsJsonArray("stages").get(0).getAsJsonObject();
        assertEquals(
                Set.of("keep", "params", "macs", "metrics", "steps", "seconds", "digest", "sparsity"), stage.keySet());
        assertEquals(
                Set.of("image", "text", "tokenEmbedding"),
                stage.getAsJsonObject("params").keySet());
        assertEquals(
                0.5,
                json.getAsJsonObject("teacher")
                        .getAsJsonObject("metrics")
                        .get("r@1")
                        .getAsDouble());
        assertEquals("abc", json.get("digest").getAsString());
    }

    @Test
    void aStageFinishedAgainReplacesItselfAndWhatCameAfter() {
        RunRecord twice =
                fresh("x", NUMERICS).reached(0, STAGE, 3).reached(1, STAGE, 5).reached(0, STAGE, 3);
        assertEquals(List.of(STAGE), twice.figures().stages());
    }

    @Test
    void relaxedNumericsNameTheClassesThatTookPartAndReadBack() {
        NumericClass first = new NumericClass(Map.of("jdk", "17"), Map.of("svg", "a"));
        NumericClass second = new NumericClass(Map.of("jdk", "17"), Map.of("svg", "b"));
        RunNumerics both = RunNumerics.begun(Numerics.RELAXED)
                .with(first)
                .with(second)
                .with(first)
                .with(second);
        RunRecord record = fresh("tiny", both);
        JsonObject json = JsonParser.parseString(RunRecordJson.write(record)).getAsJsonObject();
        assertEquals("relaxed", json.get("numerics").getAsString());
        assertEquals(
                "[\"" + first.name() + "\",\"" + second.name() + "\"]",
                json.get("numericClasses").toString());
        assertEquals(record, RunRecordJson.read(json.toString(), "run.json"));
    }

    /** As a person, or another program, may leave it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "\"digest\": null", "\"inputs\": 3", "\"stages\": {}", "\"seed\": \"x\""})
    void whatIsNoRecordIsRefusedInOneLine(String said) {
        String record = RunRecordJson.write(fresh("tiny", NUMERICS));
        String field = said.replaceAll(":.*", ":");
        String text = said.startsWith("\"")
                ? record.replaceFirst(field + "[^\\n]*?(\\{[^}]*}|\\[]|[^,{\\[]*),", said + ",")
                : said;
        assertNotEquals(record, text);
        String line = assertThrows(InvalidInputException.class, () -> RunRecordJson.read(text, "run.json"))
                .getMessage();
        assertTrue(line.startsWith("cannot understand [run.json]"), line);
    }

    @Test
    void aRunInWhichNothingHasComputedReadsBackAndTakesTheFirstWorkersClass() {
        RunRecord none = fresh("tiny", RunNumerics.begun(Numerics.STRICT));
        RunRecord read = RunRecordJson.read(RunRecordJson.write(none), "run.json");
        assertEquals(none, read);
        assertEquals("", read.numerics().name());
        RunRecord taken = read.with(
                read.numerics().goingOn(Numerics.STRICT).with(NUMERICS.probe().orElseThrow()));
        assertEquals(NUMERICS, taken.numerics());
        assertEquals(taken, RunRecordJson.read(RunRecordJson.write(taken), "run.json"));
    }

    @Test
    void aRelaxedRunInWhichNothingHasComputedNamesNoClass() {
        RunNumerics strict = RunNumerics.begun(Numerics.STRICT);
        assertEquals(List.of(), strict.goingOn(Numerics.RELAXED).classes());
        assertEquals(
                List.of(NUMERICS.name()),
                NUMERICS.goingOn(Numerics.RELAXED).classes(),
                "but one that has computed names it");
    }

    @Test
    void aRecordFromBeforeTheProbeTakesTheClassOfWhoGoesOn() {
        JsonObject old = JsonParser.parseString(RunRecordJson.write(fresh("tiny", NUMERICS)))
                .getAsJsonObject();
        old.remove("probe");
        old.remove("numerics");
        old.addProperty("numericClass", "libtorch; jdk 17");
        RunNumerics read = RunRecordJson.read(old.toString(), "run.json").numerics();
        NumericClass now = NUMERICS.probe().orElseThrow();
        assertEquals(
                new RunNumerics("libtorch; jdk 17", Numerics.STRICT, Optional.of(now), Optional.empty(), List.of()),
                read.goingOn(Numerics.STRICT, now));
        assertEquals(read, read.goingOn(Numerics.STRICT), "a coordinator is no worker");
    }

    @Test
    void theFirstClassThatComputesDecidesThePrecisionAndLaterOnesDoNot() {
        RunNumerics first = RunNumerics.begun(Numerics.RELAXED).with(IN_BF16);
        NumericClass other = new NumericClass(Map.of("precision", "fp32"), Map.of("svg", "b"));
        assertEquals(Optional.of(Precision.BF16), first.with(other).precision());
        RunRecord record = fresh("tiny", first);
        JsonObject json = JsonParser.parseString(RunRecordJson.write(record)).getAsJsonObject();
        assertEquals("bf16", json.get("precision").getAsString());
        assertEquals(record, RunRecordJson.read(json.toString(), "run.json"));
        json.remove("precision");
        assertEquals(record, RunRecordJson.read(json.toString(), "run.json"), "older ones have it in the class");
    }

    @Test
    void refusesARecordThatIsNotOne() {
        assertThrows(InvalidInputException.class, () -> RunRecordJson.read("{\"name\": 3}", "run.json"));
        assertThrows(InvalidInputException.class, () -> RunRecordJson.read("{", "run.json"));
    }

    private static RunRecord fresh(String name, RunNumerics numerics) {
        return RunRecord.fresh(new RunRecord.Beginning("run", name, 1, Map.of(), Optional.empty()), numerics);
    }

    private void begin(Map<String, String> overrides) throws IOException {
        begin(settings(overrides));
    }

    private void begin(Settings settings) throws IOException {
        try (RunFolder open = RunFolder.open(settings, "run", Duration.ZERO)) {
            open.write(settings);
            open.write(fresh("x", NUMERICS));
        }
    }

    private String refusal(Map<String, String> overrides, String command) {
        Settings settings = settings(overrides);
        return assertThrows(InvalidInputException.class, () -> RunFolder.open(settings, command, Duration.ZERO))
                .getMessage();
    }

    private Settings settings(Map<String, String> overrides) {
        Map<String, String> all = new LinkedHashMap<>(overrides);
        all.put("tinyclip.run.folder", folder.resolve("run").toString());
        return SettingsFile.defaults(all);
    }
}
