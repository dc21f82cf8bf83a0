package io.tinyclip.image;

import io.tinyclip.image.Preprocessing.ResizeMode;
import io.tinyclip.random.Counter;

/** The two ways from a picture to a model's square input, with the rounding of torchvision's transforms. */
final class Crops {
    /** Shares of the picture's area; the setting of OpenCLIP's and TinyCLIP's training. */
    private static final double SMALLEST_SCALE = 0.9;

    private static final double LARGEST_SCALE = 1;
    private static final double SMALLEST_RATIO = 3.0 / 4;
    private static final double LARGEST_RATIO = 4.0 / 3;
    private static final int ATTEMPTS = 10;
    private static final int DRAWS = 4;
    private static final int CHANNELS = 3;

    /** A crop decoded at a part of its size is this much larger than the input at least, or it would lose sharpness. */
    private static final int SURPLUS = 2;

    private Crops() {}

    static RgbImage evaluation(Picture image, Preprocessing wanted) {
        int size = wanted.size();
        if (wanted.mode() == ResizeMode.SQUASH) {
            return Resampler.resize(image, Box.of(image), size, size, wanted.interpolation());
        }
        int shorter = Math.min(image.width(), image.height());
        int width = (int) ((long) wanted.resize() * image.width() / shorter);
        int height = (int) ((long) wanted.resize() * image.height() / shorter);
        Axis across = middle(image.width(), width, wanted);
        Axis down = middle(image.height(), height, wanted);
        return padded(Resampler.resize(image, Box.of(image), across, down), size);
    }

    static RgbImage training(Picture image, long key, Preprocessing wanted) {
        Box box = randomBox(image.width(), image.height(), key);
        return Resampler.resize(image, box, wanted.size(), wanted.size(), wanted.interpolation());
    }

    /**
     * The largest of {@link NativePicture#SCALES} at which the crop of a picture of light is still {@link #SURPLUS} times as
     * large as the input. The crop is drawn again within the smaller picture then, from the same numbers.
     */
    static int scale(int width, int height, long key, int size) {
        Box box = randomBox(width, height, key);
        int shorter = Math.min(box.width(), box.height());
        int fitting = 1;
        for (int scale : NativePicture.SCALES) {
            if ((long) SURPLUS * size * scale <= shorter) {
                fitting = scale;
            }
        }
        return fitting;
    }

    /** Ten draws for a box of 0.9 to 1 of the area that fits; else the largest in the middle with an allowed ratio. */
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

    /** The outputs in the middle, at most as many as the input of the model has; a half goes to the even neighbour or down. */
    private static Axis middle(int in, int out, Preprocessing wanted) {
        int surplus = Math.max(0, out - wanted.size());
        int skipped = wanted.mode() == ResizeMode.SHORTEST_FLOOR ? surplus / 2 : (int) StrictMath.rint(surplus / 2.0);
        return new Axis(in, out, skipped, out - surplus, wanted.interpolation());
    }

    /** The picture in the middle of a black square, one pixel nearer to the upper left where it must. */
    private static RgbImage padded(RgbImage image, int size) {
        if (image.width() == size && image.height() == size) {
            return image;
        }
        byte[] rgb = new byte[size * size * CHANNELS];
        int left = (size - image.width()) / 2;
        int top = (size - image.height()) / 2;
        int row = image.width() * CHANNELS;
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(image.rgb(), y * row, rgb, ((top + y) * size + left) * CHANNELS, row);
        }
        return new RgbImage(size, size, rgb);
    }

    private static double between(double from, double to, double share) {
        return from + (to - from) * share;
    }
}
