package io.tinyclip.data.icons;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;

/** Draws an icon's SVG as a map of coverage: how much of each pixel the shape covers. */
final class IconDrawing {
    /** Pixels along a side of a map; a model's pictures are made from it by averaging. */
    static final int SIZE = 64;

    /** To be raised whenever the same SVG would give other bytes, so that caches are drawn again. */
    static final int VERSION = 2;

    private static final int ALPHA_SHIFT = 24;

    private final SVGLoader loader = new SVGLoader();

    /** @return (SIZE, SIZE) row-major, each byte read as 0..255 */
    byte[] draw(Icon icon) {
        SVGDocument document = load(icon);
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        // Without it outlines snap to whole pixels and get uneven widths.
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        document.render(null, graphics, new ViewBox(0, 0, SIZE, SIZE));
        graphics.dispose();
        int[] argb = image.getRGB(0, 0, SIZE, SIZE, null, 0, SIZE);
        byte[] coverage = new byte[SIZE * SIZE];
        for (int i = 0; i < coverage.length; i++) {
            coverage[i] = (byte) (argb[i] >>> ALPHA_SHIFT);
        }
        return coverage;
    }

    private SVGDocument load(Icon icon) {
        try (InputStream stream = IconFamily.open(icon.resource())) {
            SVGDocument document =
                    loader.load(stream, URI.create("icon:" + icon.path()), LoaderContext.createDefault());
            if (document == null) {
                throw new IllegalStateException(icon.resource() + " is not an SVG");
            }
            return document;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
