package io.tinyclip.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.fuzz.Mutations;
import io.tinyclip.random.Counter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damaged pictures are decoded or found bad, the same each time. {@code -Dtinyclip.fuzz.pictures=100000} is the long form, the
 * number in all; {@code -Dtinyclip.fuzz.seed=K} makes other pictures.
 */
final class PictureMutationTest {
    private static final int FORMATS = 6;
    private static final int PICTURES = Integer.getInteger("tinyclip.fuzz.pictures", 1800) / FORMATS;
    private static final long SEED = Long.getLong("tinyclip.fuzz.seed", 1);
    private static final int ENOUGH_FOR_BOTH = 200;

    @ParameterizedTest
    @Timeout(600)
    @CsvSource({
        "jpeg, kind_colour.jpg kind_grey.jpg parity/jpeg-420-progressive.jpg",
        "png, kind_palette.png kind_rgba.png kind_bits.png kind_grey2.png",
        "webp, formats/lossy.webp formats/lossless-alpha.webp formats/moving-offset.webp",
        "gif, formats/palette.gif formats/offset.gif formats/moving.gif",
        "bmp, formats/colour.bmp formats/palette.bmp formats/565.bmp formats/black.bmp",
        "tiff, formats/lzw.tif formats/group4.tif formats/ink.tif formats/colour16.tif formats/palette.tif"
    })
    void decodesOrRefusesDamageTheSameWayEachTime(String format, String names) {
        List<byte[]> seeds = Stream.of(names.split(" ")).map(Pictures::bytes).toList();
        int bad = 0;
        for (int i = 0; i < PICTURES; i++) {
            byte[] picture = Mutations.of(seeds, Counter.key(SEED, format.hashCode(), i));
            String where = format + " " + i + " of seed " + SEED;
            String first = outcome(picture, where);
            assertEquals(first, outcome(picture, where), where);
            bad += first.startsWith("picture") ? 1 : 0;
        }
        assertTrue(PICTURES < ENOUGH_FOR_BOTH || (bad > 0 && bad < PICTURES), bad + " of " + PICTURES + " are bad");
    }

    private static String outcome(byte[] bytes, String where) {
        try {
            RgbImage image = ImageDecoder.decode(bytes, where);
            assertEquals(image.width() * image.height() * 3, image.rgb().length, where);
            return image.width() + " x " + image.height() + " " + Arrays.hashCode(image.rgb());
        } catch (BadPictureException e) {
            assertEquals(1, e.getMessage().lines().count(), where);
            return e.getMessage();
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            throw new AssertionError(where + " ended in " + e, e);
        }
    }
}
