package io.tinyclip.report;

import io.tinyclip.image.RgbImage;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.List;

/** The picture grid as a part of a page, which breaks where a screen is narrow. */
final class GridHtml {
    /** Pixels, twice as many as a page shows of a side. */
    private static final int LARGEST_SIDE = 128;

    private GridHtml() {}

    static String of(List<GridRow> rows) {
        StringBuilder html = new StringBuilder("<div class=\"grid\"><div class=\"head\">query</div>");
        html.append("<div class=\"head\">teacher</div><div class=\"head\">student</div>");
        for (GridRow row : rows) {
            html.append("<div class=\"query\">")
                    .append(Html.escape(row.query()))
                    .append("</div>");
            found(html, "teacher", row.teacher());
            found(html, "student", row.student());
        }
        html.append(
                "</div><p class=\"hint\">The five nearest pictures, the nearest first; framed: the picture is what the words name.");
        return html.append(
                        " Queries that teacher or student answer with it were taken first: tables say how many do.</p>")
                .toString();
    }

    private static void found(StringBuilder html, String model, List<GridRow.Found> found) {
        html.append("<div class=\"found\"><b>").append(model).append("</b>");
        for (GridRow.Found one : found) {
            html.append("<img alt=\"")
                    .append(one.right() ? "what the words name" : "another")
                    .append('"');
            html.append(one.right() ? " class=\"right\"" : "");
            html.append(" src=\"").append(dataUri(one.image())).append("\"/>");
        }
        html.append("</div>");
    }

    private static String dataUri(RgbImage picture) {
        byte[] png = Png.bytes(reduced(Png.image(picture)));
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }

    /** A page with eighty large photographs is large for nothing. */
    private static BufferedImage reduced(BufferedImage image) {
        double scale = LARGEST_SIDE / (double) Math.max(image.getWidth(), image.getHeight());
        if (scale >= 1) {
            return image;
        }
        int width = (int) Math.max(1, Math.rint(scale * image.getWidth()));
        int height = (int) Math.max(1, Math.rint(scale * image.getHeight()));
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return small;
    }
}
