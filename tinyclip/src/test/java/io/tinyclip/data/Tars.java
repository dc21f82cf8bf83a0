package io.tinyclip.data;

import io.tinyclip.hash.Sha256;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HexFormat;
import javax.imageio.ImageIO;

/** Tars of pairs that were written long ago, so that their indexes are kept. */
final class Tars {
    static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-02-02T02:02:02Z"));
    private static final int SIDE = 8;

    private Tars() {}

    /** @param first number of the first pair, which decides its colour and caption */
    static Path write(Path path, int first, int pairs) {
        try (TarWriter tar = new TarWriter(path)) {
            for (int pair = first; pair < first + pairs; pair++) {
                tar.add(pair + ".png", png(pair)).add(pair + ".txt", "colour number " + pair);
            }
        }
        return settle(path);
    }

    /** Where the index of a tar lies that is read by the usual rules. */
    static Path index(Path tar) {
        byte[] rules = Sha256.digest().digest(Shard.rules(Reading.USUAL).getBytes(StandardCharsets.UTF_8));
        String word = HexFormat.of().formatHex(rules, 0, 4);
        return tar.resolveSibling(tar.getFileName() + "." + word + ".tinyclip-index");
    }

    static Path settle(Path tar) {
        try {
            return Files.setLastModifiedTime(tar, LONG_AGO);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] png(int colour) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            image.setRGB(pixel % SIDE, pixel / SIDE, colour * 0x0b0d11);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
