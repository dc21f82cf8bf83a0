package io.tinyclip.report;

import io.tinyclip.report.Chart.Mark;
import io.tinyclip.report.Chart.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The charts of a run. */
final class Curves {
    static final String STEPS = "step of the run";
    private static final String NATS = "nats";
    /** Share of the steps that the axis is made for. */
    private static final double USUAL_SHARE = 0.97;
    /** How far above them it ends. */
    private static final double EDGE = 1.25;
    /** How far above the end a step must be for the axis to leave it out. */
    private static final double FAR = 1.25;
    /** Most peaks that are named. */
    private static final int PEAKS = 8;

    private Curves() {}

    /** Loss, divergence where there is a teacher, sparsity where there are masks. */
    static List<Chart> of(List<StepPoint> steps) {
        List<Chart> charts = new ArrayList<>();
        charts.add(cropped("Loss", steps, line("loss", steps, StepPoint::loss, Ink.FIRST, false)));
        boolean compressed = steps.stream().noneMatch(step -> step.phase().equals("pretrain"));
        if (compressed) {
            Series divergence = line("KL(teacher, student)", steps, StepPoint::divergence, Ink.FIRST, false);
            charts.add(cropped("Distance from the teacher", steps, divergence));
        }
        if (steps.stream().anyMatch(step -> Double.isFinite(step.sparsity()))) {
            ToDoubleFunction<StepPoint> target =
                    step -> Double.isFinite(step.sparsity()) ? step.sparsityTarget() : Double.NaN;
            Series aimed = line("target", steps, target, Ink.SECOND, true);
            Series expected = line("expected", steps, StepPoint::sparsity, Ink.FIRST, false);
            charts.add(chart("Sparsity while masks are learned", "share left out", steps, List.of(aimed, expected)));
        }
        return charts;
    }

    /** Recall over cost, one dot a model. */
    static Chart tradeOff(List<ResultRow> rows) {
        List<ResultRow> models = rows.stream()
                .filter(row -> row.size().isPresent()
                        && row.metric(ResultRow.FIRST_METRIC).isPresent())
                .toList();
        double[] macs = models.stream()
                .mapToDouble(row -> row.size().orElseThrow().macs() / 1e6)
                .toArray();
        double[] recall = percent(models);
        List<String> names = models.stream().map(ResultRow::name).toList();
        List<Series> series = new ArrayList<>();
        series.add(new Series("model", macs, recall, Ink.FIRST, false, names));
        OptionalDouble floor = rows.stream()
                .filter(row -> row.size().isEmpty())
                .map(row -> row.metric(ResultRow.FIRST_METRIC))
                .flatMapToDouble(OptionalDouble::stream)
                .findFirst();
        if (floor.isPresent()) {
            double[] level = {100 * floor.getAsDouble(), 100 * floor.getAsDouble()};
            double[] ends = {0, Arrays.stream(macs).max().orElse(1)};
            series.add(Series.line("pixel baseline", ends, level, Ink.SECOND, true));
        }
        return new Chart(
                "What is kept, and what it costs",
                "million multiply-accumulates of a pair",
                "r@1, %",
                series,
                List.of());
    }

    /** A few steps far above all others, as after a cut, are drawn at the upper edge with what they reach beside it. */
    private static Chart cropped(String title, List<StepPoint> steps, Series line) {
        double[] finite =
                Arrays.stream(line.y()).filter(Double::isFinite).sorted().toArray();
        double usual = finite.length == 0 ? 0 : finite[(int) (USUAL_SHARE * (finite.length - 1))];
        double edge = EDGE * usual;
        if (usual <= 0 || finite[finite.length - 1] <= FAR * edge) {
            return chart(title, NATS, steps, List.of(line));
        }
        double[] y = Arrays.stream(line.y()).map(value -> Math.min(edge, value)).toArray();
        List<Mark> marks = marks(steps);
        for (int peak : peaks(line.y(), edge)) {
            marks.add(new Mark(peak, edge, String.format(Locale.ROOT, "up to %.1f", line.y()[peak])));
        }
        Series low = Series.line(line.name(), line.x(), y, line.ink(), line.dashed());
        return new Chart(title, STEPS, NATS, List.of(low), marks);
    }

    /** The highest step of each row of steps above the edge; of neighbours too close for words to fit, the highest. */
    private static List<Integer> peaks(double[] y, double edge) {
        List<Integer> peaks = new ArrayList<>();
        int apart = Math.max(1, y.length / PEAKS);
        for (int i = 0; i < y.length; i++) {
            if (!(y[i] > edge)) {
                continue;
            }
            int last = peaks.size() - 1;
            if (last < 0 || i - peaks.get(last) > apart) {
                peaks.add(i);
            } else if (y[i] > y[peaks.get(last)]) {
                peaks.set(last, i);
            }
        }
        return peaks;
    }

    private static double[] percent(List<ResultRow> models) {
        return models.stream()
                .mapToDouble(row -> 100 * row.metric(ResultRow.FIRST_METRIC).orElseThrow())
                .toArray();
    }

    private static Chart chart(String title, String unit, List<StepPoint> steps, List<Series> series) {
        return new Chart(title, STEPS, unit, series, marks(steps));
    }

    private static Series line(
            String name, List<StepPoint> steps, ToDoubleFunction<StepPoint> value, Ink ink, boolean dashed) {
        double[] x = new double[steps.size()];
        double[] y = new double[steps.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
            y[i] = value.applyAsDouble(steps.get(i));
        }
        return Series.line(name, x, y, ink, dashed);
    }

    /** Where each phase begins; a run of one phase needs none. */
    static List<Mark> marks(List<StepPoint> steps) {
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            StepPoint now = steps.get(i);
            boolean begins = i == 0
                    || steps.get(i - 1).stage() != now.stage()
                    || !steps.get(i - 1).phase().equals(now.phase());
            if (begins && !now.phase().equals("pretrain")) {
                marks.add(Mark.upright(i, now.phase().equals("inherit") ? "stage " + (now.stage() + 1) : "cut"));
            }
        }
        return marks;
    }
}
