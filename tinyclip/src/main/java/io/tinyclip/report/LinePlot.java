package io.tinyclip.report;

import io.tinyclip.report.Chart.Scale;
import io.tinyclip.report.Chart.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines over a logarithmic axis: x doubles from tick to tick.
 *
 * @param title above the plot
 * @param xAxis the axis's name and unit
 * @param yAxis the axis's name and unit
 * @param rise how y grows
 * @param lines four at the most, each of another colour
 */
public record LinePlot(String title, String xAxis, String yAxis, Rise rise, List<Line> lines) {
    private static final List<Ink> INKS = List.of(Ink.FIRST, Ink.SECOND, Ink.THIRD, Ink.FOURTH);

    /** How y grows from tick to tick. */
    public enum Rise {
        /** By as much each time, from 0 on. */
        EVEN,
        /** Tenfold. */
        TENFOLD
    }

    /**
     * One line.
     *
     * @param x above 0
     * @param y NaN for a gap; where it grows tenfold, 0 too
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
            double[] y = rise == Rise.TENFOLD ? logarithms(line.y, 10) : line.y;
            series.add(Series.line(line.name, x, y, INKS.get(series.size()), false));
        }
        Scale height = rise == Rise.TENFOLD ? Scale.POWERS_OF_10 : Scale.PLAIN;
        return new Chart(title, xAxis, yAxis, series, List.of(), Scale.POWERS_OF_2, height);
    }

    private static double[] logarithms(double[] values, int base) {
        return Arrays.stream(values)
                .map(value -> value > 0 ? Math.log(value) / Math.log(base) : Double.NaN)
                .toArray();
    }
}
