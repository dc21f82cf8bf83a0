package io.tinyclip.cluster.command;

import io.tinyclip.cluster.input.TarMember;
import io.tinyclip.random.Counter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/** A tar of 40 pictures of random pixels with captions, of which some may be other bytes than a picture's. */
final class CrawledTar {
    static final int PAIRS = 40;
    private static final int SIDE = 24;
    private static final String[] WORDS = {"red", "blue", "green", "house", "tree", "cat", "dog"};

    private CrawledTar() {}

    /** @param instead bytes in the place of pictures, by their number */
    static Path write(Path file, Map<Integer, byte[]> instead) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < PAIRS; i++) {
                String key = String.format(Locale.ROOT, "%05d", i);
                TarMember.write(out, key + ".png", instead.getOrDefault(i, picture(i)));
                TarMember.write(out, key + ".txt", caption(i).getBytes(StandardCharsets.UTF_8));
            }
            TarMember.end(out);
        }
        return file;
    }

    private static String caption(int i) {
        return WORDS[i % WORDS.length] + " " + WORDS[i / WORDS.length % WORDS.length] + " " + i;
    }

    static byte[] picture(int number) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIDE * SIDE; i++) {
            image.setRGB(i % SIDE, i / SIDE, (int) Counter.bits(number, i));
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    static byte[] torn(int number) throws IOException {
        byte[] whole = picture(number);
        return Arrays.copyOf(whole, whole.length / 3);
    }
}
