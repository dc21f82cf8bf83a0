package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class WebDatasetTest {
    private static final String SETTING = "tinyclip.data.train";
    private static final int SIDE = 8;

    @TempDir
    Path folder;

    @Test
    void findsPairsInTheOrderOfTarsAndMembers() {
        writeTwoTars();
        try (WebDataset data = open("{0..1}.tar")) {
            assertEquals(3, data.size());
            List<String> texts = new ArrayList<>();
            data.forEachText(texts::add);
            assertEquals(List.of("red", "green", "lime", "blue"), texts);
            assertEquals(List.of("green", "lime"), data.captions(1));
            assertColour(0xff0000, data.plain(0, Preprocessing.clip(SIDE)));
            assertColour(0x00ff00, data.plain(1, Preprocessing.clip(SIDE)));
            assertColour(0x0000ff, data.view(2, 5, Preprocessing.clip(SIDE)).image());
        }
    }

    @Test
    void viewsOnePairTheSameForTheSameKey() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("a.png", noise()).add("a.json", "{\"captions\": [\"one\", \"two\", \"three\"]}");
        }
        try (WebDataset data = open("0.tar")) {
            assertArrayEquals(
                    data.view(0, 7, Preprocessing.clip(SIDE)).image().rgb(),
                    data.view(0, 7, Preprocessing.clip(SIDE)).image().rgb());
            Set<String> captions = new HashSet<>();
            Set<Integer> images = new HashSet<>();
            for (long key = 0; key < 30; key++) {
                Sample view = data.view(0, key, Preprocessing.clip(SIDE));
                captions.add(view.caption());
                images.add(Arrays.hashCode(view.image().rgb()));
            }
            assertEquals(Set.of("one", "two", "three"), captions);
            assertTrue(images.size() > 10, images.size() + " different crops of 30");
        }
    }

    @Test
    void groupsMembersThatAreNotSideBySideAndKeepsFoldersApart() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("x/1.png", png(0xff0000)).add("y/1.PNG", png(0x0000ff)).add("x/.hidden.txt", "no");
            tar.add("y/1.txt", "blue").add("x/1.txt", "red").add("x/1.mask.png", png(0));
        }
        try (WebDataset data = open("0.tar")) {
            assertEquals(List.of("red"), data.captions(0));
            assertEquals(List.of("blue"), data.captions(1));
            assertColour(0x0000ff, data.plain(1, Preprocessing.clip(SIDE)));
        }
    }

    @Test
    void givesPairsWithTheSameCaptionTheSameIdentity() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("1.png", png(1)).add("1.txt", "a cat").add("2.png", png(2)).add("2.txt", "a dog\n");
            tar.add("3.png", png(3)).add("3.txt", "a cat\n");
        }
        try (WebDataset data = open("0.tar")) {
            assertEquals(data.identity(0), data.identity(2));
            assertNotEquals(data.identity(0), data.identity(1));
        }
    }

    @Test
    void hashesWhatDecidesTheSamples() {
        writeTwoTars();
        String both = hash("{0..1}.tar");
        assertEquals(both, hash("0.tar::" + folder + "/1.tar"));
        assertNotEquals(both, hash("1.tar::" + folder + "/0.tar"));
        assertNotEquals(both, hash("0.tar"));
        try (TarWriter tar = new TarWriter(folder.resolve("1.tar"))) {
            tar.add("3.png", png(0x0000ff)).add("3.txt", "bleu");
        }
        assertNotEquals(both, hash("{0..1}.tar"));
    }

    @Test
    void warnsOnceOfSamplesThatItLeavesOut() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("1.png", png(1)).add("1.txt", "one").add("2.txt", "two").add("3.txt", "three");
            tar.add("4.png", png(4)).add("5.png", png(5)).add("5.txt", " ").add("6.png", png(6));
            tar.add("7.webp", "no picture")
                    .add("7.txt", "seven")
                    .add("README", "text")
                    .add("1.cls", "3");
            tar.add("1.mask.png", png(1)).add("._1.png", "left by a system").add("8.1.png", png(1));
        }
        Logger logger = (Logger) LoggerFactory.getLogger(WebDataset.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (WebDataset data = open("0.tar")) {
            assertEquals(1, data.size());
        } finally {
            logger.detachAppender(log);
        }
        assertEquals(1, log.list.size());
        String warning = log.list.get(0).getFormattedMessage();
        assertTrue(
                warning.endsWith(
                        "1 samples are used, left out: 2 without picture, such as [2], 1 whose picture is of no known"
                                + " format, such as [7], 3 without caption, such as [4]; 2 members belong to no sample, such as"
                                + " [README] (the ending begins at the first dot of a name, as WebDataset has it)"),
                warning);
    }

    @Test
    void refusesTarsWithoutOnePair() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("1.txt", "one");
        }
        String message = refusal("0.tar");
        assertTrue(message.startsWith(
                "samples [0] in " + SETTING + " [" + folder + "/0.tar], left out: 1 without picture"));
        assertTrue(message.contains("check the path"), message);
    }

    @Test
    void refusesAMissingTar() {
        assertEquals(
                "no file [" + folder + "/9.tar], which " + SETTING
                        + " names; check the path, or leave such tars out by tinyclip.data.missing = skip",
                refusal("9.tar"));
    }

    @Test
    void refusesTwoPicturesOfOneKey() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("1.png", png(1)).add("1.txt", "one").add("1.jpg", png(1));
        }
        assertTrue(refusal("0.tar").contains("member [1.jpg]"));
    }

    @Test
    void namesTarAndMemberOfADamagedPicture() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("k/1.png", Arrays.copyOf(png(1), 40)).add("k/1.txt", "one");
        }
        try (WebDataset data = open("0.tar")) {
            String message = assertThrows(InvalidInputException.class, () -> data.plain(0, Preprocessing.clip(SIDE)))
                    .getMessage();
            assertTrue(message.startsWith("picture [k/1] of tar [" + folder + "/0.tar] cannot be decoded"), message);
        }
    }

    @Test
    void aBadPictureIsAVerdictWithTarAndKeyOrRefusedByTheRules() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("k/1.png", Arrays.copyOf(png(1), 40)).add("k/1.txt", "one");
            tar.add("k/2.png", png(1)).add("k/2.txt", "two");
        }
        try (WebDataset data = open("0.tar")) {
            Preprocessing clip = Preprocessing.clip(SIDE);
            BadPictureException verdict = assertThrows(BadPictureException.class, () -> data.view(0, 1, clip));
            assertTrue(verdict.reason().startsWith("cannot be decoded ("), verdict.reason());
            assertEquals(new SampleLabel(folder + "/0.tar", "k/1"), data.label(0));
            Dataset strict = data.under(new PictureRules(PictureRules.USUAL.mostPixels(), true));
            RuntimeException refusal = assertThrows(InvalidInputException.class, () -> strict.view(0, 1, clip));
            assertEquals(InvalidInputException.class, refusal.getClass());
            assertEquals(verdict.getMessage(), refusal.getMessage());
            assertEquals(SIDE, strict.view(1, 1, clip).image().width());
            Dataset small = data.under(new PictureRules(3, false));
            assertTrue(assertThrows(BadPictureException.class, () -> small.view(1, 1, clip))
                    .reason()
                    .contains("at most 3"));
        }
    }

    @Test
    void refusesATarThatShrankAfterOpening() throws IOException {
        writeTwoTars();
        try (WebDataset data = open("1.tar")) {
            Files.write(folder.resolve("1.tar"), new byte[600]);
            String message = assertThrows(InvalidInputException.class, () -> data.plain(0, Preprocessing.clip(SIDE)))
                    .getMessage();
            assertTrue(message.contains("and was longer when its index was made"), message);
        }
    }

    @Test
    void readsFromSeveralThreadsAtOnce() {
        writeTwoTars();
        try (WebDataset data = open("{0..1}.tar")) {
            int[] colours = {0xff0000, 0x00ff00, 0x0000ff};
            IntStream.range(0, 300)
                    .parallel()
                    .forEach(i -> assertColour(colours[i % 3], data.plain(i % 3, Preprocessing.clip(SIDE))));
        }
    }

    @Test
    void viewsOtherPixelsOfTheSameCropAtReducedScaleAndEvaluatesTheSame() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("a.jpg", encode(waves(), "jpeg")).add("a.txt", "waves");
        }
        Preprocessing clip = Preprocessing.clip(32);
        try (WebDataset whole = open("0.tar");
                WebDataset reduced = whole.atReducedScale()) {
            assertNotEquals(whole.contentHash(), reduced.contentHash());
            assertArrayEquals(whole.plain(0, clip).rgb(), reduced.plain(0, clip).rgb());
            byte[] expected = whole.view(0, 3, clip).image().rgb();
            byte[] actual = reduced.view(0, 3, clip).image().rgb();
            int sum = 0;
            for (int i = 0; i < expected.length; i++) {
                sum += Math.abs((expected[i] & 0xff) - (actual[i] & 0xff));
            }
            assertTrue(sum > 0 && sum < 6 * expected.length, "difference " + sum);
        }
    }

    private static BufferedImage waves() {
        BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 320 * 240; pixel++) {
            int grey = (int) (128 + 100 * StrictMath.sin((pixel % 320 + pixel / 320) / 20.0));
            image.setRGB(pixel % 320, pixel / 320, grey * 0x010101);
        }
        return image;
    }

    private void writeTwoTars() {
        try (TarWriter zero = new TarWriter(folder.resolve("0.tar"));
                TarWriter one = new TarWriter(folder.resolve("1.tar"))) {
            zero.add("1.png", png(0xff0000)).add("1.txt", "red").add("2.png", png(0x00ff00));
            zero.add("2.txt", "unused").add("2.json", "{\"captions\": [\"green\", \" lime \", \"\"], \"other\": 1}");
            one.add("3.png", png(0x0000ff)).add("3.txt", "blue").add("3.json", "{\"license\": null}");
        }
    }

    private WebDataset open(String pattern) {
        return WebDataset.open(folder + "/" + pattern, SETTING);
    }

    private String hash(String pattern) {
        try (WebDataset data = open(pattern)) {
            return data.contentHash();
        }
    }

    private String refusal(String pattern) {
        return assertThrows(InvalidInputException.class, () -> open(pattern)).getMessage();
    }

    private static byte[] png(int colour) {
        BufferedImage image = new BufferedImage(12, 10, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 120; pixel++) {
            image.setRGB(pixel % 12, pixel / 12, colour);
        }
        return encode(image);
    }

    private static byte[] noise() {
        BufferedImage image = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 48 * 40; pixel++) {
            image.setRGB(pixel % 48, pixel / 48, pixel * 0x9E3779B9);
        }
        return encode(image);
    }

    private static byte[] encode(BufferedImage image) {
        return encode(image, "png");
    }

    private static byte[] encode(BufferedImage image, String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void assertColour(int colour, RgbImage image) {
        assertEquals(SIDE, image.width());
        for (int i = 0; i < image.rgb().length; i++) {
            assertEquals(colour >> (2 - i % 3) * 8 & 0xff, image.rgb()[i] & 0xff);
        }
    }
}
