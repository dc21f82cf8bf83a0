package io.tinyclip.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageDecoderTest {
    /** Of a PNG: 8 of signature, 4 of length and 4 of name come before the width. */
    private static final int HEADER_NAME = 12;

    private static final int WIDTH = 16;
    private static final int HEADER_SUM = 29;

    @ParameterizedTest
    @ValueSource(strings = {"rgba", "grey", "greyalpha", "palette", "bits", "grey1", "grey2", "grey4"})
    void readsEveryKindOfPngWithoutItsTransparency(String kind) {
        Pictures.assertSamePixels(
                Pictures.decode("kind_" + kind + "_rgb.png"), Pictures.decode("kind_" + kind + ".png"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"grey", "colour"})
    void readsJpegBitForBit(String kind) {
        Pictures.assertSamePixels(
                Pictures.decode("kind_" + kind + "_jpg_rgb.png"), Pictures.decode("kind_" + kind + ".jpg"));
    }

    @Test
    void refusesWhatIsNoPicture() {
        assertTrue(refusal(new byte[0]).contains("picture x.tar:1.jpg has 0 bytes;"));
        assertTrue(refusal("GIF89a".getBytes(StandardCharsets.US_ASCII)).contains("cannot be decoded"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "noise.png",
                "kind_rgba.png",
                "kind_palette.png",
                "kind_colour.jpg",
                "parity/jpeg-420-progressive.jpg"
            })
    void refusesATruncatedPicture(String name) {
        byte[] whole = Pictures.bytes(name);
        assertTrue(refusal(Arrays.copyOf(whole, whole.length / 2)).contains("cannot be decoded"));
    }

    @Test
    void refusesAJpegWithoutItsEnd() {
        byte[] whole = Pictures.bytes("kind_colour.jpg");
        assertTrue(refusal(Arrays.copyOf(whole, whole.length - 2)).contains("cut short"));
    }

    @Test
    void refusesABombBeforeDecodingIt() {
        assertTrue(refusal(resized(60_000, 60_000)).contains("60000 x 60000"));
        assertTrue(refusal(resized(70_000, 1)).contains("65535 a side"));
    }

    @Test
    void judgesByTheRunsLimitFromTheHeaderAlone() {
        byte[] bomb = resized(40_000, 2_000);
        BadPictureException verdict = assertThrows(
                BadPictureException.class, () -> Preprocessing.clip(8).training(bomb, "x", 1, false, 79_999_999));
        assertEquals("has 40000 x 2000 pixels, at most 79999999 and 65535 a side are read", verdict.reason());
        assertEquals("picture x " + verdict.reason() + "; replace it or leave it out", verdict.getMessage());
        // Within the limit it is decoded, and found to be of another size.
        assertTrue(assertThrows(BadPictureException.class, () -> Preprocessing.clip(8)
                        .training(resized(9, 9), "x", 1, false, 81))
                .reason()
                .startsWith("cannot be decoded"));
    }

    private static String refusal(byte[] bytes) {
        return assertThrows(BadPictureException.class, () -> ImageDecoder.decode(bytes, "x.tar:1.jpg"))
                .getMessage();
    }

    /** A PNG whose header claims another size. */
    private static byte[] resized(int width, int height) {
        ByteBuffer png = ByteBuffer.wrap(Pictures.bytes("noise.png"));
        png.putInt(WIDTH, width).putInt(WIDTH + Integer.BYTES, height);
        CRC32 sum = new CRC32();
        sum.update(png.array(), HEADER_NAME, HEADER_SUM - HEADER_NAME);
        png.putInt(HEADER_SUM, (int) sum.getValue());
        return png.array();
    }
}
