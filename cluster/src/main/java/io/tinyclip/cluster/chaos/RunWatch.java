package io.tinyclip.cluster.chaos;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.chaos.plan.Timeline;
import io.tinyclip.report.JudgedPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A run as its folder shows it from outside. */
final class RunWatch {
    private static final Pattern WHOLE_LINE = Pattern.compile("[^\n]*\n");

    private final Path folder;
    private final Timeline timeline = new Timeline();
    private boolean finished;
    private String digest = "";

    RunWatch(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    Timeline timeline() {
        return timeline;
    }

    /** @param millis of the timeline's clock */
    void look(long millis) {
        timeline.seen(millis, steps());
        finishes();
    }

    /** Looks whether it is finished. */
    boolean finishes() {
        Path file = folder.resolve("run.json");
        if (!finished && Files.exists(file)) {
            JsonObject record = JsonParser.parseString(text(file)).getAsJsonObject();
            finished = record.get("finished").getAsBoolean();
            digest = record.get("digest").getAsString();
        }
        return finished;
    }

    boolean finished() {
        return finished;
    }

    /** Of the end, once it is finished. */
    String digest() {
        return digest;
    }

    /** Whole lines of metrics.jsonl, but for what was judged: whoever leads anew cuts the file back. */
    private int steps() {
        Path file = folder.resolve("metrics.jsonl");
        return Files.exists(file)
                ? (int) WHOLE_LINE
                        .matcher(text(file))
                        .results()
                        .filter(it -> !it.group().contains(JudgedPoint.MARK))
                        .count()
                : 0;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read [" + file + "]: " + e.getMessage(), e);
        }
    }
}
