package io.tinyclip.report;

import io.tinyclip.report.Chart.Series;
import io.tinyclip.report.RunReport.Judged;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The charts of what students were judged while they trained, with the teacher's figures as levels. */
final class JudgedCurves {
    private static final List<Ink> INKS = List.of(Ink.FIRST, Ink.SECOND, Ink.THIRD, Ink.FOURTH);
    private static final int PERCENT = 100;
    /** Figures that differ by less cannot be told apart. */
    private static final double PRECISION = 1e6;

    private JudgedCurves() {}

    /** One chart a set, of up to four figures each. */
    static List<Chart> of(List<StepPoint> steps, Judged judged) {
        Map<String, Set<String>> sets = new TreeMap<>();
        judged.points().forEach(point -> point.metrics().keySet().forEach(name -> sets.computeIfAbsent(
                        set(name), it -> new TreeSet<>())
                .add(name)));
        List<Chart> charts = new ArrayList<>();
        sets.forEach((set, names) -> {
            List<String> all = different(List.copyOf(names), judged);
            for (int from = 0; from < all.size(); from += INKS.size()) {
                List<String> some = all.subList(from, Math.min(all.size(), from + INKS.size()));
                charts.add(chart(set, some, steps, judged));
            }
        });
        return charts;
    }

    /** Without those that are equal to another everywhere, as of a set with as many pictures of each class. */
    private static List<String> different(List<String> names, Judged judged) {
        Map<List<Long>, String> first = new LinkedHashMap<>();
        names.forEach(name -> first.putIfAbsent(
                judged.points().stream()
                        .map(point -> Math.round(PRECISION * point.metrics().getOrDefault(name, -1.0)))
                        .toList(),
                name));
        return List.copyOf(first.values());
    }

    private static String set(String name) {
        return name.substring(0, name.lastIndexOf('.') + 1);
    }

    private static Chart chart(String set, List<String> names, List<StepPoint> steps, Judged judged) {
        double[] ends = {0, Math.max(1, steps.size() - 1)};
        List<Series> series = new ArrayList<>();
        // As wide as the charts below it, wherever the first student was judged.
        series.add(Series.line("", ends, new double[] {Double.NaN, Double.NaN}, Ink.GRID, false));
        boolean told = false;
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            series.add(points(name, set, steps, judged.points(), INKS.get(i)));
            if (judged.teacher().containsKey(name)) {
                double level = PERCENT * judged.teacher().getOrDefault(name, Double.NaN);
                series.add(Series.line(told ? "" : "teacher", ends, new double[] {level, level}, INKS.get(i), true));
                told = true;
            }
        }
        String title = set.isEmpty() ? "Judged on the pairs" : "Judged on " + set.substring(0, set.length() - 1);
        return new Chart(title, Curves.STEPS, "%", series, Curves.marks(steps));
    }

    /** Dots and the line through them. */
    private static Series points(String name, String set, List<StepPoint> steps, List<JudgedPoint> judged, Ink ink) {
        List<double[]> found = new ArrayList<>();
        int at = 0;
        for (JudgedPoint point : judged) {
            while (at < steps.size() && !point.isOf(steps.get(at))) {
                at++;
            }
            if (at < steps.size() && point.metrics().containsKey(name)) {
                found.add(new double[] {at, PERCENT * point.metrics().getOrDefault(name, Double.NaN)});
            }
        }
        double[] x = found.stream().mapToDouble(it -> it[0]).toArray();
        double[] y = found.stream().mapToDouble(it -> it[1]).toArray();
        return new Series(name.substring(set.length()), x, y, ink, false, Collections.nCopies(x.length, ""));
    }
}
