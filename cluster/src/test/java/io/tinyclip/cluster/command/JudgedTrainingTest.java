package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.input.PairTar;
import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.report.JudgedPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs by real tensor work whose students are judged on a drawn set of ten classes while they train. */
final class JudgedTrainingTest {
    @TempDir
    private static Path shared;

    private static Path conf = Path.of("");
    private static String plain = "";

    private final CommandRun commands = CommandRun.quiet();

    @TempDir
    private Path folder;

    @BeforeAll
    static void trainWithoutJudging() throws IOException {
        Path pairs = DrawnSets.captions(shared.resolve("pairs"));
        DrawnSets.shapes(shared.resolve("shapes"));
        PairTar.write(shared.resolve("judged.tar"), 1000, 8);
        conf = SmallRecipe.write(
                shared,
                shared.resolve("teacher"),
                "train = \"" + pairs + "/test/{0..2}.tar\", evaluate = \"" + shared + "/judged.tar\", views = 2",
                "");
        CommandRun commands = CommandRun.quiet();
        assertEquals(
                ExitCode.DONE,
                commands.execute("pretrain", conf.toString(), "-Dtinyclip.run.folder=" + shared.resolve("teacher")),
                commands.err());
        assertEquals(ExitCode.DONE, commands.run(conf, shared.resolve("plain")), commands.err());
        JsonObject record = CommandRun.record(shared.resolve("plain"));
        assertFalse(record.has("evaluation"));
        plain = record.get("digest").getAsString();
    }

    @Test
    void changesNoBitAndLeavesCurvesTheTeachersFiguresAndTheBestStudent() throws IOException {
        Path run = folder.resolve("run");
        String[] settings = {
            sets(shared.resolve("shapes")),
            "tinyclip.evaluation.every=1",
            "tinyclip.evaluation.pairs=true",
            "tinyclip.evaluation.best=shapes.acc5",
            "tinyclip.workers=2",
            "tinyclip.servers=2"
        };
        assertEquals(ExitCode.DONE, commands.run(conf, run, settings), commands.err());
        JsonObject record = CommandRun.record(run);
        assertEquals(plain, record.get("digest").getAsString());
        List<JudgedPoint> points = MetricsFile.judged(run.resolve("metrics.jsonl"));
        assertEquals(List.of(0, 1, 2), points.stream().map(JudgedPoint::step).toList());
        assertEquals(8, MetricsFile.read(run.resolve("metrics.jsonl")).size());
        points.forEach(point -> {
            assertTrue(
                    point.metrics().keySet().containsAll(List.of("shapes.acc1", "r@1", "t2i.r@10")), point.toString());
            assertTrue(point.seconds() > 0 && point.computing() > 0, point.toString());
        });
        assertEquals(zeroShot(run.resolve("model")), shapes(points.get(2).metrics()));
        JsonObject stage = record.getAsJsonArray("stages").get(0).getAsJsonObject();
        assertEquals(shapes(points.get(2).metrics()), shapes(numbers(stage.getAsJsonObject("metrics"))));
        JsonObject evaluation = record.getAsJsonObject("evaluation");
        assertEquals(4, evaluation.get("judgements").getAsInt());
        assertEquals(
                zeroShot(shared.resolve("teacher/model")),
                shapes(numbers(evaluation.getAsJsonObject("teacher").getAsJsonObject("metrics"))));
        assertEquals(
                zeroShot(shared.resolve("teacher/model")),
                shapes(numbers(record.getAsJsonObject("teacher").getAsJsonObject("metrics"))));
        requireBest(run, points, evaluation.getAsJsonArray("best").get(0).getAsJsonObject());
        String page = Files.readString(run.resolve("report.html"));
        assertTrue(page.contains("\"judged.shapes.acc1\"") && page.contains("\"judged.r@1\""), page);
    }

    private void requireBest(Path run, List<JudgedPoint> points, JsonObject best) throws IOException {
        double value = points.stream()
                .mapToDouble(point -> point.metrics().getOrDefault("shapes.acc5", -1.0))
                .max()
                .orElseThrow();
        assertEquals(value, best.get("value").getAsDouble());
        assertEquals("model-best", best.get("model").getAsString());
        assertEquals(value, zeroShot(run.resolve("model-best")).getOrDefault("shapes.acc5", -1.0));
    }

    @Test
    void goesOnWithWhatItHasJudgedWhereAStageIsAdded() throws IOException {
        Path run = folder.resolve("run");
        String every = "tinyclip.evaluation.every=2";
        assertEquals(ExitCode.DONE, commands.run(conf, run, sets(shared.resolve("shapes")), every), commands.err());
        List<JudgedPoint> before = MetricsFile.judged(run.resolve("metrics.jsonl"));
        String longer = "tinyclip.stages=[{keep=0.5,inherit-steps=5,distill-steps=3},{distill-steps=3}]";
        assertEquals(
                ExitCode.DONE, commands.run(conf, run, sets(shared.resolve("shapes")), every, longer), commands.err());
        List<JudgedPoint> after = MetricsFile.judged(run.resolve("metrics.jsonl"));
        assertEquals(before, after.subList(0, before.size()));
        assertEquals(2 * before.size(), after.size(), "one between steps and one at the end of either stage");
        JsonObject evaluation = CommandRun.record(run).getAsJsonObject("evaluation");
        assertEquals(5, evaluation.get("judgements").getAsInt(), "the teacher once, and each student once");
    }

    @Test
    void refusesASetThatIsNotThereAndOneThatHasChanged() throws IOException {
        Path run = folder.resolve("run");
        assertEquals(ExitCode.WRONG_USE, commands.run(conf, run, sets(folder.resolve("nowhere"))));
        assertTrue(commands.err().contains("nowhere"), commands.err());
        assertFalse(Files.exists(run.resolve("metrics.jsonl")));
        Path own = DrawnSets.folders(folder.resolve("own"), "test");
        assertEquals(ExitCode.DONE, commands.run(conf, run, sets(own)), commands.err());
        Files.writeString(own.resolve("zeroshot_classification_templates.txt"), "another {c}\n");
        String longer = "tinyclip.stages=[{keep=0.5,inherit-steps=5,distill-steps=3},{distill-steps=3}]";
        assertEquals(ExitCode.WRONG_USE, commands.run(conf, run, sets(own), longer));
        assertTrue(commands.err().contains("give it another name, or the old content"), commands.err());
    }

    private static String sets(Path place) {
        return "tinyclip.evaluation.sets=[{name=shapes,data=\"" + place + "\"}]";
    }

    /** What the command says. */
    private Map<String, Double> zeroShot(Path model) throws IOException {
        Path json = Files.createTempFile(folder, "figures", ".json");
        Files.delete(json);
        int exit = commands.execute(
                "zero-shot", model.toString(), shared.resolve("shapes").toString(), "--json", json.toString());
        assertEquals(ExitCode.DONE, exit, commands.err());
        Map<String, Double> figures = new TreeMap<>();
        numbers(JsonParser.parseString(Files.readString(json))
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonObject("metrics"))
                .forEach((name, value) -> figures.put("shapes." + name, value));
        return figures;
    }

    private static Map<String, Double> numbers(JsonObject json) {
        Map<String, Double> numbers = new TreeMap<>();
        json.entrySet()
                .forEach(entry -> numbers.put(entry.getKey(), entry.getValue().getAsDouble()));
        return numbers;
    }

    private static Map<String, Double> shapes(Map<String, Double> all) {
        Map<String, Double> some = new TreeMap<>(all);
        some.keySet().removeIf(name -> !name.startsWith("shapes."));
        return some;
    }
}
