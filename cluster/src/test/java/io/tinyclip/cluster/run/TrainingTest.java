package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.report.StepPoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs through the real actors, with arithmetic in place of tensors. */
final class TrainingTest {
    private static final String STAGES =
            "[{keep=0.75,inherit-steps=4,distill-steps=2},{keep=0.5,inherit-steps=4,distill-steps=3}]";
    private static final int STEPS = 13;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeAll
    static void trainATeacher() {
        new TrainingTest().train(Training.Command.PRETRAIN, new FakeEngine(), shared.resolve("teacher"), Map.of());
    }

    @Test
    void pretrainLeavesWhatItPromises() throws IOException {
        Path run = shared.resolve("teacher");
        JsonObject record = record(run);
        assertTrue(record.get("finished").getAsBoolean());
        assertEquals("pretrain", record.get("command").getAsString());
        assertTrue(record.get("numericClass").getAsString().startsWith("engine arithmetic 1; jdk "));
        assertEquals(64, record.get("digest").getAsString().length());
        assertEquals(1, record.getAsJsonArray("stages").size());
        assertEquals(3, MetricsFile.read(run.resolve("metrics.jsonl")).size());
        assertTrue(Files.readString(run.resolve("report.html")).contains("trained model"));
        assertEquals(16, ModelFolder.read(run.resolve("model")).shape().image().width());
    }

    @Test
    void pretrainLeavesRowsOfTokensThatItNeverMetZero() {
        var model = ModelFolder.read(shared.resolve("teacher/model"));
        int width = model.shape().text().width();
        int from = model.layout().segment("token_embedding.weight").offset();
        int zeroRows = 0;
        for (int row = 0; row < model.shape().text().vocabulary(); row++) {
            boolean zero = true;
            for (int i = 0; i < width; i++) {
                zero &= model.vector().get(from + row * width + i) == 0;
            }
            zeroRows += zero ? 1 : 0;
        }
        assertTrue(zeroRows > 40_000 && zeroRows < 49_400, zeroRows + " rows are zero");
    }

    @Test
    void runRecordsTeacherStagesAndBaseline() throws IOException {
        run(new FakeEngine(), Map.of());
        JsonObject record = record(folder);
        JsonObject last = record.getAsJsonArray("stages").get(1).getAsJsonObject();
        assertEquals(record.get("digest"), last.get("digest"));
        assertEquals(7, last.get("steps").getAsInt());
        assertTrue(record.getAsJsonObject("teacher").getAsJsonObject("metrics").has("name.r@1"));
        assertTrue(record.getAsJsonObject("baseline").getAsJsonObject("metrics").has("r@1"));
        assertTrue(params(record.getAsJsonArray("stages").get(0).getAsJsonObject()) > params(last), record.toString());
        for (String written : List.of("model-75", "model", "checkpoints", "report.html", "effective.conf", "log.txt")) {
            assertTrue(Files.exists(folder.resolve(written)), written);
        }
        String table = out.toString(StandardCharsets.UTF_8);
        assertTrue(table.contains("student 50 %") && table.contains("pixel baseline"), table);
    }

