package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.machine.TorchEngine;
import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.report.StepPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Students of a finished run, cut further or distilled further by another one. */
final class GoingOnTest {
    private static final String HALF = "[{keep=0.5,inherit-steps=4,distill-steps=2}]";
    private static final String QUARTER = "[{keep=0.25,inherit-steps=4,distill-steps=3}]";

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void trainATeacherAndHalveIt() {
        train(Training.Command.PRETRAIN, new TorchEngine(), shared.resolve("teacher"), Map.of());
        train(Training.Command.RUN, new TorchEngine(), shared.resolve("half"), Map.of("tinyclip.stages", HALF));
    }

    @Test
    void aStudentIsCutFurtherWhoeverComputes() throws IOException {
        Map<String, String> on = from(half(), QUARTER);
        train(Training.Command.RUN, new TorchEngine(), folder.resolve("alone"), on);
        Map<String, String> more = new HashMap<>(on);
        more.put("tinyclip.workers", "2");
        more.put("tinyclip.servers", "3");
        train(Training.Command.RUN, new TorchEngine(), folder.resolve("together"), more);
        assertEquals(digest("alone"), digest("together"));
        ModelShape teacher = model(shared.resolve("teacher")).shape();
        ModelShape whole = model(shared.resolve("half")).shape();
        ModelShape quarter = model(folder.resolve("alone")).shape();
        Costs costs = Costs.of(BudgetPlan.PARAMETERS, teacher);
        assertTrue(costs.counted(whole) <= costs.target(0.5), "half is half");
        assertTrue(costs.counted(quarter) <= costs.target(0.25), "of the teacher's");
        assertTrue(quarter.vision().layers().size() <= whole.vision().layers().size());
        List<StepPoint> steps = MetricsFile.read(folder.resolve("alone/metrics.jsonl"));
        double lacks = 1 - (double) costs.counted(whole) / costs.teacher();
        assertTrue(steps.get(0).sparsityTarget() > lacks - 1e-3, "the target rises from what the start lacks");
        assertTrue(Math.abs(steps.get(0).sparsity() - lacks) < 0.05, "and so does the sparsity");
    }

