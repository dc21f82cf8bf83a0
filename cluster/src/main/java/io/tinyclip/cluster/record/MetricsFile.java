package io.tinyclip.cluster.record;

import com.google.gson.JsonObject;
import io.tinyclip.actors.run.RunListener.StepCommitted;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.report.JudgedPoint;
import io.tinyclip.report.StepPoint;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/** metrics.jsonl: one line a committed step, and one behind it where its student was judged. A resume cuts it back to the step that comes next. */
public final class MetricsFile implements AutoCloseable {
    private final BufferedWriter writer;

    private MetricsFile(BufferedWriter writer) {
        this.writer = writer;
    }

    /**
     * Cuts the file back to the lines before {@code next} and opens it for the lines that follow. It is another file from then
     * on: a leader that was followed while it slept has the old one open, and what it still appends is lost with that.
     *
     * @throws io.tinyclip.model.InvalidInputException naming a line that is no step
     */
    public static MetricsFile openAt(Path file, Cursor next) throws IOException {
        byte[] before = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        ByteBuffer kept = ByteBuffer.wrap(before, 0, (int) bytesBefore(MetricsLines.of(before, file), next));
        AtomicFile.write(file, channel -> AtomicFile.writeFully(channel, kept));
        return new MetricsFile(Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.APPEND, StandardOpenOption.WRITE));
    }

    /**
     * Every step in the file, in order; a line that a crash tore ends it.
     *
     * @throws io.tinyclip.model.InvalidInputException naming a line that is no step
     */
    public static List<StepPoint> read(Path file) throws IOException {
        return MetricsLines.of(file).points();
    }

    /**
     * What was judged, in order.
     *
     * @throws io.tinyclip.model.InvalidInputException naming a line that is no step
     */
    public static List<JudgedPoint> judged(Path file) throws IOException {
        return MetricsLines.of(file).judged();
    }

    /**
     * How many committed steps of the run are in the file.
     *
     * @throws io.tinyclip.model.InvalidInputException naming a line that is no step
     */
    public static long toldSteps(Path file, RunPlan plan) throws IOException {
        List<StepPoint> points = Files.exists(file) ? read(file) : List.of();
        if (points.isEmpty()) {
            return 0;
        }
        StepPoint last = points.get(points.size() - 1);
        return plan.committedSteps(new Cursor(last.stage(), phase(last), last.step())) + 1;
    }

    private static Phase phase(StepPoint point) {
        return Phase.valueOf(point.phase().toUpperCase(Locale.ROOT));
    }

    /** Appends what was judged after the last step, as a line of its own. */
    public void append(JudgedPoint point) throws IOException {
        writer.write(JudgedLine.write(point) + "\n");
        writer.flush();
    }

    /** Appends a step and hands it to the operating system, so that only a power cut can lose it. */
    public void append(StepCommitted step, int batch) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty("stage", step.cursor().stage());
        json.addProperty("phase", word(step.cursor().phase()));
        json.addProperty("step", step.cursor().step());
        finite(json, "loss", step.loss());
        finite(json, "kl", step.divergence());
        finite(json, "sparsity", step.sparsityExpected());
        finite(json, "sparsityTarget", step.rates().sparsityTarget());
        finite(json, "rate", step.rates().weights());
        finite(json, "gradNorm", step.gradientNorm());
        finite(json, "pairsPerSecond", batch / step.seconds());
        finite(json, "seconds", step.seconds());
        if (step.skipped()) {
            json.addProperty("skipped", true);
        }
        if (step.leftOut().count() > 0) {
            json.addProperty("bad", step.leftOut().count());
        }
        writer.write(json + "\n");
        writer.flush();
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    public static String word(Phase phase) {
        return MetricsLines.word(phase);
    }

    /** JSON has no NaN: a value that is not finite, such as the sparsity without masks, is left out. */
    private static void finite(JsonObject json, String key, double value) {
        if (Double.isFinite(value)) {
            json.addProperty(key, value);
        }
    }

    /** Bytes of the lines before the step. */
    private static long bytesBefore(MetricsLines lines, Cursor next) {
        return lines.lines().stream()
                .takeWhile(line -> isBefore(line.point(), next))
                .mapToInt(MetricsLines.Line::end)
                .max()
                .orElse(0);
    }

    private static boolean isBefore(StepPoint point, Cursor next) {
        if (point.stage() != next.stage()) {
            return point.stage() < next.stage();
        }
        Phase phase = phase(point);
        return phase == next.phase() ? point.step() < next.step() : phase.compareTo(next.phase()) < 0;
    }
}