    @Test
    void aFinishedRunIsNotDoneAgain() throws IOException {
        run(new FakeEngine(), Map.of());
        String before = Files.readString(folder.resolve("run.json"));
        out.reset();
        run(new FakeEngine(0), Map.of());
        assertEquals(before, Files.readString(folder.resolve("run.json")));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("is finished"));
    }

    @Test
    void workersAndServersDoNotChangeTheDigest() throws IOException {
        run(new FakeEngine(), Map.of());
        Path other = folder.resolve("other");
        train(Training.Command.RUN, new FakeEngine(), other, with("tinyclip.workers", "3", "tinyclip.servers", "1"));
        assertEquals(record(folder).get("digest"), record(other).get("digest"));
    }

    @Test
    void theShapeOfThePenaltyChangesTheDigest() throws IOException {
        run(new FakeEngine(), Map.of());
        Path other = folder.resolve("other");
        train(Training.Command.RUN, new FakeEngine(), other, with("tinyclip.mask.penalty", "one-sided"));
        assertNotEquals(record(folder).get("digest"), record(other).get("digest"));
    }

    @Test
    void aRunThatBrokeGoesOnToTheSameDigestAndTheSameSteps() throws IOException {
        Path broken = folder.resolve("broken");
        for (int gradients : new int[] {5, 17, 30}) {
            assertThrows(
                    RuntimeException.class,
                    () -> train(
                            Training.Command.RUN,
                            new FakeEngine(gradients),
                            broken,
                            with("tinyclip.checkpoint.steps", "2")));
        }
        train(Training.Command.RUN, new FakeEngine(), broken, with("tinyclip.workers", "1"));
        run(new FakeEngine(), Map.of());
        assertEquals(record(folder).get("digest"), record(broken).get("digest"));
        List<StepPoint> steps = MetricsFile.read(broken.resolve("metrics.jsonl"));
        assertEquals(STEPS, steps.size());
        assertEquals(
                STEPS,
                steps.stream()
                        .map(s -> s.stage() + s.phase() + s.step())
                        .distinct()
                        .count());
    }

    @Test
    void aRunGoesOnInAnotherNumericClassOnlyWhereThatIsAllowed() throws IOException {
        Map<String, String> often = Map.of("tinyclip.checkpoint.steps", "2");
        assertThrows(RuntimeException.class, () -> run(new FakeEngine(17), often));
        FakeEngine other = new FakeEngine(Integer.MAX_VALUE, "three");
        String message = assertThrows(InvalidInputException.class, () -> run(other, often))
                .getMessage();
        assertTrue(message.contains("differs from the run's ["), message);
        assertTrue(message.contains("in one and one (of equal parts)"), message);
        assertTrue(message.endsWith("set tinyclip.numerics to relaxed for another digest"), message);
        run(other, with("tinyclip.checkpoint.steps", "2", "tinyclip.numerics", "relaxed"));
        assertEquals("relaxed", record(folder).get("numerics").getAsString());
        assertEquals(2, record(folder).getAsJsonArray("numericClasses").size());
    }

    @Test
    void aLedRunHasTheClassOfItsFirstWorkerWhoeverLeadsIt() throws IOException {
        LedHost host = new LedHost();
        Map<String, String> often = Map.of("tinyclip.checkpoint.steps", "2");
        assertThrows(RuntimeException.class, () -> train(new FakeEngine(17, "four"), host, folder, often));
        assertEquals(Optional.empty(), host.told, "a new run begins without a class");
        assertEquals(LedHost.WORKER.name(), record(folder).get("numericClass").getAsString());
        train(new FakeEngine(Integer.MAX_VALUE, "three"), host, folder, often);
        assertEquals(Optional.of(LedHost.WORKER), host.told, "and keeps the one that it has got");
        assertEquals(LedHost.WORKER.name(), record(folder).get("numericClass").getAsString());
        assertEquals("strict", record(folder).get("numerics").getAsString());
    }

    @Test
    void aStudentChosenByHandIsRecordedAndSurvivesFaultsToTheSameDigest() throws IOException {
        String stages = "[{student{image{width=8},text{layers=1}},distill-steps=4},"
                + "{keep=0.25,inherit-steps=4,target-warmup=1,distill-steps=2}]";
        run(new FakeEngine(), with("tinyclip.stages", stages));
        JsonObject first = record(folder).getAsJsonArray("stages").get(0).getAsJsonObject();
        // A layer of width w has 4 w w + 4 w of attention and 2 w m + m + w of feed-forward.
        double keep = Math.rint(1e4 * (2 * (288 + 280) + (1088 + 1072)) / (4.0 * (1088 + 1072))) / 1e4;
        assertEquals(keep, first.get("keep").getAsDouble());
        assertEquals(4, first.get("steps").getAsInt());
        Path student = folder.resolve("model-" + Math.round(100 * keep));
        assertEquals(8, ModelFolder.read(student).shape().image().width());
        assertEquals(16, ModelFolder.read(student).shape().text().width());
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("student " + Math.round(100 * keep) + " %"));
        Path broken = folder.resolve("broken");
        for (int gradients : new int[] {1, 9, 20}) {
            Map<String, String> settings = with("tinyclip.stages", stages, "tinyclip.checkpoint.steps", "2");
            assertThrows(
                    RuntimeException.class,
                    () -> train(Training.Command.RUN, new FakeEngine(gradients), broken, settings));
        }
        Map<String, String> settings =
                with("tinyclip.stages", stages, "tinyclip.workers", "3", "tinyclip.servers", "1");
        train(Training.Command.RUN, new FakeEngine(), broken, settings);
        assertEquals(record(folder).get("digest"), record(broken).get("digest"));
    }

    @Test
    void refusesAnotherStudentInABegunFolder() {
        Map<String, String> one = with("tinyclip.stages", "[{student{image{width=8}},distill-steps=4}]");
        assertThrows(RuntimeException.class, () -> run(new FakeEngine(3), one));
        Map<String, String> other = with("tinyclip.stages", "[{student{text{width=8}},distill-steps=4}]");
        String message = assertThrows(InvalidInputException.class, () -> run(new FakeEngine(), other))
                .getMessage();
        assertTrue(message.contains("was begun with other settings: tinyclip.stages"), message);
    }

    @Test
    void aStudentMayBeginWithOtherWeightsThanTheTeachers() throws IOException {
        String stages = "[{student{by=uniform,image{heads=1},text{neurons=16}},distill-steps=4}]";
        run(new FakeEngine(), with("tinyclip.stages", stages));
        String inherited = record(folder).get("digest").getAsString();
        Path other = folder.resolve("other");
        Map<String, String> settings = with("tinyclip.stages", stages, "tinyclip.start.image", "random");
        train(Training.Command.RUN, new FakeEngine(), other, settings);
        assertNotEquals(inherited, record(other).get("digest").getAsString());
        assertTrue(record(other).getAsJsonObject("inputs").has("tinyclip.start"));
        assertEquals(
                List.of(new LayerShape(1, 32), new LayerShape(1, 32)),
                ModelFolder.read(other.resolve("model")).shape().vision().layers());
    }

    @Test
    void refusesATeacherOfAnotherArchitecture() {
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> run(new FakeEngine(), with("tinyclip.teacher-architecture", "RN50")))
                .getMessage();
        assertTrue(message.contains("is [32 pixels, patches of 8, width 16, 2 layers of 2 heads"), message);
        assertTrue(message.contains("[RN50] is [224 pixels, a ResNet of width 64"), message);
    }

    @Test
    void refusesCheckpointsWithoutTheirRecord() throws IOException {
        assertThrows(RuntimeException.class, () -> run(new FakeEngine(17), Map.of("tinyclip.checkpoint.steps", "2")));
        Files.delete(folder.resolve("run.json"));
        String message = assertThrows(InvalidInputException.class, () -> run(new FakeEngine(), Map.of()))
                .getMessage();
        assertTrue(message.contains("has checkpoints but no run.json"), message);
    }

    @Test
    void refusesToGoOnWithAnotherTeacherUnderTheSameName() throws IOException {
        Path teacher = folder.resolve("teacher");
        train(Training.Command.PRETRAIN, new FakeEngine(), teacher, Map.of());
        Map<String, String> settings =
                with("tinyclip.teacher", teacher.resolve("model").toString());
        Path run = folder.resolve("run");
        assertThrows(RuntimeException.class, () -> train(Training.Command.RUN, new FakeEngine(9), run, settings));
        train(Training.Command.PRETRAIN, new FakeEngine(), folder.resolve("second"), with("tinyclip.seed", "2"));
        for (String file : List.of(ModelFolder.TENSORS, ModelFolder.CONFIG)) {
            Files.copy(
                    folder.resolve("second/model").resolve(file),
                    teacher.resolve("model").resolve(file),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        String message = assertThrows(
                        InvalidInputException.class, () -> train(Training.Command.RUN, new FakeEngine(), run, settings))
                .getMessage();
        assertTrue(message.contains("what tinyclip.teacher points at has changed"), message);
    }

    @Test
    void refusesABatchLargerThanTheData() {
        String message = assertThrows(
                        InvalidInputException.class, () -> run(new FakeEngine(), with("tinyclip.batch", "32")))
                .getMessage();
        assertTrue(message.contains("tinyclip.batch [32] must be at most the [20] pairs"), message);
    }

    @Test
    void refusesABudgetThatNoCutCanMeetBeforeItTrains() {
        Map<String, String> settings = with("tinyclip.mask.minimum-heads", "2", "tinyclip.mask.round-to", "64");
        String message = assertThrows(InvalidInputException.class, () -> run(new FakeEngine(), settings))
                .getMessage();
        assertTrue(message.startsWith("keep [0.5]") && message.contains("raise keep to [0.512] or more"), message);
        assertTrue(Files.notExists(folder.resolve("effective.conf")), "the folder may be used again");
    }

    @Test
    void refusesARunThatNoMachineHolds() {
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> run(new FakeEngine(), with("tinyclip.batch", "1048576", "tinyclip.data.icons", "0")))
                .getMessage();
        assertTrue(message.contains("tinyclip.batch") || message.contains("of memory"), message);
    }

    @Test
    void metricsThatCannotBeWrittenEndTheRun() throws IOException {
        Files.createDirectories(folder.resolve("metrics.jsonl"));
        assertThrows(RuntimeException.class, () -> run(new FakeEngine(), Map.of()));
    }

    private void run(Engine engine, Map<String, String> overrides) {
        train(Training.Command.RUN, engine, folder, overrides);
    }

    private void train(Training.Command command, Engine engine, Path target, Map<String, String> overrides) {
        train(command, engine, RunHost.embedded(), settings(target, overrides));
    }

    private void train(Engine engine, RunHost host, Path target, Map<String, String> overrides) {
        train(Training.Command.RUN, engine, host, settings(target, overrides));
    }

    private static Settings settings(Path target, Map<String, String> overrides) {
        Map<String, String> all = SmallRun.settings(target, shared.resolve("cache"));
        all.put("tinyclip.stages", STAGES);
        all.put("tinyclip.mask.rate", "2.5");
        all.put("tinyclip.data.icons", "20");
        all.put("tinyclip.teacher", shared.resolve("teacher/model").toString());
        all.put("tinyclip.pretrain.steps", "3");
        all.putAll(overrides);
        return SettingsFile.defaults(all);
    }

    private void train(Training.Command command, Engine engine, RunHost host, Settings settings) {
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (Progress progress = new ProgressLines(new PrintStream(PrintStream.nullOutputStream()), System::nanoTime)) {
            assertTrue(new Training(command, settings, engine, host, new Training.Console(progress, print)).execute());
        }
    }

    private static Map<String, String> with(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static JsonObject record(Path run) throws IOException {
        return JsonParser.parseString(Files.readString(run.resolve("run.json"))).getAsJsonObject();
    }

    private static long params(JsonObject stage) {
        JsonObject params = stage.getAsJsonObject("params");
        return params.get("image").getAsLong() + params.get("text").getAsLong();
    }

    /** Leads, as in a cluster: a machine of a class of its own computes. */
    private static final class LedHost implements RunHost {
        static final NumericClass WORKER = new NumericClass(Map.of("device", "gpu"), Map.of("one and one", "two"));

        private final RunHost computing = RunHost.embedded();
        Optional<NumericClass> told = Optional.empty();

        @Override
        public ActorRun start(RunSetup setup, RunListener listener, Agreement agreement) {
            told = agreement.numericClass();
            agreement.tookPart().accept(WORKER);
            return computing.start(setup, listener, agreement);
        }

        @Override
        public Duration folderPatience() {
            return Duration.ZERO;
        }

        @Override
        public boolean computes() {
            return false;
        }
    }
}
