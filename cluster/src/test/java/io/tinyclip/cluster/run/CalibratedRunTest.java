package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.machine.TorchEngine;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.Safetensors;
import io.tinyclip.inherit.TableMap;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TokenTable;
import io.tinyclip.plan.BudgetPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs whose students are cut by calibration. */
final class CalibratedRunTest {
    private static final String CALIBRATED = "{keep=0.75,calibration-batches=2,distill-steps=3},"
            + "{keep=0.5,calibration-batches=1,calibration-width=false,distill-steps=2}";
    private static final String STAGES = "[" + CALIBRATED + ",{keep=0.3,inherit-steps=4,distill-steps=2},"
            + "{keep=0.2,calibration-batches=1,distill-steps=2}]";
    private static final int PARTITIONS = 4;
    private static final int VOCABULARY = 49_408;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    /** What is shown, in the order of it. */
    private static final class Shown implements Progress {
        private final List<String> words = new ArrayList<>();
        private String task = "";
        private long total;

        @Override
        public synchronized void begin(String name, long all, long done) {
            task = name;
            total = all;
            words.add(name + " from " + done);
        }

        @Override
        public synchronized void advance(long done, String note) {
            assertTrue(done <= total, task + ": " + done + " of " + total);
            words.add(task + ": " + done);
        }

        @Override
        public void close() {}
    }

    @BeforeAll
    static void trainATeacher() {
        train(Training.Command.PRETRAIN, new FakeEngine(), shared.resolve("teacher"), Map.of());
    }

    @Test
    void studentsAreCutAndTrainedWhoeverComputes() throws IOException {
        requireSameDigest(new FakeEngine(), STAGES);
        JsonArray stages = record("alone").getAsJsonArray("stages");
        ModelShape teacher = ModelFolder.read(shared.resolve("teacher/model")).shape();
        Costs costs = Costs.of(BudgetPlan.PARAMETERS, teacher);
        List<Double> keeps = List.of(0.75, 0.5, 0.3, 0.2);
        List<String> models = List.of("model-75", "model-50", "model-30", "model");
        ModelShape before = teacher;
        for (int i = 0; i < keeps.size(); i++) {
            assertEquals(
                    keeps.get(i), stages.get(i).getAsJsonObject().get("keep").getAsDouble());
            ModelShape student = ModelFolder.read(folder.resolve("alone").resolve(models.get(i)))
                    .shape();
            double share = (double) costs.counted(student) / costs.teacher();
            assertTrue(share <= keeps.get(i) && share > keeps.get(i) - 0.12, models.get(i) + " keeps " + share);
            assertTrue(student.vision().width() <= before.vision().width());
            assertTrue(student.text().width() <= before.text().width());
            if (i == 1) {
                assertEquals(before.vision().width(), student.vision().width(), "it is told to leave the width");
                assertEquals(before.text().width(), student.text().width());
            }
            before = student;
        }
    }

