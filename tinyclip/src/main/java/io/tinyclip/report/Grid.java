package io.tinyclip.report;

import io.tinyclip.report.Canvas.Anchor;
import io.tinyclip.report.Canvas.Point;
import io.tinyclip.report.Canvas.Stroke;
import java.util.ArrayList;
import java.util.List;

/** Queries in words beside the pictures that two models find for them, drawn as one picture. */
record Grid(List<GridRow> rows) {
    private static final int SIDE = 64;
    private static final int GAP = 8;
    private static final int WORDS = 220;
    private static final int TOP = 34;
    private static final int BETWEEN = 28;
    private static final int BOTTOM = 30;
    private static final int LINE = 17;
    private static final int BASELINE = 4;
    private static final int LONGEST_LINE = 27;
    private static final int MOST_LINES = 3;
    private static final Stroke RIGHT = new Stroke(Ink.THIRD, 3, false);

    int width() {
        return studentLeft() + most() * (SIDE + GAP) + GAP;
    }

    int height() {
        return TOP + rows.size() * (SIDE + GAP) + BOTTOM;
    }

    void draw(PixelCanvas canvas) {
        canvas.text(new Point(GAP, TOP - 14), "query", Anchor.START, Ink.FAINT);
        canvas.text(new Point(WORDS, TOP - 14), "teacher, nearest first", Anchor.START, Ink.FAINT);
        canvas.text(new Point(studentLeft(), TOP - 14), "student, nearest first", Anchor.START, Ink.FAINT);
        int y = TOP;
        for (GridRow row : rows) {
            words(canvas, lines(row.query()), y + SIDE / 2.0 + BASELINE);
            draw(canvas, row.teacher(), new Point(WORDS, y));
            draw(canvas, row.student(), new Point(studentLeft(), y));
            y += SIDE + GAP;
        }
        canvas.text(new Point(GAP, y + 14), "framed: the picture is what the words name", Anchor.START, Ink.FAINT);
    }

    private static void words(PixelCanvas canvas, List<String> lines, double middle) {
        double y = middle - (lines.size() - 1) * LINE / 2.0;
        for (String line : lines) {
            canvas.text(new Point(GAP, y), line, Anchor.START, Ink.TEXT);
            y += LINE;
        }
    }

    private static void draw(PixelCanvas canvas, List<GridRow.Found> found, Point left) {
        for (int i = 0; i < found.size(); i++) {
            Point at = new Point(left.x() + (double) i * (SIDE + GAP), left.y());
            canvas.picture(at, SIDE, found.get(i).image());
            if (found.get(i).right()) {
                canvas.frame(at, SIDE, RIGHT);
            }
        }
    }

    private int studentLeft() {
        return WORDS + most() * (SIDE + GAP) + BETWEEN;
    }

    private int most() {
        return rows.stream()
                .mapToInt(row -> Math.max(row.teacher().size(), row.student().size()))
                .max()
                .orElse(0);
    }

    /** Broken at spaces; what three lines cannot hold ends in an ellipsis. */
    private static List<String> lines(String query) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : query.split(" ")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > LONGEST_LINE) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        if (lines.size() > MOST_LINES) {
            lines = lines.subList(0, MOST_LINES);
            lines.set(MOST_LINES - 1, lines.get(MOST_LINES - 1) + "…");
        }
        return lines;
    }
}
