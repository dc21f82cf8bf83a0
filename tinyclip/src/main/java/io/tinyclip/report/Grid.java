package io.tinyclip.report;

import io.tinyclip.report.Canvas.Anchor;
import io.tinyclip.report.Canvas.Point;
import io.tinyclip.report.Canvas.Stroke;
import java.util.List;

/** Queries in words beside the pictures that two models find for them. */
record Grid(List<GridRow> rows) {
    private static final int SIDE = 64;
    private static final int GAP = 8;
    private static final int WORDS = 220;
    private static final int TOP = 34;
    private static final int BETWEEN = 28;
    private static final int BOTTOM = 30;
    private static final int LONGEST_QUERY = 28;
    private static final Stroke RIGHT = new Stroke(Ink.THIRD, 3, false);

    int width() {
        return studentLeft() + most() * (SIDE + GAP) + GAP;
    }

    int height() {
        return TOP + rows.size() * (SIDE + GAP) + BOTTOM;
    }

    void draw(Canvas canvas) {
        canvas.text(new Point(GAP, TOP - 14), "query", Anchor.START, Ink.FAINT);
        canvas.text(new Point(WORDS, TOP - 14), "teacher, nearest first", Anchor.START, Ink.FAINT);
        canvas.text(new Point(studentLeft(), TOP - 14), "student, nearest first", Anchor.START, Ink.FAINT);
        int y = TOP;
        for (GridRow row : rows) {
            canvas.text(new Point(GAP, y + SIDE / 2.0 + 4), shortened(row.query()), Anchor.START, Ink.TEXT);
            draw(canvas, row.teacher(), new Point(WORDS, y));
            draw(canvas, row.student(), new Point(studentLeft(), y));
            y += SIDE + GAP;
        }
        canvas.text(new Point(GAP, y + 14), "framed: the picture is what the words name", Anchor.START, Ink.FAINT);
    }

    private static void draw(Canvas canvas, List<GridRow.Found> found, Point left) {
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

    private static String shortened(String query) {
        return query.length() <= LONGEST_QUERY
                ? query
                : query.substring(0, LONGEST_QUERY - 1).strip() + "…";
    }
}
