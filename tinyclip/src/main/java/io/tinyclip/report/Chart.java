package io.tinyclip.report;

import io.tinyclip.report.Canvas.Anchor;
import io.tinyclip.report.Canvas.Point;
import io.tinyclip.report.Canvas.Stroke;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Lines or labelled dots over two axes.
 *
 * @param title above the chart
 * @param xAxis the axis's name and unit
 * @param yAxis the axis's name and unit
 * @param series what is drawn, in the order of the legend
 * @param marks words where something is, such as the start of a stage
 * @param xScale what is written beside a value of x
 * @param yScale what is written beside a value of y
 */
record Chart(
        String title, String xAxis, String yAxis, List<Series> series, List<Mark> marks, Scale xScale, Scale yScale) {
    static final int WIDTH = 640;
    static final int HEIGHT = 300;

    private static final int LEFT = 64;
    private static final int RIGHT = 16;
    private static final int TOP = 52;
    private static final int BOTTOM = 46;
    private static final int TICKS = 5;
    private static final double HEADROOM = 0.1;
    private static final int BELOW_DOT = 20;
    private static final int ABOVE_DOT = 10;
    private static final int LINE = 14;
    private static final double LETTER = 7.5;
    private static final Stroke AXIS = new Stroke(Ink.FAINT, 1, false);
    private static final Stroke GRID = new Stroke(Ink.GRID, 1, false);
    private static final Stroke MARK = new Stroke(Ink.GRID, 1, true);

    /** What the values of an axis mean. */
    enum Scale {
        PLAIN(0),
        /** Values are logarithms to the base 2 of what is written. */
        POWERS_OF_2(2),
        /** Values are logarithms to the base 10 of what is written. */
        POWERS_OF_10(10);

        private final int base;

        Scale(int base) {
            this.base = base;
        }

        private double leastStep() {
            return this == PLAIN ? 0 : 1;
        }

        private double written(double value) {
            return this == PLAIN ? value : Math.pow(base, value);
        }
    }

    /** Over plain axes. */
    Chart(String title, String xAxis, String yAxis, List<Series> series, List<Mark> marks) {
        this(title, xAxis, yAxis, series, marks, Scale.PLAIN, Scale.PLAIN);
    }

    /**
     * One line or set of dots.
     *
     * @param y NaN leaves a gap
     * @param labels beside the dots; empty for a line
     */
    record Series(String name, double[] x, double[] y, Ink ink, boolean dashed, List<String> labels) {
        static Series line(String name, double[] x, double[] y, Ink ink, boolean dashed) {
            return new Series(name, x, y, ink, dashed, List.of());
        }
    }

    /**
     * Words beside an upright line, or beside a dot.
     *
     * @param y of the dot; NaN for a line
     */
    record Mark(double x, double y, String words) {
        static Mark upright(double x, String words) {
            return new Mark(x, Double.NaN, words);
        }
    }

    /** Draws the chart with its upper left corner at ({@code 0}, {@code top}). */
    void draw(Canvas canvas, int top) {
        Frame frame = new Frame(
                range(series.stream().map(Series::x).toList(), labelled()),
                range(series.stream().map(Series::y).toList(), true),
                top);
        canvas.text(new Point(LEFT, top + 18), title, Anchor.START, Ink.TEXT);
        legend(canvas, top);
        yTicks(canvas, frame);
        xTicks(canvas, frame);
        marks(canvas, frame);
        series.forEach(one -> draw(canvas, frame, one));
    }

    /** Words of an upright line that would run into those before go one line lower. */
    private void marks(Canvas canvas, Frame frame) {
        double taken = 0;
        for (Mark mark : marks) {
            double x = frame.x(mark.x());
            if (Double.isNaN(mark.y())) {
                boolean free = x >= taken;
                canvas.line(List.of(new Point(x, frame.top()), new Point(x, frame.bottom())), MARK);
                canvas.text(
                        new Point(x + 4, frame.top() + (free ? 12 : 12 + LINE)), mark.words(), Anchor.START, Ink.FAINT);
                taken = free ? x + 4 + LETTER * mark.words().length() : taken;
            } else {
                canvas.dot(new Point(x, frame.y(mark.y())), 3, Ink.SECOND);
                canvas.text(new Point(x + 7, frame.y(mark.y()) + 12), mark.words(), Anchor.START, Ink.TEXT);
            }
        }
    }

    private record Frame(double[] xs, double[] ys, int offset) {
        double top() {
            return offset + (double) TOP;
        }

        double bottom() {
            return offset + (double) HEIGHT - BOTTOM;
        }

        double x(double value) {
            return LEFT + (value - xs[0]) / (xs[1] - xs[0]) * (WIDTH - LEFT - RIGHT);
        }

        double y(double value) {
            return bottom() - (value - ys[0]) / (ys[1] - ys[0]) * (bottom() - top());
        }
    }

    private void legend(Canvas canvas, int top) {
        double x = LEFT;
        for (Series one : series) {
            if (one.name().isEmpty()) {
                continue;
            }
            double y = top + 34.0;
            if (one.labels().isEmpty()) {
                canvas.line(List.of(new Point(x, y), new Point(x + 22, y)), new Stroke(one.ink(), 2, one.dashed()));
            } else {
                canvas.dot(new Point(x + 11, y), 4, one.ink());
            }
            canvas.text(new Point(x + 28, y + 4), one.name(), Anchor.START, Ink.TEXT);
            x += 56 + LETTER * one.name().length();
        }
    }

    private void yTicks(Canvas canvas, Frame frame) {
        for (double tick : ticks(frame.ys(), yScale)) {
            double y = frame.y(tick);
            canvas.line(List.of(new Point(LEFT, y), new Point(WIDTH - RIGHT, y)), GRID);
            canvas.text(new Point(LEFT - 8, y + 4), label(yScale.written(tick)), Anchor.END, Ink.FAINT);
        }
        canvas.text(new Point(WIDTH - RIGHT, frame.top() - 34), yAxis, Anchor.END, Ink.FAINT);
    }

    private void xTicks(Canvas canvas, Frame frame) {
        double bottom = frame.bottom();
        canvas.line(List.of(new Point(LEFT, bottom), new Point(WIDTH - RIGHT, bottom)), AXIS);
        for (double tick : ticks(frame.xs(), xScale)) {
            double x = frame.x(tick);
            canvas.line(List.of(new Point(x, bottom), new Point(x, bottom + 4)), AXIS);
            canvas.text(new Point(x, bottom + 18), label(xScale.written(tick)), Anchor.MIDDLE, Ink.FAINT);
        }
        canvas.text(new Point((LEFT + WIDTH - RIGHT) / 2.0, bottom + 38), xAxis, Anchor.MIDDLE, Ink.FAINT);
    }

    private static void draw(Canvas canvas, Frame frame, Series one) {
        List<Point> run = new ArrayList<>();
        for (int i = 0; i < one.x().length; i++) {
            if (Double.isNaN(one.y()[i])) {
                line(canvas, run, one);
                run = new ArrayList<>();
            } else {
                run.add(new Point(frame.x(one.x()[i]), frame.y(one.y()[i])));
            }
            if (!one.labels().isEmpty() && Double.isFinite(one.x()[i]) && Double.isFinite(one.y()[i])) {
                label(canvas, frame, one, i);
            }
        }
        line(canvas, run, one);
    }

    private static void line(Canvas canvas, List<Point> run, Series one) {
        if (run.size() > 1) {
            canvas.line(run, new Stroke(one.ink(), 1.5, one.dashed()));
        }
    }

    private static void label(Canvas canvas, Frame frame, Series one, int i) {
        Point at = new Point(frame.x(one.x()[i]), frame.y(one.y()[i]));
        canvas.dot(at, 4, one.ink());
        boolean roomBelow = at.y() + 2 * BELOW_DOT < frame.bottom();
        double y = at.y() + (roomBelow ? BELOW_DOT : -ABOVE_DOT);
        canvas.text(new Point(at.x(), y), one.labels().get(i), Anchor.MIDDLE, Ink.TEXT);
    }

    /** Whether words stand beside dots and need room to the right. */
    private boolean labelled() {
        return series.stream().flatMap(one -> one.labels().stream()).anyMatch(words -> !words.isEmpty());
    }

    /** Least and largest value, widened where they are equal; with room it starts at 0 and goes on beyond the largest. */
    private static double[] range(List<double[]> values, boolean room) {
        double[] all = values.stream()
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .toArray();
        double least = DoubleStream.of(all).min().orElse(0);
        double largest = DoubleStream.of(all).max().orElse(1);
        double from = room ? Math.min(0, least) : least;
        double to = largest > from ? largest : from + 1;
        return new double[] {from, room ? to + HEADROOM * (to - from) : to};
    }

    /** Round values inside the range: 1, 2 or 5 times a power of ten apart. */
    private static double[] ticks(double[] range, Scale scale) {
        double rough = Math.max(scale.leastStep(), (range[1] - range[0]) / TICKS);
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = DoubleStream.of(1, 2, 5, 10)
                .map(m -> m * power)
                .filter(s -> s >= rough)
                .findFirst()
                .orElse(rough);
        double first = Math.ceil(range[0] / step) * step;
        return DoubleStream.iterate(first, tick -> tick <= range[1] + step * 1e-9, tick -> tick + step)
                .toArray();
    }

    private static String label(double tick) {
        String text = String.format(Locale.ROOT, Math.abs(tick) < 10 ? "%.3f" : "%.1f", tick);
        String shortest = text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
        return shortest.equals("-0") ? "0" : shortest;
    }
}
