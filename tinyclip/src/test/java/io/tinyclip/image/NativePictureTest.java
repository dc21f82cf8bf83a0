package io.tinyclip.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may come from strangers goes through a library in C: it must be refused, never crash, and leave nothing behind. */
final class NativePictureTest {
    private static final List<String> KINDS = List.of(
            "kind_colour.jpg",
            "kind_grey.jpg",
            "parity/jpeg-444-progressive.jpg",
            "parity/jpeg-420-progressive.jpg",
            "parity/jpeg-grey-progressive.jpg",
            "parity/jpeg-cmyk.jpg",
            "parity/jpeg-ycck.jpg",
            "parity/jpeg-restarts.jpg",
            "parity/jpeg-rgb.jpg");

    /** With an end of its own, for without one it is refused before it gets to the library. */
    @Test
    void survivesPicturesCutAnywhere() {
        for (String kind : KINDS) {
            byte[] whole = Pictures.bytes(kind);
            for (int length = 0; length < whole.length; length += 37) {
                byte[] cut = Arrays.copyOf(whole, length + 2);
                cut[length] = (byte) 0xff;
                cut[length + 1] = (byte) 0xd9;
                decodesOrRefuses(cut);
            }
        }
    }

    @Test
    void survivesBytesThatAreZeroOrAllOnes() {
        for (String kind : KINDS) {
            byte[] whole = Pictures.bytes(kind);
            for (int at = 3; at < whole.length; at += 29) {
                for (byte value : new byte[] {0, -1}) {
                    byte[] damaged = whole.clone();
                    damaged[at] = value;
                    decodesOrRefuses(damaged);
                }
            }
        }
    }

    @Test
    void refusesABombBeforeItGetsToTheLibrary() {
        assertTrue(refusal(withSize(65_000, 65_000)).contains("65000 x 65000"));
        assertTrue(refusal(withSize(0, 10)).contains("0 x 10 pixels"));
    }

    @Test
    void refusesSamplesOfTwelveBits() {
        byte[] jpeg = Pictures.bytes("kind_colour.jpg");
        jpeg[frame(jpeg)] = 12;
        assertTrue(refusal(jpeg).contains("12 bits a sample"));
    }

    @Test
    void refusesASecondSize() throws IOException {
        byte[] jpeg = Pictures.bytes("kind_colour.jpg");
        int frame = frame(jpeg);
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.write(jpeg, 0, frame - 4);
        twice.write(jpeg, frame - 4, 19);
        twice.write(jpeg, frame - 4, jpeg.length - frame + 4);
        assertTrue(refusal(twice.toByteArray()).contains("two frame headers"));
    }

