package io.tinyclip.numeric;

import io.tinyclip.hash.Sha256;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.resource.Resource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * What the decoders make of a picture in each format, whole and torn at some places. Which bytes are a picture decides which
 * samples a run leaves out, so two machines must agree on that as on pixels.
 */
final class PictureProbe {
    private static final List<String> FILES =
            List.of("probe.jpg", "probe-cmyk.jpg", "probe.png", "probe.webp", "probe.gif", "probe.bmp", "probe.tif");

    /** A file is cut behind so many of so many equal parts. */
    private static final int PARTS = 8;

    private static final byte[] BAD = "bad".getBytes(StandardCharsets.US_ASCII);

    private PictureProbe() {}

    /** SHA-256 of all pixels and verdicts. */
    static byte[] answer() {
        MessageDigest digest = Sha256.digest();
        for (String file : FILES) {
            byte[] whole = Resource.bytes(PictureProbe.class, file);
            for (int part = 1; part <= PARTS; part++) {
                digest.update(decoded(Arrays.copyOf(whole, whole.length * part / PARTS), file));
            }
        }
        return digest.digest();
    }

    /** Pixels, or that there are none. */
    static byte[] decoded(byte[] bytes, String name) {
        try {
            return ImageDecoder.decode(bytes, name).rgb();
        } catch (BadPictureException e) {
            return BAD;
        }
    }
}
