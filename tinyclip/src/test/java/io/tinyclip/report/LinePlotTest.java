package io.tinyclip.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.report.LinePlot.Line;
import io.tinyclip.report.LinePlot.Rise;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class LinePlotTest {
    private static final double[] X = {1, 2, 4};
    private static final double[] Y = {10, 20, 30};

    /** A figure a point, and a bar of the seeds' least and largest through it. */
    @Test
    void eachPointIsADotAndItsSpreadABarThroughIt() {
        Line line = new Line("seeds", X, Y, new double[] {8, 20, 15}, new double[] {12, 20, 45});
        String drawn = svg(line, Rise.EVEN);
        List<String> dots = all(drawn, "<circle class=\"a\" cx=\"([\\d.]+)\" cy=\"[\\d.]+\" r=\"4.0\"");
        List<String> bars = all(drawn, "<polyline class=\"sa\" fill=\"none\" points=\"([\\d.]+),[\\d.]+ \\1,[\\d.]+\"");
        assertEquals(3, bars.size());
        assertTrue(dots.containsAll(bars), dots + " and " + bars);
    }

    @Test
    void theAxisHasRoomForTheBars() {
        Line line = new Line("seeds", X, Y, new double[] {10, 20, 30}, new double[] {10, 20, 90});
        // The first is the legend's.
        all(svg(line, Rise.EVEN), " cy=\"([\\d.]+)\"").stream()
                .skip(1)
                .forEach(y -> assertTrue(Double.parseDouble(y) > 100, y));
    }

    @Test
    void pointsThatDoNotSpreadHaveNoBars() {
        String drawn = svg(Line.of("one seed", X, Y), Rise.TENFOLD);
        assertEquals(
                0,
                all(drawn, "points=\"([\\d.]+),[\\d.]+ \\1,[\\d.]+\" stroke-width=\"1.5\"")
                        .size());
        assertTrue(!drawn.contains("NaN"), drawn);
    }

    @Test
    void aGapHasNoDot() {
        String drawn = svg(Line.of("gap", X, new double[] {10, Double.NaN, 30}), Rise.EVEN);
        // The third is the legend's.
        assertEquals(3, all(drawn, "<circle class=\"a\" cx=\"([\\d.]+)\"").size());
    }

    @Test
    void barsWithoutTheirPointsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Line("x", X, Y, new double[2], new double[2]));
        assertThrows(IllegalArgumentException.class, () -> new Line("x", X, Y, new double[3], new double[0]));
    }

    private static String svg(Line line, Rise rise) {
        return LinePlot.svg("plots", List.of(new LinePlot("plot", "x", "y", rise, List.of(line))));
    }

    private static List<String> all(String drawn, String pattern) {
        return Pattern.compile(pattern)
                .matcher(drawn)
                .results()
                .map((MatchResult it) -> it.group(1))
                .toList();
    }
}