    /** Whole and broken off alike: Leptonica goes back by a long jump from the middle of its work. */
    @Test
    void leavesNoMemoryBehind() {
        byte[] whole = photo();
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, damaged.length / 2, damaged.length / 2 + 600, (byte) 0xc4);
        decodeOften(whole, damaged, 50);
        long before = residentKibibytes();
        decodeOften(whole, damaged, 400);
        long grown = residentKibibytes() - before;
        // Held back, they would be 400 times 3 MB.
        assertTrue(grown < 300_000, "grown by " + grown + " KiB");
    }

    private static void decodeOften(byte[] whole, byte[] damaged, int times) {
        for (int i = 0; i < times; i++) {
            try (Picture picture = ImageDecoder.open(whole, "photo", ImageDecoder.Scale.WHOLE)) {
                assertEquals(1024, picture.width());
            }
            decodesOrRefuses(damaged);
        }
    }

    @Test
    void decodesTheSameOnSeveralThreadsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            RgbImage expected = Pictures.decode("parity/jpeg-420-progressive.jpg");
            Callable<RgbImage> decode = () -> Pictures.decode("parity/jpeg-420-progressive.jpg");
            for (Future<RgbImage> decoded : threads.invokeAll(Collections.nCopies(200, decode), 60, TimeUnit.SECONDS)) {
                Pictures.assertSamePixels(expected, decoded.get());
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void readsNothingOnceItIsClosedNorBesideThePicture() {
        Picture picture = ImageDecoder.open(Pictures.bytes("kind_colour.jpg"), "x", ImageDecoder.Scale.WHOLE);
        int[] row = new int[picture.width() + 1];
        assertThrows(IndexOutOfBoundsException.class, () -> picture.read(0, 0, row.length, row, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> picture.read(0, picture.height(), 1, row, 0));
        picture.close();
        picture.close();
        assertThrows(IllegalStateException.class, () -> picture.read(0, 0, 1, row, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void decodesAtAPartOfTheSize(int scale) {
        byte[] photo = photo();
        try (Picture small = ImageDecoder.open(photo, "photo", (width, height) -> scale)) {
            assertEquals((1024 + scale - 1) / scale, small.width());
            RgbImage whole = ImageDecoder.decode(photo, "photo");
            RgbImage resized = Resampler.resize(
                    whole, Box.of(whole), small.width(), small.height(), Preprocessing.Interpolation.BILINEAR);
            assertTrue(difference(resized, RgbImage.of(small)) < 4);
        }
    }

    @Test
    void cropsAtReducedScaleOnlyWhereEnoughIsLeft() {
        assertEquals(1, Crops.scale(1024, 768, 3, 224));
        assertEquals(2, Crops.scale(1632, 1224, 3, 224));
        assertEquals(8, Crops.scale(8000, 6000, 3, 224));
        assertEquals(1, Crops.scale(90_000, 440, 3, 224));
    }

    @Test
    void showsTheSameCropAtReducedScale() {
        Preprocessing clip = Preprocessing.clip(64);
        byte[] photo = photo();
        RgbImage whole = clip.training(photo, "photo", 5, false);
        RgbImage reduced = clip.training(photo, "photo", 5, true);
        Pictures.assertSamePixels(whole, clip.training(ImageDecoder.decode(photo, "photo"), 5));
        double difference = difference(whole, reduced);
        assertTrue(difference > 0 && difference < 3, "difference " + difference);
    }

    /** Soft waves in the three colours, 1024 x 768. */
    private static byte[] photo() {
        BufferedImage image = new BufferedImage(1024, 768, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int red = (int) (128 + 100 * StrictMath.sin(x / 40.0));
                int green = (int) (128 + 100 * StrictMath.sin(y / 55.0));
                int blue = (int) (128 + 100 * StrictMath.cos((x + y) / 70.0));
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static double difference(RgbImage left, RgbImage right) {
        long sum = 0;
        for (int i = 0; i < left.rgb().length; i++) {
            sum += Math.abs((left.rgb()[i] & 0xff) - (right.rgb()[i] & 0xff));
        }
        return (double) sum / left.rgb().length;
    }

    private static void decodesOrRefuses(byte[] bytes) {
        try {
            RgbImage image = ImageDecoder.decode(bytes, "x");
            assertTrue(image.width() > 0);
        } catch (InvalidInputException refused) {
            assertTrue(refused.getMessage().startsWith("picture x "), refused.getMessage());
        }
    }

    private static String refusal(byte[] bytes) {
        return assertThrows(InvalidInputException.class, () -> ImageDecoder.decode(bytes, "x"))
                .getMessage();
    }

    private static byte[] withSize(int width, int height) {
        byte[] jpeg = Pictures.bytes("kind_colour.jpg");
        int frame = frame(jpeg);
        ByteBuffer.wrap(jpeg).putShort(frame + 1, (short) height).putShort(frame + 3, (short) width);
        return jpeg;
    }

    /** Where the frame header's bits of a sample are. */
    private static int frame(byte[] jpeg) {
        for (int at = 0; ; at++) {
            if (jpeg[at] == (byte) 0xff && jpeg[at + 1] == (byte) 0xc0) {
                return at + 4;
            }
        }
    }

    private static long residentKibibytes() {
        try {
            String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(each -> each.startsWith("VmRSS"))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(line.replaceAll("[^0-9]", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
