package io.tinyclip.cluster.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.image.RgbImage;
import io.tinyclip.report.GridRow;
import io.tinyclip.report.ResultRow;
import io.tinyclip.report.ResultTable;
import io.tinyclip.report.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportPageTest {
    private static final long NOW = 1_700_000_600_000L;

    @TempDir
    Path place;

    private Path run;

    @BeforeEach
    void writeARun() throws IOException {
        run = RecordedRun.write(place.resolve("a"), 40, true);
        RecordedRun.judge(run, 10);
        RecordedRun.record(run, "evaluation", "{\"teacher\":{\"metrics\":{\"ten <b>.acc1\":0.625}}}");
    }

    @Test
    void onePageHasItAllAndAsksNobody() throws IOException {
        String page = page();
        assertTrue(page.contains("content=\"default-src 'none'; img-src data:;"), "a browser is told to ask nobody");
        for (String part : List.of("src=\"http", "href=\"http", "<link rel=\"stylesheet\"", "<script src", "url(")) {
            assertFalse(page.contains(part), part);
        }
        for (String part : List.of(
                "uPlot",
                "Permission is hereby granted",
                "id=\"curves\"",
                "id=\"towers\"",
                "id=\"events\"",
                "id=\"found\"",
                "id=\"tradeoff\"",
                "id=\"facts\"",
                "prefers-color-scheme: dark",
                "width=device-width")) {
            assertTrue(page.contains(part), part);
        }
    }

    @Test
    void theRunIsInThePageAndEndsNoElementOfIt() throws IOException {
        String page = page();
        String begin = "<script type=\"application/json\" id=\"stored\">";
        int from = page.indexOf(begin) + begin.length();
        String text = page.substring(from, page.indexOf("</script>", from));
        JsonObject stored = JsonParser.parseString(text).getAsJsonObject();
        assertEquals("x", stored.getAsJsonObject("about").get("name").getAsString());
        assertEquals(
                2, stored.getAsJsonObject("lines").getAsJsonArray("masks.jsonl").size());
        assertTrue(text.contains("10.0.0.7:25520 is gone \\u003cb>&"), text);
        JsonObject metrics = stored.getAsJsonObject("series").getAsJsonObject("metrics.jsonl");
        assertEquals(44, metrics.getAsJsonArray("index").size());
        assertEquals(40, metrics.get("committed").getAsInt());
    }

    @Test
    void withoutScriptsItSaysWhatCameOutAndWhatRan() throws IOException {
        String page = page();
        String still = page.substring(page.indexOf("<noscript>"), page.indexOf("</noscript>"));
        assertTrue(still.contains("<td>student 75 %</td>"), still);
        assertTrue(still.contains("<dt>state digest</dt><dd>0123456789abcdef"), still);
        assertTrue(still.contains("<dt>ended</dt><dd>2023-11-14 22:23 UTC</dd>"), still);
    }

    @Test
    void aLongRunIsThinnedAndKeepsAllThatWasJudged() throws IOException {
        RecordedRun.write(run, 12_345, true);
        RecordedRun.judge(run, 1_000);
        JsonObject series = new StoredRun(run)
                .json("x", new JsonObject(), WhatRan.json(new JsonObject(), nothing()))
                .getAsJsonObject("series")
                .getAsJsonObject("metrics.jsonl");
        int every = series.get("every").getAsInt();
        assertEquals(4, every);
        assertEquals(12, series.getAsJsonArray("judged").size());
        assertEquals(
                (12_345 + every - 1) / every + 12,
                series.getAsJsonArray("index").size());
        assertEquals(12_345, series.get("committed").getAsInt());
    }

    @Test
    void whatIsSentAroundSaysNothingOfPlacesThatThePageDoesNotShow() throws IOException {
        RecordedRun.record(
                run,
                "settings",
                "{\"tinyclip\":{\"stages\":[],\"data\":{\"train\":\"https://me:secret@host/x?sign=signature\"}}}");
        String page = page();
        assertFalse(page.contains("secret") || page.contains("sign=signature"), page);
        assertTrue(page.contains("<dd>https://host/x, 12,345 pairs</dd>"), page);
    }

    @Test
    void aBrowserShowsTheRunFromTheFileAlone() throws Exception {
        page();
        Browser.Seen page =
                new Browser(place).open(run.resolve("report.html").toUri().toString());
        assertEquals(List.of(), page.console());
        for (String series : List.of("loss", "kl", "rate", "gradNorm", "pairsPerSecond")) {
            page.requires("data-series=\"" + series + "\" data-points=\"40\"");
        }
        assertTrue(page.count("<canvas") >= 6, "a chart each");
        page.requires("<b>0.4 / 0.625  at step 39</b>");
        page.requires("data-tower=\"image\"");
        page.requires("data-event=\"died\"");
        page.requires("<strong id=\"task\">finished</strong>");
        page.requires("<dt>state digest</dt><dd>0123456789abcdef0123456789abcdef</dd>");
        page.requires("class=\"right\"");
        page.requires("data-ready=\"yes\"");
    }

    private static WhatRan.Known nothing() {
        return new WhatRan.Known(OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    private String page() throws IOException {
        ResultRow row = new ResultRow(
                "student 75 %", Optional.empty(), Map.of("r@1", 0.25), OptionalDouble.empty(), Optional.empty());
        GridRow found =
                new GridRow("a <dog>", List.of(new GridRow.Found(new RgbImage(1, 1, new byte[3]), true)), List.of());
        RunReport report =
                new RunReport(new ResultTable(List.of(row)), List.of(), RunReport.Judged.NOTHING, List.of(found));
        JsonObject record = JsonParser.parseString(Files.readString(run.resolve("run.json")))
                .getAsJsonObject();
        new ReportPage(record, OptionalInt.of(12_345), report).write(run, NOW);
        return Files.readString(run.resolve("report.html"));
    }
}
