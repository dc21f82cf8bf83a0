package io.tinyclip.image;

import io.tinyclip.random.Counter;

/** The two ways from a picture to a model's square input, with the rounding of torchvision's transforms. */
public final class Crops {
    /** Shares of the picture's area; the setting of OpenCLIP's and TinyCLIP's training. */
    private static final double SMALLEST_SCALE = 0.9;

    private static final double LARGEST_SCALE = 1;
    private static final double SMALLEST_RATIO = 3.0 / 4;
    private static final double LARGEST_RATIO = 4.0 / 3;
    private static final int ATTEMPTS = 10;
    private static final int DRAWS = 4;

    private Crops() {}

    /** For evaluation: the shorter side resized to {@code size}, then the square in the middle. */
    public static RgbImage evaluation(RgbImage image, int size) {
        int shorter = Math.min(image.width(), image.height());
        int width = (int) ((long) size * image.width() / shorter);
        int height = (int) ((long) size * image.height() / shorter);
        Axis across = new Axis(image.width(), width, middle(width - size), size);
        Axis down = new Axis(image.height(), height, middle(height - size), size);
        return Resampler.resize(image, Box.of(image), across, down);
    }

    /**
     * For training: torchvision's RandomResizedCrop with 0.9 to 1 of the area and sides between 3:4 and 4:3.
     *
     * @param key decides the crop, see {@link Counter}
     */
    public static RgbImage training(RgbImage image, long key, int size) {
        return Resampler.resize(image, randomBox(image.width(), image.height(), key), size, size);
    }

    /** Ten draws for a box that fits; else the largest in the middle with an allowed ratio. */
    static Box randomBox(int width, int height, long key) {
        double area = (double) width * height;
        for (int draw = 0; draw < ATTEMPTS * DRAWS; draw += DRAWS) {
            double target = area * between(SMALLEST_SCALE, LARGEST_SCALE, Counter.uniform(key, draw));
            double ratio = StrictMath.exp(between(
                    StrictMath.log(SMALLEST_RATIO), StrictMath.log(LARGEST_RATIO), Counter.uniform(key, draw + 1)));
            int w = (int) StrictMath.rint(StrictMath.sqrt(target * ratio));
            int h = (int) StrictMath.rint(StrictMath.sqrt(target / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height) {
                int y = Counter.below(key, draw + 2, height - h + 1);
                int x = Counter.below(key, draw + 3, width - w + 1);
                return new Box(x, y, w, h);
            }
        }
        return middleBox(width, height);
    }

    private static Box middleBox(int width, int height) {
        double ratio = (double) width / height;
        int w = ratio > LARGEST_RATIO ? (int) StrictMath.rint(height * LARGEST_RATIO) : width;
        int h = ratio < SMALLEST_RATIO ? (int) StrictMath.rint(width / SMALLEST_RATIO) : height;
        return new Box((width - w) / 2, (height - h) / 2, w, h);
    }

    /** Half of the surplus; halves go to the even neighbour, as Python rounds. */
    private static int middle(int surplus) {
        return (int) StrictMath.rint(surplus / 2.0);
    }

    private static double between(double from, double to, double share) {
        return from + (to - from) * share;
    }
}
