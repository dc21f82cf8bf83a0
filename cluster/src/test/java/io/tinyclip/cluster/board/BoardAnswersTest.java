package io.tinyclip.cluster.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BoardAnswersTest {
    private static final int STEPS = 10;

    @TempDir
    Path place;

    private Path run;
    private BoardAnswers answers;

    @BeforeEach
    void writeARun() throws IOException {
        run = RecordedRun.write(place.resolve("runs/a"), STEPS, true);
        answers = new BoardAnswers(new RunFolders(place.resolve("runs"), Optional.empty()), Optional.empty());
    }

    @Test
    void aRunIsServedAsItsFolderHasIt() throws IOException {
        JsonObject about = json("/api/run", Map.of("run", "a"));
        assertEquals(JsonParser.parseString(Files.readString(run.resolve("run.json"))), about.get("record"));
        assertEquals(
                "[\"events.jsonl\",\"masks.jsonl\",\"metrics.jsonl\"]",
                about.get("lines").toString());
        JsonObject series = json("/api/series", Map.of("run", "a"));
        assertEquals(STEPS, series.get("next").getAsInt());
        JsonArray losses = series.getAsJsonObject("series").getAsJsonArray("loss");
        assertEquals(STEPS, losses.size());
        assertEquals(7, losses.get(7).getAsDouble());
        assertEquals("distill", series.getAsJsonArray("phase").get(5).getAsString());
        JsonObject masks = json("/api/lines", Map.of("run", "a", "file", "masks.jsonl"));
        String first = Files.readAllLines(run.resolve("masks.jsonl")).get(0);
        assertEquals(
                JsonParser.parseString(first), masks.getAsJsonArray("lines").get(0));
    }

    @Test
    void whatHasComeSinceIsAllThatIsServed() throws IOException {
        json("/api/series", Map.of("run", "a"));
        String line = "{\"stage\":0,\"phase\":\"distill\",\"step\":5,\"loss\":0.25,\"zero-shot\":{\"r@1\":0.5}}\n";
        Files.writeString(run.resolve("metrics.jsonl"), line, StandardOpenOption.APPEND);
        JsonObject series = json("/api/series", Map.of("run", "a", "from", "10"));
        assertEquals("[10]", series.get("index").toString());
        assertEquals(
                "{\"loss\":[0.25],\"zero-shot.r@1\":[0.5]}",
                series.get("series").toString());
    }

    /** Steps count, are thinned and have a last one as if nothing were judged between them. */
    @Test
    void whatWasJudgedStandsBesideTheSteps() throws IOException {
        String judged = "{\"stage\":0,\"phase\":\"distill\",\"step\":4,\"judged\":{\"in.acc1\":0.5},\"notJudged\":{},"
                + "\"seconds\":40,\"computing\":70}\n";
        Files.writeString(run.resolve("metrics.jsonl"), judged, StandardOpenOption.APPEND);
        JsonObject series = json("/api/series", Map.of("run", "a"));
        assertEquals(STEPS, series.get("total").getAsInt());
        assertFalse(series.getAsJsonObject("series").has("judged.in.acc1"));
        JsonObject beside = json("/api/series", Map.of("run", "a", "file", "metrics-judged.jsonl"));
        assertEquals("[" + (STEPS - 1) + "]", beside.get("index").toString());
        assertEquals(
                "[0.5]", beside.getAsJsonObject("series").get("judged.in.acc1").toString());
        assertTrue(json("/api/run", Map.of("run", "a")).get("lines").toString().contains("metrics-judged.jsonl"));
        String step = "{\"stage\":0,\"phase\":\"distill\",\"step\":5,\"loss\":0.25}\n";
        Files.writeString(run.resolve("metrics.jsonl"), step, StandardOpenOption.APPEND);
        JsonObject since = json("/api/series", Map.of("run", "a", "from", "10"));
        assertEquals("{\"loss\":[0.25]}", since.get("series").toString());
        BoardAnswers own = new BoardAnswers(new RunFolders(place.resolve("runs"), Optional.of("a")), Optional.empty());
        Files.writeString(run.resolve("metrics.jsonl"), judged, StandardOpenOption.APPEND);
        String gauges = new String(own.at("/metrics", Map.of()).content(), StandardCharsets.UTF_8);
        assertTrue(gauges.contains("tinyclip_steps_total 11"), gauges);
        assertTrue(gauges.contains("tinyclip_loss 0.25"), gauges);
        assertFalse(gauges.contains("tinyclip_step_seconds 40"), gauges);
    }

    @Test
    void aTornLastLineWaitsForItsEnd() throws IOException {
        Files.writeString(run.resolve("metrics.jsonl"), "{\"stage\":0,\"lo", StandardOpenOption.APPEND);
        assertEquals(STEPS, json("/api/series", Map.of("run", "a")).get("total").getAsInt());
        Files.writeString(run.resolve("metrics.jsonl"), "ss\":4}\n", StandardOpenOption.APPEND);
        JsonObject series = json("/api/series", Map.of("run", "a", "from", "10"));
        assertEquals("{\"loss\":[4]}", series.get("series").toString());
    }

    @Test
    void aRunThatWentBackIsServedAnew() throws IOException {
        json("/api/series", Map.of("run", "a"));
        Files.delete(run.resolve("metrics.jsonl"));
        RecordedRun.write(run, 4, false);
        JsonObject series = json("/api/series", Map.of("run", "a", "from", "10"));
        assertEquals(4, series.get("total").getAsInt());
        assertEquals("[]", series.get("index").toString());
    }

    @Test
    void anAnswerHasABoundAndSaysWhereItEnds() throws IOException {
        RecordedRun.write(run, 3 * BoardAnswers.MOST_LINES, true);
        JsonObject first = json("/api/series", Map.of("run", "a"));
        assertEquals(BoardAnswers.MOST_LINES, first.getAsJsonArray("index").size());
        assertEquals(BoardAnswers.MOST_LINES, first.get("next").getAsInt());
        JsonObject thinned = json("/api/series", Map.of("run", "a", "from", "1000", "every", "100"));
        assertEquals(50, thinned.getAsJsonArray("index").size());
        assertEquals(1_000, thinned.getAsJsonArray("index").get(0).getAsInt());
        assertEquals(3 * BoardAnswers.MOST_LINES, thinned.get("next").getAsInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../runs/a", "a/../a", "/etc", "", ".", "a/", "%2e%2e"})
    void noRunIsFoundByAPath(String name) throws IOException {
        Files.writeString(place.resolve("metrics.jsonl"), "{}\n");
        for (String path : List.of("/api/run", "/api/series", "/api/lines", "/picture")) {
            assertEquals(
                    404,
                    answers.at(path, Map.of("run", name, "file", "metrics.jsonl"))
                            .status(),
                    path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a/metrics.jsonl", "run.json", "/etc/passwd", "checkpoints/x.jsonl", "log.txt"})
    void noFileIsServedBesideLinesAndPictures(String file) throws IOException {
        assertEquals(
                404, answers.at("/api/lines", Map.of("run", "a", "file", file)).status());
        assertEquals(
                404, answers.at("/picture", Map.of("run", "a", "file", file)).status());
    }

    @Test
    void aLinkOutOfTheFolderIsNotFollowed() throws IOException {
        Path secret = Files.writeString(place.resolve("secret"), "{\"loss\":1}\n");
        Files.createSymbolicLink(run.resolve("out.jsonl"), secret);
        Files.createSymbolicLink(run.resolve("out.png"), secret);
        assertEquals(
                0,
                json("/api/lines", Map.of("run", "a", "file", "out.jsonl"))
                        .get("total")
                        .getAsInt());
        assertEquals(
                404,
                answers.at("/picture", Map.of("run", "a", "file", "out.png")).status());
    }

    @Test
    void aRunOfThisProcessComesFirstAndTellsWhereItIs() throws IOException {
        RecordedRun.write(place.resolve("runs/b"), 2, false);
        LiveRun live = new LiveRun();
        Progress shown = live.heard(new NoProgress());
        shown.begin("stage 1 of 1, inherit", 5, 0);
        shown.left(OptionalLong.of(60_000_000_000L));
        shown.advance(2, "KL 0.5");
        answers = new BoardAnswers(RunFolders.around(place.resolve("runs/b")), Optional.of(live));
        JsonArray runs = json("/api/runs", Map.of()).getAsJsonArray("runs");
        assertEquals("b", runs.get(0).getAsJsonObject().get("name").getAsString());
        JsonObject now = json("/api/live", Map.of());
        assertEquals("stage 1 of 1, inherit", now.get("task").getAsString());
        assertEquals(2, now.get("done").getAsInt());
        assertTrue(now.get("endsAt").getAsLong() > now.get("now").getAsLong());
        assertFalse(now.has("cluster"), "a run in one process has no cluster");
    }

    @Test
    void numbersForPrometheusAreThoseOfTheLastStep() throws IOException {
        answers = new BoardAnswers(RunFolders.around(run), Optional.of(new LiveRun()));
        String text = new String(answers.at("/metrics", Map.of()).content(), StandardCharsets.UTF_8);
        assertTrue(text.contains("\n# TYPE tinyclip_steps_total counter\ntinyclip_steps_total 10.0\n"), text);
        assertTrue(text.contains("\ntinyclip_loss 9.0\n"), text);
        assertTrue(text.contains("\ntinyclip_stage 1.0\n"), text);
        assertTrue(text.lines().allMatch(line -> line.matches("# (HELP|TYPE) [a-z_]+ .+|[a-z_]+ [-0-9.E]+")), text);
    }

    private JsonObject json(String path, Map<String, String> query) throws IOException {
        Answer answer = answers.at(path, query);
        assertEquals(200, answer.status());
        return JsonParser.parseString(new String(answer.content(), StandardCharsets.UTF_8))
                .getAsJsonObject();
    }
}
