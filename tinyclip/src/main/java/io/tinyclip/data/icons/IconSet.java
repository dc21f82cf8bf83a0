package io.tinyclip.data.icons;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

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
