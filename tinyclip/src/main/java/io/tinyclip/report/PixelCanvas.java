package io.tinyclip.report;

import io.tinyclip.image.RgbImage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws pixels on white, at twice the size so that they are sharp on dense screens. */
final class PixelCanvas implements Canvas {
    private static final int SCALE = 2;
    private static final int FONT_SIZE = 13;
    private static final float[] DASHES = {6, 4};

    private final BufferedImage image;
    private final Graphics2D graphics;

    PixelCanvas(int width, int height) {
        image = new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.scale(SCALE, SCALE);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE));
    }

    /** What was drawn; nothing can be added. */
    BufferedImage image() {
        graphics.dispose();
        return image;
    }

    @Override
    public void line(List<Point> points, Stroke stroke) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < points.size(); i++) {
            if (i == 0) {
                path.moveTo(points.get(i).x(), points.get(i).y());
            } else {
                path.lineTo(points.get(i).x(), points.get(i).y());
            }
        }
        use(stroke);
        graphics.draw(path);
    }

    @Override
    public void dot(Point center, double radius, Ink ink) {
        graphics.setColor(new Color(ink.rgb()));
        graphics.fill(new Ellipse2D.Double(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius));
    }

    @Override
    public void text(Point at, String words, Anchor anchor, Ink ink) {
        graphics.setColor(new Color(ink.rgb()));
        int width = graphics.getFontMetrics().stringWidth(words);
        double left =
                switch (anchor) {
                    case START -> 0;
                    case MIDDLE -> width / 2.0;
                    case END -> width;
                };
        graphics.drawString(words, (float) (at.x() - left), (float) at.y());
    }

    /** Scaled without smoothing, so that small pictures stay crisp. */
    void picture(Point upperLeft, double side, RgbImage picture) {
        int x = (int) Math.rint(upperLeft.x());
        int y = (int) Math.rint(upperLeft.y());
        graphics.drawImage(Png.image(picture), x, y, (int) side, (int) side, null);
    }

    void frame(Point upperLeft, double side, Stroke stroke) {
        use(stroke);
        graphics.drawRect((int) upperLeft.x(), (int) upperLeft.y(), (int) side, (int) side);
    }

    private void use(Stroke stroke) {
        graphics.setColor(new Color(stroke.ink().rgb()));
        float width = (float) stroke.width();
        graphics.setStroke(
                stroke.dashed()
                        ? new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, DASHES, 0)
                        : new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }
}
