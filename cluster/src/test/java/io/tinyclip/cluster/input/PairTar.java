package io.tinyclip.cluster.input;

import io.tinyclip.hash.Sha256;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.imageio.ImageIO;

/** Writes WebDataset tars of small pictures, each of one colour, and captions. */
public final class PairTar {
    private static final int BLOCK = 512;
    private static final int SIDE = 8;

    private PairTar() {}

    /** @param first number of the first pair; pairs with other numbers have other colours and captions */
    public static Path write(Path tar, int first, int pairs) throws IOException {
        try (OutputStream out = Files.newOutputStream(tar)) {
            for (int pair = first; pair < first + pairs; pair++) {
                TarMember.write(out, pair + ".png", picture(pair));
                TarMember.write(out, pair + ".txt", ("colour number " + pair).getBytes(StandardCharsets.UTF_8));
            }
            TarMember.end(out);
        }
        return tar;
    }

    /** What the first version called the content of such a tar: its name and size, and of each pair where it lies. */
    public static String firstHash(Path tar, int first, int pairs) throws IOException {
        MessageDigest digest = Sha256.digest();
        add(digest, "tinyclip webdataset 1");
        add(digest, tar.getFileName().toString());
        add(digest, Files.size(tar));
        for (int pair = first; pair < first + pairs; pair++) {
            add(digest, Integer.toString(pair));
            add(digest, (pair - first) * 4L * BLOCK + BLOCK);
            add(digest, picture(pair).length);
            add(digest, 1);
            add(digest, "colour number " + pair);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, String text) {
        add(digest, text.length());
        digest.update(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void add(MessageDigest digest, long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    private static byte[] picture(int pair) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            image.setRGB(pixel % SIDE, pixel / SIDE, pair * 0x010305);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
