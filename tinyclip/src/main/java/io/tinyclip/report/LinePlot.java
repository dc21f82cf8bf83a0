package io.tinyclip.report;

import io.tinyclip.report.Chart.Scale;
import io.tinyclip.report.Chart.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Points and the lines through them over a logarithmic axis: x doubles from tick to tick. Upright bars say how far a point's
 * values spread.
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
     * @param low of each point's bar, as {@code y}; empty for a line without bars
     * @param high of each point's bar
     */
    public record Line(String name, double[] x, double[] y, double[] low, double[] high) {
        /** Of points that do not spread. */
        public static Line of(String name, double[] x, double[] y) {
            return new Line(name, x, y, new double[0], new double[0]);
        }

        /** @throws IllegalArgumentException if there are not as many of each */
        public Line {
            if (x.length != y.length || low.length != high.length || (low.length != 0 && low.length != x.length)) {
                throw new IllegalArgumentException("[" + x.length + "] x, [" + y.length + "] y, bars from ["
                        + low.length + "] to [" + high.length + "]");
            }
        }
    }

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
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            double[] x = logarithms(line.x, 2);
            bars(line, x, INKS.get(i)).forEach(series::add);
            List<String> dots = Collections.nCopies(x.length, "");
            series.add(new Series(line.name, x, height(line.y), INKS.get(i), false, dots));
        }
        Scale height = rise == Rise.TENFOLD ? Scale.POWERS_OF_10 : Scale.PLAIN;
        return new Chart(title, xAxis, yAxis, series, List.of(), Scale.POWERS_OF_2, height);
    }

    private Stream<Series> bars(Line line, double[] x, Ink ink) {
        double[] low = height(line.low);
        double[] high = height(line.high);
        return IntStream.range(0, low.length)
                .mapToObj(i -> Series.line("", new double[] {x[i], x[i]}, new double[] {low[i], high[i]}, ink, false));
    }

    private double[] height(double[] values) {
        return rise == Rise.TENFOLD ? logarithms(values, 10) : values;
    }

    private static double[] logarithms(double[] values, int base) {
        return Arrays.stream(values)
                .map(value -> value > 0 ? Math.log(value) / Math.log(base) : Double.NaN)
                .toArray();
    }
}
