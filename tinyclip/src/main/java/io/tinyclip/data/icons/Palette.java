package io.tinyclip.data.icons;

import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.List;

/**
 * Colours that have names, and the pairs of them that can be told apart as foreground and background. They are few on
 * purpose: in a batch of some hundred pictures several have the same colours, so that a caption's colours alone do not
 * tell whose it is and the shape has to be learned.
 */
final class Palette {
    /** A colour in words and in red, green and blue, 0..255. */
    record Color(String name, int red, int green, int blue) {
        private boolean isClearOn(Color background) {
            return distance(background) >= LEAST_DISTANCE && background.luma() - luma() >= LEAST_LUMA_DIFFERENCE;
        }

        private double distance(Color other) {
            int r = red - other.red;
            int g = green - other.green;
            int b = blue - other.blue;
            return StrictMath.sqrt(r * r + g * g + b * b);
        }

        /** Rec. 601 luma, 0..255. */
        private double luma() {
            return 0.299 * red + 0.587 * green + 0.114 * blue;
        }

        private Color mixed(String modifier, int target, double amount) {
            return new Color(
                    modifier + " " + name,
                    mix(red, target, amount),
                    mix(green, target, amount),
                    mix(blue, target, amount));
        }

        private static int mix(int from, int to, double amount) {
            return (int) StrictMath.rint(from + (to - from) * amount);
        }

        /** @return (3,) the colour with each channel moved a little, so that a word is a region and not a point */
        int[] jittered(long key, int at) {
            int[] rgb = {red, green, blue};
            for (int c = 0; c < rgb.length; c++) {
                int moved = rgb[c] + Counter.below(key, at + c, 2 * JITTER + 1) - JITTER;
                rgb[c] = Math.max(0, Math.min(WHITE, moved));
            }
            return rgb;
        }
    }

    record Pair(Color foreground, Color background) {}

    private static final int WHITE = 255;
    private static final int JITTER = 12;
    private static final double PALE = 0.6;

    /** Of 441 between black and white: even after jitter two such colours never look alike. */
    private static final double LEAST_DISTANCE = 150;

    /** Thin lines are hard to see where only the hue differs; and icons are dark on light, never the other way round. */
    private static final double LEAST_LUMA_DIFFERENCE = 50;

    private static final List<Color> BRIGHT = List.of(
            new Color("red", 220, 40, 40),
            new Color("orange", 245, 140, 30),
            new Color("yellow", 250, 215, 40),
            new Color("green", 40, 160, 60),
            new Color("teal", 20, 150, 150),
            new Color("blue", 40, 90, 220),
            new Color("purple", 130, 50, 180),
            new Color("pink", 240, 110, 170),
            new Color("brown", 130, 80, 40),
            new Color("gray", 128, 128, 128));

    private static final Color BLACK = new Color("black", 15, 15, 15);

    private static final Color WHITE_ITSELF = new Color("white", 245, 245, 245);

    private static final List<Pair> PAIRS = allPairs();

    private Palette() {}

    /** One of the pairs, all equally likely. */
    static Pair pick(long key, long at) {
        return PAIRS.get(Counter.below(key, at, PAIRS.size()));
    }

    static List<Pair> pairs() {
        return PAIRS;
    }

    private static List<Color> foregrounds() {
        List<Color> colors = new ArrayList<>(BRIGHT);
        colors.add(BLACK);
        return colors;
    }

    private static List<Color> backgrounds() {
        List<Color> colors = new ArrayList<>();
        BRIGHT.forEach(color -> colors.add(color.mixed("pale", WHITE, PALE)));
        colors.add(WHITE_ITSELF);
        return colors;
    }

    private static List<Pair> allPairs() {
        List<Pair> pairs = new ArrayList<>();
        for (Color foreground : foregrounds()) {
            for (Color background : backgrounds()) {
                if (foreground.isClearOn(background)) {
                    pairs.add(new Pair(foreground, background));
                }
            }
        }
        return List.copyOf(pairs);
    }
}
