package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tars as crawlers and people make them. */
final class CrawledTarsTest {
    private static final String SETTING = "tinyclip.data.train";
    private static final Reading SKIPPING = new Reading(false, StandardCharsets.UTF_8, true, Reading.Table.USUAL);

    @TempDir
    Path folder;

    @Test
    void countsMembersWhoseNamesHaveAnotherDotAndNamesTheRule() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("track 20.0 (v1.20).jpg", png()).add("track 20.0 (v1.20).txt", "one");
        }
        String message = refusal("0.tar", Reading.USUAL);
        assertTrue(message.contains("2 members belong to no sample, such as [track 20.0 (v1.20).jpg]"), message);
        assertTrue(message.contains("first dot of a name"), message);
    }

    @Test
    void fallsBackToTextWhereJsonHasAGap() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("1.png", png()).add("1.txt", "one").add("1.json", "{\"captions\": null}");
            tar.add("2.png", png()).add("2.json", "{\"captions\": [\"two\", null], \"status\": \"success\"}");
            tar.add("3.png", png()).add("3.json", "{\"caption\": null}");
            tar.add("4.png", png()).add("4.json", "{\"caption\": \"four\"}");
        }
        try (WebDataset data = open("0.tar", Reading.USUAL)) {
            assertEquals(3, data.size());
            assertEquals(List.of("one"), data.captions(0));
            assertEquals(List.of("two"), data.captions(1));
            assertEquals(List.of("four"), data.captions(2));
        }
    }

    @Test
    void readsLinesAsCaptionsWhereThatIsWanted() {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("1.png", png()).add("1.txt", "one\ntwo\n\nthree");
        }
        try (WebDataset whole = open("0.tar", Reading.USUAL);
                WebDataset lines = open("0.tar", Reading.USUAL.withCaptionsPerLine(true))) {
            assertEquals(List.of("one\ntwo\n\nthree"), whole.captions(0));
            assertEquals(List.of("one", "two", "three"), lines.captions(0));
        }
    }

    @Test
    void readsEveryFormatAndPrefersThoseThatHaveAlwaysBeenRead() throws IOException {
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        BufferedImage red = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        red.setRGB(0, 0, 8, 8, colour(0xff0000), 0, 8);
        ImageIO.write(red, "gif", gif);
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("1.gif", gif.toByteArray()).add("1.txt", "one");
            tar.add("2.gif", gif.toByteArray()).add("2.png", png()).add("2.txt", "two");
            tar.add("3.png", png()).add("3.gif", gif.toByteArray()).add("3.txt", "three");
        }
        try (WebDataset data = open("0.tar", Reading.USUAL)) {
            assertEquals(3, data.size());
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        i == 0 ? (byte) 0xff : 0,
                        data.plain(i, Preprocessing.clip(8)).rgb()[0],
                        "pair " + i);
            }
        }
    }

    @Test
    void leavesOutDamagedAndMissingTarsOnlyWhereAsked() throws IOException {
        try (TarWriter tar = new TarWriter(folder.resolve("0.tar"))) {
            tar.add("1.png", png()).add("1.txt", "one");
        }
        byte[] whole = Files.readAllBytes(folder.resolve("0.tar"));
        Files.write(folder.resolve("1.tar"), Arrays.copyOf(whole, 520));
        String message = refusal("{0..1}.tar", Reading.USUAL);
        assertTrue(message.contains("1.tar] ends at byte 520"), message);
        assertTrue(message.endsWith("or leave such tars out by tinyclip.data.missing = skip"), message);
        assertTrue(
                refusal("{0..2}.tar", Reading.USUAL).startsWith("no file ["),
                "what is missing is told before all is read");
        try (WebDataset all = open("{0..2}.tar", SKIPPING);
                WebDataset first = open("0.tar", Reading.USUAL)) {
            assertEquals(first.contentHash(), all.contentHash());
        }
        assertTrue(refusal("{1..2}.tar", SKIPPING).contains("2 tars or files are missing or damaged"));
    }

    private WebDataset open(String pattern, Reading reading) {
        return WebDataset.open(folder + "/" + pattern, SETTING, WebDataset.Opening.usual(reading));
    }

    private String refusal(String pattern, Reading reading) {
        return assertThrows(InvalidInputException.class, () -> open(pattern, reading)
                        .close())
                .getMessage();
    }

    private static int[] colour(int rgb) {
        int[] pixels = new int[64];
        Arrays.fill(pixels, rgb);
        return pixels;
    }

    private static byte[] png() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
