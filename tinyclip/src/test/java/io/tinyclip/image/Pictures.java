package io.tinyclip.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The pictures that scripts/reference/pictures.py wrote. */
final class Pictures {
    private Pictures() {}

    static byte[] bytes(String name) {
        try (InputStream resource = Pictures.class.getResourceAsStream(name)) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RgbImage decode(String name) {
        return ImageDecoder.decode(bytes(name), name);
    }

    static void assertSamePixels(RgbImage expected, RgbImage actual) {
        assertEquals(expected.width(), actual.width());
        assertEquals(expected.height(), actual.height());
        assertArrayEquals(expected.rgb(), actual.rgb());
    }
}
