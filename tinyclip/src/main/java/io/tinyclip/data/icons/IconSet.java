package io.tinyclip.data.icons;

import io.tinyclip.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Icons with their drawings.
 *
 * @param icons what is drawn
 * @param coverage one map for each icon, (size, size) row-major, bytes read as 0..255; not copied, treat as immutable
 * @param size pixels along a side of every map
 */
public record IconSet(List<Icon> icons, List<byte[]> coverage, int size) {
    public IconSet {
        icons = List.copyOf(icons);
        coverage = List.copyOf(coverage);
        if (icons.size() != coverage.size()) {
            throw new IllegalArgumentException(icons.size() + " icons, but " + coverage.size() + " drawings");
        }
    }

    /** @return (imageSize, imageSize), 0..255: how much of each pixel of a picture the icon covers */
    public float[] coverageAt(int index, int imageSize) {
        return Placement.CENTERED.resample(coverage.get(index), size, imageSize);
    }

    /** The icons that the condition holds for, in the same order. */
    public IconSet only(Predicate<Icon> condition) {
        int[] kept = IntStream.range(0, icons.size())
                .filter(i -> condition.test(icons.get(i)))
                .toArray();
        return new IconSet(
                Arrays.stream(kept).mapToObj(icons::get).toList(),
                Arrays.stream(kept).mapToObj(coverage::get).toList(),
                size);
    }

    /** SHA-256, in hex, over names, tags and drawings. */
    public String contentHash() {
        MessageDigest digest = Sha256.digest();
        for (int i = 0; i < icons.size(); i++) {
            Icon icon = icons.get(i);
            String text = icon.resource() + "\n" + icon.name() + "\n" + String.join(",", icon.tags()) + "\n";
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update(coverage.get(i));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
