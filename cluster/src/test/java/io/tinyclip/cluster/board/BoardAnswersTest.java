package io.tinyclip.cluster.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.NoProgress;
import io.tinyclip.cluster.console.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
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

    /** Counting many tars may take an hour, in which there is no file yet. */
    @Test
    void aRunOfThisProcessIsThereBeforeItHasWrittenAnything() throws IOException {
        Path empty = Files.createDirectories(place.resolve("runs/new"));
        answers = new BoardAnswers(RunFolders.around(empty), Optional.of(new LiveRun()));
        JsonArray runs = json("/api/runs", Map.of()).getAsJsonArray("runs");
        assertEquals("new", runs.get(0).getAsJsonObject().get("name").getAsString());
        assertEquals(
                "{\"name\":\"new\",\"own\":true,\"lines\":[],\"pictures\":[]}",
                json("/api/run", Map.of("run", "new")).toString());
        assertEquals(0, json("/api/series", Map.of("run", "new")).get("total").getAsInt());
        String numbers = new String(answers.at("/metrics", Map.of()).content(), StandardCharsets.UTF_8);
        assertTrue(numbers.contains("\ntinyclip_steps_total 0.0\n"), numbers);
    }

    @Test
    void aProcessThatTrainsNothingHasNoTaskOfItsOwn() throws IOException {
        answers = new BoardAnswers(RunFolders.around(run), Optional.of(new LiveRun()));
        assertFalse(json("/api/live", Map.of()).has("task"), "its page would show it beside the cluster's");
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

    @Test
    void whatWasJudgedHasTheIndexOfItsStepAndSeriesOfItsOwn() throws IOException {
        RecordedRun.judge(run, 5);
        JsonObject series = json("/api/series", Map.of("run", "a", "from", "4"));
        assertEquals("[4,4,5,6,7,8,9,9]", series.get("index").toString());
        assertEquals("[1,7]", series.get("judged").toString());
        assertEquals(12, series.get("total").getAsInt());
        assertEquals(STEPS, series.get("committed").getAsInt());
        JsonObject columns = series.getAsJsonObject("series");
        assertEquals(
                "[null,0.5,null,null,null,null,null,0.10]",
                columns.get("judged.ten <b>.acc1").toString());
        assertEquals(
                "[0.5,null,0.5,0.5,0.5,0.5,0.5,null]", columns.get("seconds").toString());
        JsonObject thinned = json("/api/series", Map.of("run", "a", "every", "4"));
        assertEquals("[0,4,4,8,9]", thinned.get("index").toString());
    }

    @Test
    void aRunIsFoundAmongMoreFoldersThanAreListed() throws IOException {
        for (int i = 0; i < 4_100; i++) {
            Files.createDirectory(place.resolve("runs/" + i));
        }
        answers = new BoardAnswers(RunFolders.around(run), Optional.of(new LiveRun()));
        assertEquals("a", json("/api/run", Map.of("run", "a")).get("name").getAsString());
        JsonArray runs = json("/api/runs", Map.of()).getAsJsonArray("runs");
        assertEquals("a", runs.get(0).getAsJsonObject().get("name").getAsString());
    }

    @Test
    void aRecordThatIsNoTextIsNone() throws IOException {
        Files.write(run.resolve("run.json"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertFalse(json("/api/run", Map.of("run", "a")).has("record"));
    }

    @Test
    void aClusterThatDoesNotAnswerIsToldWithItsReason() throws IOException {
        LiveRun live = new LiveRun();
        live.takePart(() -> CompletableFuture.failedFuture(
                new UncheckedIOException("cannot reach [127.0.0.1:1]", new IOException("nothing listens"))));
        answers = new BoardAnswers(RunFolders.around(run), Optional.of(live));
        assertEquals(
                "cannot reach [127.0.0.1:1]",
                json("/api/live", Map.of()).get("unanswered").getAsString());
        assertEquals(200, answers.at("/metrics", Map.of()).status());
    }

    @Test
    void prometheusCountsStepsAndNotWhatWasJudged() throws IOException {
        RecordedRun.judge(run, 5);
        answers = new BoardAnswers(RunFolders.around(run), Optional.of(new LiveRun()));
        String text = new String(answers.at("/metrics", Map.of()).content(), StandardCharsets.UTF_8);
        assertTrue(text.contains("\ntinyclip_steps_total 10.0\n"), text);
        assertTrue(text.contains("\ntinyclip_loss 9.0\n"), text);
        assertTrue(text.contains("\ntinyclip_step_seconds 0.5\n"), text);
    }

    @Test
    void manyStepsAreFoundAgainAtTheirIndexWhereverAnAnswerBegins() throws IOException {
        RecordedRun.write(run, 3 * BoardAnswers.MOST_LINES, true);
        RecordedRun.judge(run, 7);
        int total = 3 * BoardAnswers.MOST_LINES + 3 * BoardAnswers.MOST_LINES / 7;
        for (int from : List.of(0, 511, 512, 513, 5_000)) {
            JsonObject series = json("/api/series", Map.of("run", "a", "from", Integer.toString(from)));
            assertEquals(total, series.get("total").getAsInt());
            // Seven steps and a judgement are eight lines.
            int index = from / 8 * 7 + Math.min(6, from % 8);
            assertEquals(index, series.getAsJsonArray("index").get(0).getAsInt());
        }
    }

    private JsonObject json(String path, Map<String, String> query) throws IOException {
        Answer answer = answers.at(path, query);
        assertEquals(200, answer.status());
        return JsonParser.parseString(new String(answer.content(), StandardCharsets.UTF_8))
                .getAsJsonObject();
    }
}
