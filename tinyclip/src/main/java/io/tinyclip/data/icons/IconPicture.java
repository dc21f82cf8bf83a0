package io.tinyclip.data.icons;

import io.tinyclip.image.RgbImage;

/**
 * An icon in two colours.
 *
 * @param image the picture
 * @param foreground the icon's colour in words
 * @param background the colour around it in words
 */
public record IconPicture(RgbImage image, String foreground, String background) {
    private static final int CHANNELS = 3;
    private static final int FULL = 255;
    private static final int PAIR_AT = 0;
    private static final int FOREGROUND_AT = 1;
    private static final int BACKGROUND_AT = FOREGROUND_AT + CHANNELS;
    private static final int PLACEMENT_AT = BACKGROUND_AT + CHANNELS;

    /**
     * The icon in the middle of its picture, in random colours.
     *
     * @param index of the icon in the set
     */
    public static IconPicture centered(IconSet icons, int index, long key, int imageSize) {
        return paint(icons, index, key, imageSize, Placement.CENTERED);
    }

    /** The icon in random colours, a little moved and resized. */
    static IconPicture jittered(IconSet icons, int index, long key, int imageSize) {
        return paint(icons, index, key, imageSize, Placement.jittered(key, PLACEMENT_AT));
    }

    private static IconPicture paint(IconSet icons, int index, long key, int imageSize, Placement placement) {
        float[] coverage = placement.resample(icons.coverage().get(index), icons.size(), imageSize);
        Palette.Pair pair = Palette.pick(key, PAIR_AT);
        int[] foreground = pair.foreground().jittered(key, FOREGROUND_AT);
        int[] background = pair.background().jittered(key, BACKGROUND_AT);
        byte[] rgb = new byte[coverage.length * CHANNELS];
        for (int i = 0; i < coverage.length; i++) {
            float share = coverage[i] / FULL;
            for (int c = 0; c < CHANNELS; c++) {
                rgb[i * CHANNELS + c] = (byte) (background[c] + (foreground[c] - background[c]) * share + 0.5f);
            }
        }
        return new IconPicture(
                new RgbImage(imageSize, imageSize, rgb),
                pair.foreground().name(),
                pair.background().name());
    }
}
