package io.tinyclip.cluster.board;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.storage.Location;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a person asks of a run besides its figures: from what, on what and when it came about, as run.json says it. */
final class WhatRan {
    private static final double MILLION = 1e6;
    private static final int PERCENT = 100;
    private static final long SECONDS_A_MINUTE = 60;
    private static final long SECONDS_AN_HOUR = 3_600;
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final JsonObject record;
    private final JsonObject settings;
    private final List<Fact> facts = new ArrayList<>();

    /** One line of it. */
    record Fact(String name, String value) {}

    /**
     * What run.json does not say.
     *
     * @param pairs of the training data; empty where they were not counted
     * @param began milliseconds since 1970; empty where nobody wrote it down
     * @param ended the same of its last step, or of its report
     */
    record Known(OptionalInt pairs, OptionalLong began, OptionalLong ended) {}

    private WhatRan(JsonObject record) {
        this.record = record;
        this.settings = object(object(record, "settings"), "tinyclip");
    }

    /** @param record run.json, of any version: what it lacks is left out */
    static List<Fact> of(JsonObject record, Known known) {
        WhatRan ran = new WhatRan(record);
        ran.models();
        ran.data(known.pairs);
        ran.plan();
        ran.machines();
        ran.course(known);
        ran.judgements();
        return ran.facts;
    }

    /** The same as pairs of name and value. */
    static JsonArray json(JsonObject record, Known known) {
        JsonArray json = new JsonArray();
        for (Fact fact : of(record, known)) {
            JsonArray one = new JsonArray();
            one.add(fact.name);
            one.add(fact.value);
            json.add(one);
        }
        return json;
    }

    private void models() {
        if (text(record, "command").filter("run"::equals).isEmpty()) {
            return;
        }
        text(settings, "teacher").ifPresent(name -> add("teacher", place(name)));
        hash("teacher");
        if (object(record, "teacher").get("params") instanceof JsonObject params) {
            add("teacher's parameters", sizes(params));
        }
        for (String tower : List.of("image", "text")) {
            text(object(settings, "start"), tower)
                    .filter(start -> !start.equals("teacher"))
                    .ifPresent(start -> add("student's " + tower + " tower begins as", place(start)));
        }
    }

    private static String sizes(JsonObject params) {
        List<String> sizes = new ArrayList<>();
        double total = 0;
        for (String[] part : new String[][] {{"image", "image"}, {"text", "text"}, {"tokenEmbedding", "token table"}}) {
            double count = number(params, part[0]).orElse(0.0);
            total += count;
            sizes.add(String.format(Locale.ROOT, "%s %.2f M", part[1], count / MILLION));
        }
        return String.format(Locale.ROOT, "%.2f M: %s", total / MILLION, String.join(", ", sizes));
    }

    private void data(OptionalInt pairs) {
        JsonObject data = object(settings, "data");
        text(data, "train").ifPresent(where -> add("trained on", place(where) + counted(pairs)));
        hash("data.train");
        number(record, "badSamples")
                .filter(count -> count > 0)
                .ifPresent(count ->
                        add("samples left out", String.format(Locale.ROOT, "%,.0f, see bad-samples.jsonl", count)));
        text(data, "evaluate").ifPresent(where -> add("judged on", place(where)));
        hash("data.evaluate");
    }

    private static String counted(OptionalInt pairs) {
        return pairs.isPresent() ? String.format(Locale.ROOT, ", %,d pairs", pairs.getAsInt()) : "";
    }

    private void hash(String input) {
        text(object(record, "inputs"), "tinyclip." + input)
                .ifPresent(hash -> add((input.equals("teacher") ? "teacher" : input) + ", SHA-256", hash));
    }

    private void plan() {
        Optional<String> partitions = text(settings, "partitions");
        text(settings, "batch")
                .ifPresent(batch -> add(
                        "batch",
                        batch
                                + partitions
                                        .map(it -> " in " + it + " partitions")
                                        .orElse("")));
        if (text(record, "command").filter("pretrain"::equals).isPresent()) {
            text(object(settings, "pretrain"), "steps").ifPresent(steps -> add("steps", steps));
        } else if (settings.get("stages") instanceof JsonArray stages) {
            text(object(settings, "budget"), "unit")
                    .filter(unit -> !unit.equals("parameters"))
                    .ifPresent(unit -> add("stages keep a share of", unit));
            int index = 0;
            for (JsonElement stage : stages) {
                index++;
                if (stage instanceof JsonObject one) {
                    add("stage " + index, stage(one));
                }
            }
        }
        number(object(settings, "optimizer"), "cooling")
                .filter(share -> share != 1)
                .ifPresent(share -> add("stages that say nothing else", cooling(share)));
        text(record, "seed").ifPresent(seed -> add("seed", seed));
        text(record, "precision").ifPresent(precision -> add("precision", precision));
    }

