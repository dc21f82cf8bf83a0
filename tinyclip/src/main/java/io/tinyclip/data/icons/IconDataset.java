package io.tinyclip.data.icons;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.hash.Sha256;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.random.Counter;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Icons as image-text pairs. A view paints the icon in two random colours, a little moved and resized, and says in one
 * of several forms what it is. Icons of the same name are positives of each other, whichever family drew them.
 */
public final class IconDataset implements Dataset {
    /** To be raised whenever the same drawings would give other views. */
    private static final int VERSION = 2;

    private static final long PICTURE = 1;
    private static final long CAPTION = 2;

    private final IconSet icons;
    private final String contentHash;
    private final long[] identities;

    public IconDataset(IconSet icons) {
        this.icons = icons;
        this.contentHash = sha256("icons " + VERSION + " " + icons.contentHash());
        this.identities =
                icons.icons().stream().mapToLong(icon -> identity(icon.name())).toArray();
    }

    @Override
    public int size() {
        return icons.icons().size();
    }

    @Override
    public String contentHash() {
        return contentHash;
    }

    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        IconPicture picture =
                IconPicture.jittered(icons, index, Counter.key(key, PICTURE, index), preprocessing.size());
        String caption = IconCaption.random(icons.icons().get(index), picture, Counter.key(key, CAPTION, index));
        return new Sample(picture.image(), caption);
    }

    @Override
    public long identity(int index) {
        return identities[index];
    }

    @Override
    public void forEachText(Consumer<String> text) {
        IconCaption.forEachWord(text);
        for (Icon icon : icons.icons()) {
            text.accept(icon.name());
            icon.tags().forEach(text);
        }
    }

    /** Holds nothing but memory. */
    @Override
    public void close() {}

    private static long identity(String name) {
        return HexFormat.fromHexDigitsToLong(sha256(name), 0, 2 * Long.BYTES);
    }

    private static String sha256(String text) {
        return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
    }
}
