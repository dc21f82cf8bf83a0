package io.tinyclip.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the pixels that scripts/reference/formats.py had from Pillow. */
final class PictureFormatsTest {
    /** Of a channel: Pillow's libtiff decodes the JPEG inside, and a JDK's reader does here. */
    private static final int JPEG_TOLERANCE = 3;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lossy.webp",
                "lossless.webp",
                "lossy-alpha.webp",
                "lossless-alpha.webp",
                "moving.webp",
                "moving-offset.webp",
                "palette.gif",
                "grey.gif",
                "moving.gif",
                "offset.gif",
                "offset-transparent.gif",
                "colour.bmp",
                "palette.bmp",
                "grey.bmp",
                "black.bmp",
                "alpha.bmp",
                "555.bmp",
                "565.bmp",
                "top-down.bmp",
                "32.bmp",
                "colour.tif",
                "lzw.tif",
                "deflate-alpha.tif",
                "packbits-grey.tif",
                "group4.tif",
                "palette.tif",
                "ink.tif",
                "grey16.tif",
                "colour16.tif",
                "colour16-big.tif",
                "white-is-zero.tif",
                "grey4.tif",
                "orientation2.tif",
                "orientation3.tif",
                "orientation4.tif",
                "orientation5.tif",
                "orientation6.tif",
                "orientation7.tif",
                "orientation8.tif"
            })
    void readsThePixelsOfPillow(String name) {
        Pictures.assertSamePixels(Pictures.decode("formats/" + name + ".png"), Pictures.decode("formats/" + name));
    }

    @Test
    void readsJpegInsideTiff() {
        RgbImage expected = Pictures.decode("formats/jpeg.tif.png");
        RgbImage actual = Pictures.decode("formats/jpeg.tif");
        assertEquals(expected.width(), actual.width());
        for (int i = 0; i < expected.rgb().length; i++) {
            int difference = Math.abs((expected.rgb()[i] & 0xff) - (actual.rgb()[i] & 0xff));
            assertTrue(difference <= JPEG_TOLERANCE, "byte " + i + " differs by " + difference);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossy.webp", "lossless.webp", "moving.webp", "palette.gif", "colour.bmp", "lzw.tif"})
    void refusesATornPicture(String name) {
        byte[] whole = Pictures.bytes("formats/" + name);
        for (int length = 0; length < whole.length * 3 / 4; length += 7) {
            refusal(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void refusesHugeSizesBeforeThereIsMemoryForThem() {
        ByteBuffer gif = of("palette.gif");
        gif.putShort(6, (short) 60_000).putShort(8, (short) 60_000);
        assertTrue(refusal(gif.array()).contains("60000 x 60000"));
        ByteBuffer bmp = of("colour.bmp");
        bmp.putInt(18, 60_000).putInt(22, 60_000);
        assertTrue(refusal(bmp.array()).contains("60000 x 60000"));
        ByteBuffer moving = of("moving-offset.webp");
        moving.put(24, (byte) 0xff).put(25, (byte) 0xff).put(27, (byte) 0xff).put(28, (byte) 0xff);
        assertTrue(refusal(moving.array()).contains("65536 x 65536"));
        ByteBuffer tiff = of("colour16.tif");
        tiff.putShort(18, (short) 60_000).putShort(30, (short) 60_000);
        assertTrue(refusal(tiff.array()).contains("60000 x 60000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossy.webp", "moving.webp", "palette.gif", "colour.bmp", "lzw.tif"})
    void judgesByTheRunsLimit(String name) {
        byte[] picture = Pictures.bytes("formats/" + name);
        RgbImage whole = ImageDecoder.decode(picture, "x");
        int pixels = whole.width() * whole.height();
        Preprocessing clip = Preprocessing.clip(8);
        assertEquals(8, clip.training(picture, "x", 1, false, pixels).width());
        BadPictureException verdict =
                assertThrows(BadPictureException.class, () -> clip.training(picture, "x", 1, false, pixels - 1));
        assertEquals(
                "has " + whole.width() + " x " + whole.height() + " pixels, at most " + (pixels - 1)
                        + " and 65535 a side are read",
                verdict.reason());
    }

    @Test
    void refusesTheJpegInsideABmp() {
        ByteBuffer bmp = of("colour.bmp");
        bmp.putInt(30, 4);
        assertTrue(refusal(bmp.array()).contains("a BMP of compression 4"));
    }

    @Test
    void takesReadersOfTheJdkAlone() {
        for (String format : new String[] {"jpeg", "png", "gif", "bmp", "tiff"}) {
            Iterator<?> any = ImageIO.getImageReadersByFormatName(format);
            assertTrue(any.hasNext(), format);
            assertEquals(
                    "java.desktop", JdkReaders.of(format).getClass().getModule().getName());
        }
    }

    @Test
    void namesTheFormatsOfWhatItCannotRead() {
        String message = refusal("%PDF-1.4 and more".getBytes(StandardCharsets.US_ASCII));
        assertTrue(message.contains("unknown format") && message.contains("WebP, GIF, BMP and TIFF"), message);
    }

    private static ByteBuffer of(String name) {
        return ByteBuffer.wrap(Pictures.bytes("formats/" + name)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String refusal(byte[] bytes) {
        InvalidInputException refusal =
                assertThrows(BadPictureException.class, () -> ImageDecoder.decode(bytes, "x.tar:1"));
        return refusal.getMessage();
    }
}