    private static String stage(JsonObject stage) {
        List<String> words = new ArrayList<>();
        number(stage, "keep").ifPresent(keep -> words.add("keeps " + Math.round(keep * PERCENT) + " %"));
        text(object(stage, "student"), "by").ifPresent(rule -> words.add("student by " + rule));
        text(stage, "token-rank").ifPresent(rank -> words.add("token table of rank " + rank));
        text(stage, "calibration-batches").ifPresent(count -> words.add("cut at once by " + count + " batches"));
        text(stage, "calibration-width").filter("false"::equals).ifPresent(no -> words.add("as wide as before"));
        text(stage, "inherit-steps").filter(it -> !it.equals("0")).ifPresent(it -> words.add(it + " steps with masks"));
        text(stage, "distill-steps")
                .filter(it -> !it.equals("0"))
                .ifPresent(it -> words.add(it + (cuts(stage) ? " steps after the cut" : " steps")));
        number(stage, "cooling").ifPresent(share -> words.add(cooling(share)));
        return String.join(", ", words);
    }

    private static boolean cuts(JsonObject stage) {
        return stage.has("inherit-steps") || stage.has("calibration-batches");
    }

    private static String cooling(double share) {
        return share == 0 ? "no cooling" : "cooling in the last " + Math.round(share * PERCENT) + " %";
    }

    private void machines() {
        JsonObject parts = object(object(record, "probe"), "parts");
        text(parts, "processor").ifPresent(it -> add("processor", it));
        text(parts, "device").ifPresent(it -> add("device", it));
        text(parts, "engine").ifPresent(it -> add("engine", it));
        text(parts, "system")
                .ifPresent(it -> add(
                        "system",
                        it + text(parts, "jdk").map(jdk -> ", JDK " + jdk).orElse("")));
        if (record.get("numericClasses") instanceof JsonArray classes) {
            add("numeric classes that took part", Integer.toString(classes.size()));
        }
        text(record, "numericClass").filter(it -> !it.isEmpty()).ifPresent(it -> add("numeric class", it));
    }

    private void course(Known known) {
        known.began.ifPresent(time -> add("began", MINUTE.format(Instant.ofEpochMilli(time))));
        known.ended.ifPresent(time -> add("ended", MINUTE.format(Instant.ofEpochMilli(time))));
        number(record, "seconds").ifPresent(seconds -> add("took", duration(Math.round(seconds))));
        text(record, "digest").filter(it -> !it.isEmpty()).ifPresent(it -> add("state digest", it));
    }

    private void judgements() {
        JsonObject evaluation = object(record, "evaluation");
        number(evaluation, "judgements")
                .filter(count -> count > 0)
                .ifPresent(count -> add(
                        "judged while it trained",
                        String.format(
                                Locale.ROOT,
                                "%.0f times in %.1f s",
                                count,
                                number(evaluation, "seconds").orElse(0.0))));
        if (evaluation.get("best") instanceof JsonArray all) {
            all.forEach(best -> {
                if (best instanceof JsonObject one) {
                    add(
                            "best student of stage "
                                    + Math.round(1 + number(one, "stage").orElse(0.0)),
                            best(one));
                }
            });
        }
        object(evaluation, "notJudged")
                .entrySet()
                .forEach(one ->
                        add(one.getKey() + " is not judged", one.getValue().getAsString()));
    }

    private static String best(JsonObject best) {
        return String.format(
                Locale.ROOT,
                "%s %.4f after step %.0f, in %s",
                text(best, "figure").orElse(""),
                number(best, "value").orElse(Double.NaN),
                number(best, "step").orElse(0.0),
                text(best, "model").orElse(""));
    }

    private void add(String name, String value) {
        facts.add(new Fact(name, value));
    }

    private static String duration(long seconds) {
        long minutes = seconds / SECONDS_A_MINUTE;
        return seconds < SECONDS_AN_HOUR
                ? minutes + " min " + seconds % SECONDS_A_MINUTE + " s"
                : seconds / SECONDS_AN_HOUR + " h " + minutes % SECONDS_A_MINUTE + " min";
    }

    /** A report is sent around more freely than a run's folder. */
    private static String place(String text) {
        return text.equals("builtin")
                ? "the built-in one"
                : Location.shown(text).replace(Location.HIDDEN, "").replace("(hidden)@", "");
    }

    private static JsonObject object(JsonObject in, String name) {
        return in.get(name) instanceof JsonObject object ? object : new JsonObject();
    }

    private static Optional<String> text(JsonObject in, String name) {
        return in.get(name) instanceof JsonPrimitive value ? Optional.of(value.getAsString()) : Optional.empty();
    }

    private static Optional<Double> number(JsonObject in, String name) {
        return in.get(name) instanceof JsonPrimitive value && value.isNumber()
                ? Optional.of(value.getAsDouble())
                : Optional.empty();
    }
}
