package io.tinyclip.cluster.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.board.WhatRan.Fact;
import io.tinyclip.cluster.board.WhatRan.Known;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class WhatRanTest {
    private static final Known NOTHING = new Known(OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty());
    private static final String RECORD = """
            {"command": "run", "name": "x", "seed": 7, "precision": "bf16", "seconds": 3725.4, "digest": "feed",
             "numericClass": "engine libtorch 2.7.1; device cpu", "badSamples": 1200,
             "settings": {"tinyclip": {"teacher": "/models/my-clip", "batch": 256, "partitions": 4,
               "data": {"train": "/data/{0..3}.tar", "evaluate": "https://me:secret@host/pairs.tar?sign=abc"},
               "start": {"image": "teacher", "text": "random"},
               "stages": [{"keep": 0.75, "inherit-steps": 60, "distill-steps": 80},
                          {"student": {"by": "importance"}, "distill-steps": 500}]}},
             "inputs": {"tinyclip.teacher": "aa", "tinyclip.data.train": "bb"},
             "probe": {"parts": {"processor": "AMD EPYC", "device": "cpu", "engine": "libtorch 2.7.1",
               "system": "Debian 12", "jdk": "17"}},
             "teacher": {"params": {"image": 840000, "text": 610000, "tokenEmbedding": 6320000}},
             "evaluation": {"judgements": 4, "seconds": 2.5, "notJudged": {"in": "it is gone"},
               "best": [{"stage": 0, "figure": "in.acc1", "value": 0.5, "step": 9, "model": "model-best"}]}}
            """;

    @Test
    void saysFromWhatOnWhatAndWhenARunCameAbout() {
        Known known = new Known(
                OptionalInt.of(14_789), OptionalLong.of(1_700_000_000_000L), OptionalLong.of(1_700_003_725_000L));
        Map<String, String> facts = facts(RECORD, known);
        assertEquals("/models/my-clip", facts.get("teacher"));
        assertEquals("aa", facts.get("teacher, SHA-256"));
        assertEquals("7.77 M: image 0.84 M, text 0.61 M, token table 6.32 M", facts.get("teacher's parameters"));
        assertEquals("random", facts.get("student's text tower begins as"));
        assertFalse(facts.containsKey("student's image tower begins as"));
        assertEquals("/data/{0..3}.tar, 14,789 pairs", facts.get("trained on"));
        assertEquals("bb", facts.get("data.train, SHA-256"));
        assertEquals("1,200, see bad-samples.jsonl", facts.get("samples left out"));
        assertEquals("https://host/pairs.tar", facts.get("judged on"), "neither password nor signature");
        assertEquals("256 in 4 partitions", facts.get("batch"));
        assertEquals("keeps 75 %, 60 steps with masks, 80 steps after the cut", facts.get("stage 1"));
        assertEquals("student by importance, 500 steps", facts.get("stage 2"));
        assertEquals("7", facts.get("seed"));
        assertEquals("bf16", facts.get("precision"));
        assertEquals("AMD EPYC", facts.get("processor"));
        assertEquals("Debian 12, JDK 17", facts.get("system"));
        assertEquals("2023-11-14 22:13 UTC", facts.get("began"));
        assertEquals("2023-11-14 23:15 UTC", facts.get("ended"));
        assertEquals("1 h 2 min", facts.get("took"));
        assertEquals("feed", facts.get("state digest"));
        assertEquals("4 times in 2.5 s", facts.get("judged while it trained"));
        assertEquals("in.acc1 0.5000 after step 9, in model-best", facts.get("best student of stage 1"));
        assertEquals("it is gone", facts.get("in is not judged"));
    }

    @Test
    void whatARecordDoesNotSayIsLeftOut() {
        assertEquals(Map.of(), facts("{}", NOTHING));
        assertEquals(
                Map.of("took", "0 min 12 s"),
                facts("{\"seconds\": 12.4, \"digest\": \"\", \"numericClass\": \"\", \"badSamples\": 0}", NOTHING));
        assertEquals(Map.of(), facts("{\"teacher\": 3, \"settings\": [], \"inputs\": null, \"probe\": 1}", NOTHING));
    }

    /** Of a signature no part is shown, also where a colon is in it; a question mark in a path is part of a pattern. */
    @Test
    void ofAddressesQueriesAreLeftOutAndOfPathsNothingIs() {
        assertEquals(
                "/data/part-?.tar::https://host/a.tar::/data/b.csv",
                facts(
                                "{\"settings\": {\"tinyclip\": {\"data\": {\"train\":"
                                        + " \"/data/part-?.tar::https://host/a.tar?se=2026-01-01T00:00:00Z&sig=abc::/data/b.csv\"}}}}",
                                NOTHING)
                        .get("trained on"));
        assertEquals(
                "https://host/a.tar",
                facts(
                                "{\"settings\": {\"tinyclip\": {\"data\": {\"train\": \"https://host/a.tar?(hidden)\"}}}}",
                                NOTHING)
                        .get("trained on"));
    }

    @Test
    void aStageTellsItsTokenTableAndItsCooling() {
        Map<String, String> facts = facts(
                "{\"command\": \"run\", \"settings\": {\"tinyclip\": {\"optimizer\": {\"cooling\": 0.25}, \"stages\": ["
                        + "{\"token-rank\": 32, \"distill-steps\": 100, \"cooling\": 0.2},"
                        + "{\"distill-steps\": 5, \"cooling\": 0}, {\"distill-steps\": 7}]}}}",
                NOTHING);
        assertEquals(
                Map.of(
                        "stage 1", "token table of rank 32, 100 steps, cooling in the last 20 %",
                        "stage 2", "5 steps, no cooling",
                        "stage 3", "7 steps",
                        "stages that say nothing else", "cooling in the last 25 %"),
                facts);
    }

    @Test
    void aStageTellsThatItIsCutWhereItBegins() {
        Map<String, String> facts = facts(
                "{\"command\": \"run\", \"settings\": {\"tinyclip\": {\"stages\": ["
                        + "{\"keep\": 0.25, \"calibration-batches\": 32, \"distill-steps\": 700},"
                        + "{\"keep\": 0.1, \"calibration-batches\": 8, \"calibration-width\": false,"
                        + " \"distill-steps\": 70}]}}}",
                NOTHING);
        assertEquals(
                Map.of(
                        "stage 1", "keeps 25 %, cut at once by 32 batches, 700 steps after the cut",
                        "stage 2", "keeps 10 %, cut at once by 8 batches, as wide as before, 70 steps after the cut"),
                facts);
    }

    @Test
    void aRunFromScratchHasStepsAndNoTeacher() {
        Map<String, String> facts = facts(
                "{\"command\": \"pretrain\", \"settings\": {\"tinyclip\": {\"teacher\": \"builtin\", \"pretrain\":"
                        + " {\"steps\": 1000}, \"stages\": [{\"keep\": 0.5}]}}}",
                NOTHING);
        assertEquals(Map.of("steps", "1000"), facts);
    }

    private static Map<String, String> facts(String record, Known known) {
        JsonObject json = JsonParser.parseString(record).getAsJsonObject();
        Map<String, String> facts = new LinkedHashMap<>();
        List<Fact> all = WhatRan.of(json, known);
        all.forEach(fact -> facts.put(fact.name(), fact.value()));
        assertEquals(all.size(), facts.size(), "no name twice");
        return facts;
    }
}
