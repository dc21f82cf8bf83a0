package io.tinyclip.cluster.serve;

import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/** Small square pictures for the page, as JPEG, of which the last ones are kept. */
final class Thumbnails {
    private static final int SIDE = 256;
    private static final int KEPT = 1024;
    private static final Preprocessing SQUARE = Preprocessing.clip(SIDE);

    private final Map<Path, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, byte[]> eldest) {
            return size() > KEPT;
        }
    };

    /**
     * The middle of a picture.
     *
     * @throws Refused if the file is no picture any more
     */
    byte[] of(Path file) {
        synchronized (kept) {
            byte[] found = kept.get(file);
            if (found != null) {
                return found;
            }
        }
        byte[] made = jpeg(SQUARE.evaluation(read(file), "file"));
        synchronized (kept) {
            kept.put(file, made);
        }
        return made;
    }

    /** The whole file, as long as it is a picture. */
    byte[] whole(Path file) {
        byte[] bytes = read(file);
        if (ImageDecoder.format(bytes).isEmpty()) {
            throw Refused.because(Refused.NOT_FOUND, "the file is no picture any more");
        }
        return bytes;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw Refused.because(Refused.NOT_FOUND, "the picture cannot be read any more");
        }
    }

    private static byte[] jpeg(RgbImage image) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[image.width()];
        for (int y = 0; y < image.height(); y++) {
            image.read(0, y, image.width(), row, 0);
            for (int x = 0; x < row.length; x++) {
                picture.setRGB(x, y, row[x] >>> Byte.SIZE);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(picture, "jpeg", out)) {
                throw new IllegalStateException("this JDK writes no JPEG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a thumbnail", e);
        }
        return out.toByteArray();
    }

    /** What a request sees of a picture that became bad. */
    static Refused refusal(BadPictureException e) {
        return Refused.because(Refused.NOT_FOUND, "the file is no picture any more: " + e.reason());
    }
}
