package io.tinyclip.cluster.board;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.files.JsonLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Requests and what is answered, as pure reading. All are bounded: an answer holds at most {@link #MOST_LINES} lines, and says
 * which line to ask for next.
 *
 * <pre>
 * /api/live                                      where this process's run is, and who takes part
 * /api/runs                                      names of runs, the process's own first
 * /api/run?run=NAME                              run.json, what ran, and which files of lines and pictures there are
 * /api/series?run=NAME&file=F&from=I&every=K     numbers of F's lines from the Ith on as columns, each Kth line
 * /api/lines?run=NAME&file=F&from=I&every=K      the same lines as they are
 * /picture?run=NAME&file=F                       a picture of the run's report
 * /metrics  /ready  /alive                       for Prometheus and Kubernetes
 * </pre>
 */
final class BoardAnswers {
    /** Of an answer. */
    static final int MOST_LINES = 2_000;

    private static final long LARGEST_PICTURE = 32L << 20;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final RunFolders folders;
    private final Optional<LiveRun> live;
    private final GrowingLines growing = new GrowingLines();
    private final Prometheus prometheus;

    /** @param live empty in a process that has no run */
    BoardAnswers(RunFolders folders, Optional<LiveRun> live) {
        this.folders = folders;
        this.live = live;
        this.prometheus = new Prometheus(folders, live, growing);
    }

    /** @param query the first value of each name */
    Answer at(String path, Map<String, String> query) throws IOException {
        try {
            return switch (path) {
                case "/api/live" -> Answer.json(live.map(LiveRun::json).orElseGet(JsonObject::new));
                case "/api/runs" -> Answer.json(runs());
                case "/api/run" -> ofRun(query, this::run);
                case "/api/series" -> ofRun(query, entry -> lines(entry, query, true));
                case "/api/lines" -> ofRun(query, entry -> lines(entry, query, false));
                case "/picture" -> ofRun(query, entry -> picture(entry, query));
                case "/metrics" -> prometheus.answer();
                case "/alive", "/ready" -> Answer.text(OK, "yes");
                default -> Pages.at(path).orElseGet(Answer::notFound);
            };
        } catch (NumberFormatException e) {
            return Answer.text(BAD_REQUEST, "from and every must be whole numbers");
        }
    }

    @FunctionalInterface
    private interface OfRun {
        Answer of(RunFolders.Entry entry) throws IOException;
    }

    private Answer ofRun(Map<String, String> query, OfRun answer) throws IOException {
        Optional<RunFolders.Entry> entry = folders.named(query.getOrDefault("run", ""));
        return entry.isPresent() ? answer.of(entry.get()) : Answer.notFound();
    }

    private JsonObject runs() throws IOException {
        JsonArray runs = new JsonArray();
        for (RunFolders.Entry entry : folders.all()) {
            JsonObject run = new JsonObject();
            run.addProperty("name", entry.name());
            run.addProperty("changed", entry.changed());
            run.addProperty("own", folders.isOwn(entry.name()));
            runs.add(run);
        }
        JsonObject json = new JsonObject();
        json.addProperty("live", live.isPresent());
        json.add("runs", runs);
        return json;
    }

    private Answer run(RunFolders.Entry entry) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty("name", entry.name());
        json.addProperty("own", folders.isOwn(entry.name()));
        Optional<JsonObject> record = RunFiles.record(entry.folder());
        if (record.isPresent()) {
            json.add("record", record.get());
            json.add("facts", WhatRan.json(record.get(), known(entry, record.get())));
        }
        json.add("lines", array(RunFiles.lines(entry.folder())));
        json.add("pictures", array(RunFiles.pictures(entry.folder())));
        return Answer.json(json);
    }

    private WhatRan.Known known(RunFolders.Entry entry, JsonObject record) throws IOException {
        boolean finished = record.get("finished") instanceof JsonPrimitive it && it.getAsBoolean();
        OptionalLong ended = finished ? OptionalLong.of(entry.changed()) : OptionalLong.empty();
        return new WhatRan.Known(OptionalInt.empty(), RunFiles.began(entry.folder(), growing), ended);
    }

    private static JsonArray array(List<String> names) {
        JsonArray json = new JsonArray();
        names.forEach(json::add);
        return json;
    }

    private Answer lines(RunFolders.Entry entry, Map<String, String> query, boolean columns) throws IOException {
        String name = query.getOrDefault("file", RunFolders.METRICS);
        if (!RunFiles.isLines(name)) {
            return Answer.notFound();
        }
        int from = Math.max(0, Integer.parseInt(query.getOrDefault("from", "0")));
        int every = Math.max(1, Integer.parseInt(query.getOrDefault("every", "1")));
        Path file = entry.folder().resolve(name);
        GrowingLines.Slice slice =
                RunFiles.isFile(file) ? growing.slice(file, from, every, MOST_LINES) : GrowingLines.Slice.NOTHING;
        JsonObject json = columns ? Series.of(slice.lines()) : new JsonObject();
        JsonArray indices = new JsonArray();
        slice.indices().forEach(indices::add);
        json.add("index", indices);
        if (!columns) {
            JsonArray lines = new JsonArray();
            slice.lines().forEach(line -> lines.add(JsonLine.read(line).orElseGet(JsonObject::new)));
            json.add("lines", lines);
        }
        json.addProperty("next", slice.next());
        json.addProperty("total", slice.total());
        json.addProperty("committed", slice.steps());
        return Answer.json(json);
    }

    private static Answer picture(RunFolders.Entry entry, Map<String, String> query) throws IOException {
        String name = query.getOrDefault("file", "");
        Path file = entry.folder().resolve(RunFiles.isPicture(name) ? name : "none");
        return RunFiles.isFile(file) && Files.size(file) <= LARGEST_PICTURE
                ? Answer.of(Answer.Kind.PNG, Files.readAllBytes(file))
                : Answer.notFound();
    }
}
