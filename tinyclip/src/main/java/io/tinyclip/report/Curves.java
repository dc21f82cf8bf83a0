package io.tinyclip.report;

import io.tinyclip.report.Chart.Mark;
import io.tinyclip.report.Chart.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The charts of a run. */
final class Curves {
    private static final String STEPS = "step of the run";

    private Curves() {}

    /** Loss, divergence where there is a teacher, sparsity where there are masks. */
    static List<Chart> of(List<StepPoint> steps) {
        List<Chart> charts = new ArrayList<>();
        charts.add(chart("Loss", "nats", steps, List.of(line("loss", steps, StepPoint::loss, Ink.FIRST, false))));
        boolean compressed = steps.stream().noneMatch(step -> step.phase().equals("pretrain"));
        if (compressed) {
            Series divergence = line("KL(teacher, student)", steps, StepPoint::divergence, Ink.FIRST, false);
            charts.add(chart("Distance from the teacher", "nats", steps, List.of(divergence)));
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
    private static List<Mark> marks(List<StepPoint> steps) {
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            StepPoint now = steps.get(i);
            boolean begins = i == 0
                    || steps.get(i - 1).stage() != now.stage()
                    || !steps.get(i - 1).phase().equals(now.phase());
            if (begins && !now.phase().equals("pretrain")) {
                marks.add(new Mark(i, now.phase().equals("inherit") ? "stage " + (now.stage() + 1) : "cut"));
            }
        }
        return marks;
    }
}
