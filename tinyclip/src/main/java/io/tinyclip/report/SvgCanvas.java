package io.tinyclip.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Draws inline SVG whose colours come from the page's style sheet. */
final class SvgCanvas implements Canvas {
    private final StringBuilder elements = new StringBuilder();
    private final int width;
    private final int height;

    SvgCanvas(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** @param title read out in place of the drawing */
    String element(String title) {
        return "<svg class=\"drawn\" role=\"img\" viewBox=\"0 0 " + width + " " + height + "\" width=\"" + width
                + "\" height=\"" + height + "\"><title>" + Html.escape(title) + "</title>" + elements + "</svg>";
    }

    /** The drawing as a file of its own, dark on white. */
    String file(String title) {
        StringBuilder style = new StringBuilder("svg{background:#fff;font:13px system-ui,sans-serif}");
        for (Ink ink : Ink.values()) {
            String colour = String.format(Locale.ROOT, "#%06x", ink.rgb());
            style.append('.')
                    .append(ink.style())
                    .append("{fill:")
                    .append(colour)
                    .append("}.s");
            style.append(ink.style()).append("{stroke:").append(colour).append('}');
        }
        return element(title)
                        .replaceFirst("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ")
                        .replaceFirst("</title>", "</title><style>" + style + "</style>")
                + "\n";
    }

    @Override
    public void line(List<Point> points, Stroke stroke) {
        String path =
                points.stream().map(p -> number(p.x()) + "," + number(p.y())).collect(Collectors.joining(" "));
        elements.append("<polyline class=\"s").append(stroke.ink().style()).append("\" fill=\"none\" points=\"");
        elements.append(path).append("\" ").append(strokeAttributes(stroke)).append("/>");
    }

    @Override
    public void dot(Point center, double radius, Ink ink) {
        elements.append("<circle class=\"")
                .append(ink.style())
                .append("\" cx=\"")
                .append(number(center.x()));
        elements.append("\" cy=\"")
                .append(number(center.y()))
                .append("\" r=\"")
                .append(number(radius))
                .append("\"/>");
    }

    @Override
    public void text(Point at, String words, Anchor anchor, Ink ink) {
        elements.append("<text class=\"").append(ink.style()).append("\" x=\"").append(number(at.x()));
        elements.append("\" y=\"").append(number(at.y())).append("\" text-anchor=\"");
        elements.append(anchor.name().toLowerCase(Locale.ROOT))
                .append("\">")
                .append(Html.escape(words))
                .append("</text>");
    }

    private static String strokeAttributes(Stroke stroke) {
        String dashes = stroke.dashed() ? " stroke-dasharray=\"6 4\"" : "";
        return "stroke-width=\"" + number(stroke.width()) + "\"" + dashes;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
