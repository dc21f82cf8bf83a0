package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.command.DrawnSets;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.report.JudgedPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that break between judgements and go on. */
final class JudgedFaultsTest {
    private static final String STAGES =
            "[{keep=0.75,inherit-steps=4,distill-steps=5},{keep=0.5,inherit-steps=4,distill-steps=5}]";

    @TempDir
    private static Path shared;

    private static Path set = Path.of("");

    @TempDir
    private Path folder;

    @BeforeAll
    static void prepare() throws IOException {
        set = DrawnSets.shapes(shared.resolve("shapes"));
        train(Training.Command.PRETRAIN, new FakeEngine(), shared.resolve("teacher"), Map.of());
    }

    @Test
    void whatIsJudgedOnceIsNotJudgedAgainAndNothingIsMissed() throws IOException {
        Path undisturbed = folder.resolve("undisturbed");
        train(Training.Command.RUN, new FakeEngine(), undisturbed, judged());
        Path plain = folder.resolve("plain");
        train(Training.Command.RUN, new FakeEngine(), plain, Map.of());
        Path broken = folder.resolve("broken");
        for (int gradients : new int[] {25, 5, 30}) {
            assertThrows(
                    RuntimeException.class,
                    () -> train(Training.Command.RUN, new FakeEngine(gradients), broken, judged()));
        }
        train(Training.Command.RUN, new FakeEngine(), broken, judged());
        assertEquals(digest(plain), digest(undisturbed));
        assertEquals(digest(plain), digest(broken));
        List<String> expected = List.of("0:1", "0:3", "0:4", "1:0", "1:2", "1:4");
        assertEquals(expected, places(undisturbed));
        assertEquals(expected, places(broken));
        assertEquals(metrics(undisturbed), metrics(broken));
        assertEquals(7, judgements(broken), "the teacher, and each student once");
        assertTrue(Files.exists(broken.resolve("model-75-best/config.json")));
        assertTrue(Files.exists(broken.resolve("model-best/config.json")));
    }

    @Test
    void theTeacherIsJudgedOnPairsThatAreAskedForLater() throws IOException {
        Path run = folder.resolve("run");
        Map<String, String> settings = new HashMap<>(judged());
        train(Training.Command.RUN, new FakeEngine(), run, settings);
        assertFalse(teacher(run).has("r@1"));
        settings.put("tinyclip.evaluation.pairs", "true");
        settings.put("tinyclip.stages", STAGES.replace("]", ",{distill-steps=2}]"));
        train(Training.Command.RUN, new FakeEngine(), run, settings);
        assertTrue(teacher(run).has("r@1") && teacher(run).has("shapes.acc1"), teacher(run)::toString);
    }

    private static JsonObject teacher(Path run) throws IOException {
        return record(run)
                .getAsJsonObject("evaluation")
                .getAsJsonObject("teacher")
                .getAsJsonObject("metrics");
    }

    private static Map<String, String> judged() {
        return Map.of(
                "tinyclip.evaluation.sets",
                "[{name=shapes,data=\"" + set + "\"}]",
                "tinyclip.evaluation.every",
                "2",
                "tinyclip.evaluation.best",
                "shapes.acc1",
                "tinyclip.checkpoint.steps",
                "3",
                "tinyclip.workers",
                "2");
    }

    private static List<JudgedPoint> points(Path run) throws IOException {
        return MetricsFile.judged(run.resolve("metrics.jsonl"));
    }

    private static List<String> places(Path run) throws IOException {
        return points(run).stream()
                .map(point -> point.stage() + ":" + point.step())
                .toList();
    }

    private static List<Map<String, Double>> metrics(Path run) throws IOException {
        return points(run).stream().map(JudgedPoint::metrics).toList();
    }

    private static int judgements(Path run) throws IOException {
        return record(run).getAsJsonObject("evaluation").get("judgements").getAsInt();
    }

    private static String digest(Path run) throws IOException {
        return record(run).get("digest").getAsString();
    }

    private static JsonObject record(Path run) throws IOException {
        return JsonParser.parseString(Files.readString(run.resolve("run.json"))).getAsJsonObject();
    }

    private static void train(Training.Command command, FakeEngine engine, Path target, Map<String, String> overrides) {
        Map<String, String> all = SmallRun.settings(target, shared.resolve("cache"));
        all.put("tinyclip.stages", STAGES);
        all.put("tinyclip.mask.rate", "2.5");
        all.put("tinyclip.data.icons", "20");
        all.put("tinyclip.teacher", shared.resolve("teacher/model").toString());
        all.put("tinyclip.pretrain.steps", "3");
        all.putAll(overrides);
        SmallRun.finishes(command, all, engine);
    }
}
