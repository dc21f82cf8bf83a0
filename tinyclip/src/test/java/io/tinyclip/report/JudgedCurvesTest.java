package io.tinyclip.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.report.Chart.Series;
import io.tinyclip.report.RunReport.Judged;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JudgedCurvesTest {
    private static final List<StepPoint> STEPS =
            List.of(step(0, "inherit", 0), step(0, "distill", 0), step(0, "distill", 1), step(0, "distill", 2));
    private static final List<JudgedPoint> POINTS = List.of(
            point(0, Map.of("a.acc1", 0.2, "a.acc5", 0.4, "a.mean_per_class_recall", 0.2, "r@1", 0.1)),
            point(2, Map.of("a.acc1", 0.3, "a.acc5", 0.5, "a.mean_per_class_recall", 0.3, "r@1", 0.1)));

    @Test
    void drawsEachSetWithTheTeachersLevel() {
        List<Chart> charts = JudgedCurves.of(STEPS, new Judged(POINTS, Map.of("a.acc1", 0.6)));
        assertEquals(
                List.of("Judged on the pairs", "Judged on a"),
                charts.stream().map(Chart::title).toList());
        Chart chart = charts.get(1);
        Series acc1 = series(chart, "acc1").orElseThrow();
        assertArrayEquals(new double[] {1, 3}, acc1.x());
        assertArrayEquals(new double[] {20, 30}, acc1.y(), 1e-9);
        Series teacher = series(chart, "teacher").orElseThrow();
        assertArrayEquals(new double[] {60, 60}, teacher.y(), 1e-9);
        assertTrue(teacher.dashed());
        assertArrayEquals(new double[] {0, 3}, chart.series().get(0).x(), "as wide as all steps");
    }

    @Test
    void drawsWhatIsEqualEverywhereOnce() {
        Chart chart = JudgedCurves.of(STEPS, new Judged(POINTS, Map.of())).get(1);
        assertTrue(series(chart, "acc5").isPresent());
        assertEquals(Optional.empty(), series(chart, "mean_per_class_recall"));
        assertEquals(Optional.empty(), series(chart, "teacher"), "pretrain has none");
    }

    @Test
    void drawsNothingWhereNothingWasJudged() {
        assertEquals(List.of(), JudgedCurves.of(STEPS, Judged.NOTHING));
    }

    private static Optional<Series> series(Chart chart, String name) {
        return chart.series().stream().filter(one -> one.name().equals(name)).findFirst();
    }

    private static StepPoint step(int stage, String phase, int step) {
        return new StepPoint(stage, phase, step, 1, 1, Double.NaN, Double.NaN, 1);
    }

    private static JudgedPoint point(int step, Map<String, Double> metrics) {
        return new JudgedPoint(0, "distill", step, metrics, 1, 1, Map.of());
    }
}