    /** Nothing is trained to speak of here, so that rows which are in the vector are near the same. */
    @Test
    void rowsOfTokensThatNoTextHasAreTheTeachersAsTheCutsChangedThem() throws IOException {
        Map<String, String> still =
                Map.of("tinyclip.stages", "[" + CALIBRATED + "]", "tinyclip.optimizer.rate", "1.0e-9");
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("still"), still);
        float[] teacher = table(shared.resolve("teacher/model"));
        List<String> models = List.of("model-75", "model");
        TableMap map = null;
        for (int i = 0; i < models.size(); i++) {
            Path file = folder.resolve("still/table-map-" + (i + 1) + ".safetensors");
            if (Files.exists(file)) {
                try (Safetensors tensors = Safetensors.open(file)) {
                    List<Long> shape = tensors.shape("map");
                    map = new TableMap(shape.get(0).intValue(), shape.get(1).intValue(), tensors.floats("map"));
                }
            }
            float[] expected = map == null ? teacher : map.apply(teacher, VOCABULARY);
            float[] table = table(folder.resolve("still").resolve(models.get(i)));
            assertEquals(expected.length, table.length);
            int same = 0;
            for (int k = 0; k < table.length; k++) {
                assertEquals(expected[k], table[k], 1e-5f);
                same += table[k] == expected[k] ? 1 : 0;
            }
            assertTrue(same > 0.9 * table.length, same + " of " + table.length);
        }
        assertTrue(map != null, "no text tower became narrower");
    }

    private static float[] table(Path model) {
        Model read = ModelFolder.read(model);
        return TokenTable.of(read.layout(), read.vector()).whole();
    }

    @Test
    void theRealEngineCutsAlikeWhoeverComputes() throws IOException {
        requireSameDigest(new TorchEngine(), "[{keep=0.5,calibration-batches=2,distill-steps=1}]");
    }

    private void requireSameDigest(Engine engine, String stages) throws IOException {
        Map<String, String> one = Map.of("tinyclip.stages", stages, "tinyclip.threads", "1");
        train(Training.Command.RUN, engine, folder.resolve("alone"), one);
        Map<String, String> more = Map.of(
                "tinyclip.stages", stages, "tinyclip.threads", "2", "tinyclip.workers", "2", "tinyclip.servers", "3");
        train(Training.Command.RUN, engine, folder.resolve("together"), more);
        assertEquals(digest("alone"), digest("together"));
    }

    /** The machine breaks in each stage once; a cut is then done again, or is in the checkpoint already. */
    @Test
    void aRunThatIsBrokenOffGoesOnToTheSameDigest() throws IOException {
        Map<String, String> settings = Map.of("tinyclip.stages", STAGES, "tinyclip.checkpoint.steps", "2");
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("whole"), settings);
        for (int steps : new int[] {1, 3, 2}) {
            Engine breaks = new FakeEngine(steps * PARTITIONS);
            assertThrows(
                    RuntimeException.class, () -> train(Training.Command.RUN, breaks, folder.resolve("on"), settings));
        }
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("on"), settings);
        assertEquals(digest("whole"), digest("on"));
    }

    @Test
    void stagesAreAddedAtARunsEnd() throws IOException {
        for (String stages : List.of("[" + CALIBRATED + "]", STAGES)) {
            train(Training.Command.RUN, new FakeEngine(), folder.resolve("on"), Map.of("tinyclip.stages", stages));
        }
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("whole"), Map.of("tinyclip.stages", STAGES));
        assertEquals(digest("whole"), digest("on"));
        assertEquals(4, record("on").getAsJsonArray("stages").size());
    }

    /** A first stage is told of before it is cut, a later one after. */
    @Test
    void eachStagesStepsAreShownAgainAfterItsCut() {
        Shown shown = new Shown();
        Map<String, String> settings = SmallRun.settings(folder.resolve("shown"), shared.resolve("cache"));
        settings.putAll(Map.of(
                "tinyclip.stages",
                "[" + CALIBRATED + "]",
                "tinyclip.mask.minimum-heads",
                "0",
                "tinyclip.data.icons",
                "20",
                "tinyclip.teacher",
                shared.resolve("teacher/model").toString()));
        Training.Console console = new Training.Console(shown, new PrintStream(PrintStream.nullOutputStream()));
        assertTrue(new Training(
                        Training.Command.RUN,
                        SettingsFile.defaults(settings),
                        new FakeEngine(),
                        RunHost.embedded(),
                        console)
                .execute());
        for (int i = 1; i < shown.words.size(); i++) {
            assertNotEquals(shown.words.get(i - 1), shown.words.get(i), "nothing is shown twice");
        }
        List<String> lines = shown.words.stream()
                .filter(line -> line.startsWith("stage ") || line.endsWith(" from 0") && line.startsWith("calibrating"))
                .toList();
        List<String> first = List.of("stage 1 of 2, distill from 0", "calibrating from 0");
        assertEquals(first, lines.subList(0, 2), lines.toString());
        List<String> after = List.of(
                "stage 1 of 2, distill from 0",
                "stage 1 of 2, distill: 1",
                "stage 1 of 2, distill: 2",
                "stage 1 of 2, distill: 3",
                "calibrating from 0",
                "stage 2 of 2, distill from 0",
                "stage 2 of 2, distill: 1",
                "stage 2 of 2, distill: 2");
        assertEquals(after, lines.subList(2, lines.size()));
    }

    @Test
    void aShareThatTheHeadsToKeepDoNotLeaveIsRefusedBeforeAnyWork() {
        Map<String, String> settings = Map.of(
                "tinyclip.stages", "[{keep=0.1,calibration-batches=2,calibration-width=false,distill-steps=3}]",
                "tinyclip.mask.minimum-heads", "2");
        Path refused = folder.resolve("refused");
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> train(Training.Command.RUN, new FakeEngine(), refused, settings))
                .getMessage();
        assertTrue(message.contains("the whole width, which calibration-width [false] leaves"), message);
        assertTrue(Files.notExists(refused.resolve("effective.conf")), "before any work");
    }

    private JsonObject record(String run) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve(run).resolve("run.json")))
                .getAsJsonObject();
    }

    private String digest(String run) throws IOException {
        return record(run).get("digest").getAsString();
    }

    private static void train(Training.Command command, Engine engine, Path target, Map<String, String> overrides) {
        SmallRun.trains(command, engine, shared, target, overrides);
    }
}