    @Test
    void aStudentIsDistilledOnAsItIs() throws IOException {
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("on"), from(half(), "[{distill-steps=3}]"));
        Model before = model(shared.resolve("half"));
        Model after = model(folder.resolve("on"));
        assertEquals(before.shape(), after.shape());
        assertNotEquals(before.vector().get(7), after.vector().get(7));
        assertEquals(3, MetricsFile.read(folder.resolve("on/metrics.jsonl")).size());
    }

    @Test
    void aStudentIsDistilledOnAndThenCut() throws IOException {
        String stages = "[{distill-steps=2},{keep=0.25,inherit-steps=4,distill-steps=2}]";
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("on"), from(half(), stages));
        assertEquals(2, record("on").getAsJsonArray("stages").size());
        assertTrue(record("on").getAsJsonObject("inputs").has("tinyclip.start"));
    }

    /** As if it had had that stage from the first. */
    @Test
    void aFinishedRunGoesOnWithAFurtherStage() throws IOException {
        String stage = "{keep=0.5,inherit-steps=4,distill-steps=2}";
        String longer = "[" + stage + ",{keep=0.25,inherit-steps=4,distill-steps=3},{distill-steps=2}]";
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("on"), Map.of("tinyclip.stages", HALF));
        String half = digest("on");
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("on"), Map.of("tinyclip.stages", longer));
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("whole"), Map.of("tinyclip.stages", longer));
        assertEquals(digest("whole"), digest("on"));
        assertEquals(3, record("on").getAsJsonArray("stages").size());
        assertTrue(Files.exists(folder.resolve("on/model-50/" + ModelFolder.TENSORS)), "the student before");
        assertNotEquals(half, digest("on"));
        assertEquals(
                MetricsFile.read(folder.resolve("whole/metrics.jsonl")).size(),
                MetricsFile.read(folder.resolve("on/metrics.jsonl")).size());
        String shorter = assertThrows(
                        InvalidInputException.class,
                        () -> train(
                                Training.Command.RUN,
                                new FakeEngine(),
                                folder.resolve("on"),
                                Map.of("tinyclip.stages", HALF)))
                .getMessage();
        assertTrue(shorter.contains("was begun with other settings: tinyclip.stages"), shorter);
    }

    /** Stages that only distill keep as much as the one before. */
    @Test
    void everyStageOfAGrowingRunLeavesItsModel() throws IOException {
        String on = "{keep=0.5,inherit-steps=4,distill-steps=2},{distill-steps=2}";
        for (String stages : List.of("[" + on + "]", "[" + on + ",{keep=0.25,inherit-steps=4,distill-steps=2}]")) {
            train(Training.Command.RUN, new FakeEngine(), folder.resolve("on"), Map.of("tinyclip.stages", stages));
        }
        Model cut = ModelFolder.read(folder.resolve("on/model-50"));
        Model distilled = ModelFolder.read(folder.resolve("on/model-50-2"));
        assertEquals(cut.shape(), distilled.shape());
        assertNotEquals(cut.vector().get(7), distilled.vector().get(7));
    }

    /** Not of the first units, for want of measured ones. */
    @Test
    void aStudentThatIsAddedTakesTheUnitsThatItWouldHaveTakenFromTheFirst() throws IOException {
        String first = "{student={by=importance,image={neurons=24},text={neurons=24}},distill-steps=1}";
        String longer =
                "[" + first + ",{student={by=importance,image={neurons=16},text={neurons=16}},distill-steps=1}]";
        for (String stages : List.of("[" + first + "]", longer)) {
            train(Training.Command.RUN, new FakeEngine(), folder.resolve("on"), Map.of("tinyclip.stages", stages));
        }
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("whole"), Map.of("tinyclip.stages", longer));
        assertEquals(digest("whole"), digest("on"));
    }

    /** A machine that is lent knows the teacher's shape alone, of which no cut could keep so little. */
    @Test
    void aLentMachineLeavesWhatIsPossibleToWhoKnowsTheStudent() {
        ModelShape teacher = model(shared.resolve("teacher")).shape();
        Map<String, String> little = new HashMap<>(from(half(), "[{keep=0.3,inherit-steps=4,distill-steps=3}]"));
        little.put("tinyclip.mask.minimum-heads", "2");
        little.put("tinyclip.mask.round-to", "64");
        little.put("tinyclip.mask.rate", "2.5");
        SettingsFile.defaults(little).runPlan(teacher);
        little.keySet().removeIf(key -> key.startsWith("tinyclip.start"));
        assertThrows(
                InvalidInputException.class, () -> SettingsFile.defaults(little).runPlan(teacher));
    }

    @Test
    void refusesAStudentByHandOfAStudent() {
        String message = refusal(from(half(), "[{student{image{heads=1}},distill-steps=4}]"));
        assertTrue(message.contains("tinyclip.start is a student already"), message);
    }

    @Test
    void refusesAStageThatKeepsMoreThanTheStudentHas() {
        String message = refusal(from(half(), HALF));
        assertTrue(message.contains("stage 1: the student keeps [0.5]"), message);
    }

    @Test
    void refusesToDistillTheTeacherItself() {
        String message = refusal(Map.of("tinyclip.stages", "[{distill-steps=3}]"));
        assertTrue(message.contains("begins with a stage of distill-steps alone"), message);
    }

    @Test
    void refusesAModelThatIsNoStudentOfTheTeacher() {
        Map<String, String> wide = Map.of("tinyclip.pretrain.model.embedding", "24");
        train(Training.Command.PRETRAIN, new FakeEngine(), folder.resolve("wide"), wide);
        String message = refusal(from(folder.resolve("wide/model"), QUARTER));
        assertTrue(message.contains("[24] as channels of the embedding, the teacher [16]"), message);
        Map<String, String> large = Map.of("tinyclip.pretrain.model.image.neurons", "128");
        train(Training.Command.PRETRAIN, new FakeEngine(), folder.resolve("large"), large);
        message = refusal(from(folder.resolve("large/model"), QUARTER));
        assertTrue(message.contains("times the teacher's counted parameters"), message);
    }

    private String refusal(Map<String, String> settings) {
        Path run = folder.resolve("refused");
        String message = assertThrows(
                        InvalidInputException.class, () -> train(Training.Command.RUN, new FakeEngine(), run, settings))
                .getMessage();
        assertTrue(Files.notExists(run.resolve("effective.conf")), "the folder may be used again");
        return message;
    }

    private static Map<String, String> from(Path student, String stages) {
        return Map.of(
                "tinyclip.stages", stages,
                "tinyclip.start.image", student.toString(),
                "tinyclip.start.text", student.toString());
    }

    private static Path half() {
        return shared.resolve("half/model");
    }

    private static Model model(Path run) {
        return ModelFolder.read(run.resolve("model"));
    }

    private String digest(String run) throws IOException {
        return record(run).get("digest").getAsString();
    }

    private JsonObject record(String run) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve(run).resolve("run.json")))
                .getAsJsonObject();
    }

    private static void train(Training.Command command, Engine engine, Path target, Map<String, String> overrides) {
        SmallRun.trains(command, engine, shared, target, overrides);
    }
}
