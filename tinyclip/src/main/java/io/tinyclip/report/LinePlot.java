package io.tinyclip.report;

import io.tinyclip.report.Chart.Scale;
import io.tinyclip.report.Chart.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines over two logarithmic axes: x doubles from tick to tick, y grows tenfold.
 *
 * @param title above the plot
 * @param xAxis the axis's name and unit
 * @param yAxis the axis's name and unit
 * @param lines four at the most, each of another colour
 */
public record LinePlot(String title, String xAxis, String yAxis, List<Line> lines) {
    private static final List<Ink> INKS = List.of(Ink.FIRST, Ink.SECOND, Ink.THIRD, Ink.FOURTH);

    /**
     * One line.
     *
     * @param x above 0
     * @param y above 0, or 0 for a gap
     */
    public record Line(String name, double[] x, double[] y) {}

    /** @throws IllegalArgumentException if there are more lines than colours */
    public LinePlot {
        lines = List.copyOf(lines);
        if (lines.size() > INKS.size()) {
            throw new IllegalArgumentException("[" + lines.size() + "] lines, and [" + INKS.size() + "] colours");
        }
    }

    /** The plots one below the other as the text of an SVG file. */
    public static String svg(String title, List<LinePlot> plots) {
        SvgCanvas canvas = new SvgCanvas(Chart.WIDTH, Chart.HEIGHT * plots.size());
        for (int i = 0; i < plots.size(); i++) {
            plots.get(i).chart().draw(canvas, i * Chart.HEIGHT);
        }
        return canvas.file(title);
    }

    private Chart chart() {
        List<Series> series = new ArrayList<>();
        for (Line line : lines) {
            double[] x = logarithms(line.x, 2);
            series.add(Series.line(line.name, x, logarithms(line.y, 10), INKS.get(series.size()), false));
        }
        return new Chart(title, xAxis, yAxis, series, List.of(), Scale.POWERS_OF_2, Scale.POWERS_OF_10);
    }

    private static double[] logarithms(double[] values, int base) {
        return Arrays.stream(values)
                .map(value -> value > 0 ? Math.log(value) / Math.log(base) : Double.NaN)
                .toArray();
    }
}
