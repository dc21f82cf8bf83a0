package io.tinyclip.image;

import io.tinyclip.model.InvalidInputException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The JDK's own readers of pictures, whatever others lie on the classpath: what decodes is part of the numeric class. */
final class JdkReaders {
    private JdkReaders() {}

    /**
     * @param format {@code jpeg, png, gif, bmp} or {@code tiff}
     * @throws InvalidInputException if there is none, which says nothing of a picture
     */
    static ImageReader of(String format) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getModule().equals(ImageIO.class.getModule())) {
                return reader;
            }
        }
        throw new InvalidInputException("this JDK has no reader of " + format + "; run it by a whole JDK 17");
    }
}
