package io.tinyclip.report;

import java.util.List;

/** Something to draw on, in pixels from the upper left corner. */
interface Canvas {
    /** Where a text's given point lies. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** @param dashed drawn broken, so that it can be told apart without colour */
    record Stroke(Ink ink, double width, boolean dashed) {}

    record Point(double x, double y) {}

    void line(List<Point> points, Stroke stroke);

    void dot(Point center, double radius, Ink ink);

    /** @param at the anchor on the text's base line */
    void text(Point at, String words, Anchor anchor, Ink ink);
}
