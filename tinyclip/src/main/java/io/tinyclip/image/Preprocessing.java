package io.tinyclip.image;

import java.util.List;

/**
 * How a model wants its pictures: the way to the square input, and what its pixels are normalised with.
 *
 * <p>The pixels are OpenCLIP's (torchvision's, Pillow's), bit for bit. Hugging Face's {@code CLIPImageProcessor} gives the
 * same but for its rounding of halves: it cuts one pixel further up or left where a side has 3, 7, 11... pixels too many,
 * and pads one further down or right where a side lacks an odd number. It also mistakes pictures 1 or 3 pixels high for
 * ones with the channels first.
 *
 * @param size pixels along a side of the square input
 * @param resize pixels to which the shorter side is resized; {@code size} itself for {@link ResizeMode#SQUASH}
 * @param mode which sides are resized
 * @param interpolation the filter of the resizing, always antialiased
 * @param mean of red, green and blue over 255, subtracted from the pixels
 * @param std of red, green and blue over 255, by which the differences are divided
 */
public record Preprocessing(
        int size, int resize, ResizeMode mode, Interpolation interpolation, List<Double> mean, List<Double> std) {
    /** Filters of resizing. */
    public enum Interpolation {
        BICUBIC,
        BILINEAR
    }

    /** Ways from a picture of any shape to a square. */
    public enum ResizeMode {
        /** The shorter side to {@link Preprocessing#resize}, then the square in the middle. */
        SHORTEST,
        /**
         * The same with the middle rounded down, as Hugging Face's processors do: a pixel further to the upper left where
         * 3, 7, 11 ... are cut away.
         */
        SHORTEST_FLOOR,
        /** Both sides to {@link Preprocessing#size}. */
        SQUASH
    }

    private static final int CHANNELS = 3;
    private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);

    public Preprocessing {
        if (size < 1 || resize < 1) {
            throw new IllegalArgumentException("size " + size + " and resize " + resize + " must be at least 1");
        }
        if (mode == ResizeMode.SQUASH && resize != size) {
            throw new IllegalArgumentException("squashing to " + size + " cannot resize to " + resize);
        }
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != CHANNELS || std.size() != CHANNELS) {
            throw new IllegalArgumentException("mean " + mean + " and std " + std + " must have a number per channel");
        }
        if (!mean.stream().allMatch(Double::isFinite) || !std.stream().allMatch(s -> s > 0 && Double.isFinite(s))) {
            throw new IllegalArgumentException("mean " + mean + " must be finite and std " + std + " positive too");
        }
    }

    /** OpenAI's: bicubic, the shorter side to {@code size}, and CLIP's mean and deviation. */
    public static Preprocessing clip(int size) {
        return new Preprocessing(size, size, ResizeMode.SHORTEST, Interpolation.BICUBIC, CLIP_MEAN, CLIP_STD);
    }

    /** The same for another input size; the share that the crop leaves out stays. */
    public Preprocessing withSize(int other) {
        int scaled = Math.max(1, (int) ((long) resize * other / size));
        return new Preprocessing(other, scaled, mode, interpolation, mean, std);
    }

    /** The square input for evaluation; a side that {@code resize} leaves short of {@code size} is padded with black. */
    public RgbImage evaluation(Picture picture) {
        return Crops.evaluation(picture, this);
    }

    /**
     * The square input for training: torchvision's RandomResizedCrop with 0.9 to 1 of the area and sides between 3:4 and
     * 4:3, whatever the mode, as OpenCLIP trains.
     *
     * @param key decides the crop, see {@link io.tinyclip.random.Counter}
     */
    public RgbImage training(Picture picture, long key) {
        return Crops.training(picture, key, this);
    }

    /**
     * {@link #evaluation(Picture)} of a file.
     *
     * @param file a whole file of a picture
     * @param where names it in messages
     * @throws BadPictureException as {@link ImageDecoder#decode}
     */
    public RgbImage evaluation(byte[] file, String where) {
        return evaluation(file, where, ImageDecoder.MOST_PIXELS);
    }

    /**
     * The same, with a bound of the caller's own.
     *
     * @param mostPixels of a picture as it is stored
     */
    public RgbImage evaluation(byte[] file, String where, int mostPixels) {
        try (Picture picture = ImageDecoder.open(file, where, ImageDecoder.Scale.WHOLE, mostPixels)) {
            return evaluation(picture);
        }
    }

    /** As {@link #training(byte[], String, long, boolean, int)}, of any picture that is read at all. */
    public RgbImage training(byte[] file, String where, long key, boolean reduced) {
        return training(file, where, key, reduced, ImageDecoder.MOST_PIXELS);
    }

    /**
     * {@link #training(Picture, long)} of a file.
     *
     * @param file a whole file of a picture
     * @param where names it in messages
     * @param reduced whether a JPEG is decoded at a half, a quarter or an eighth of its size where the crop is still at least
     *     twice as large as the input then; quicker, and other pixels
     * @param mostPixels of a picture as it is stored
     * @throws BadPictureException as {@link ImageDecoder#decode}
     */
    public RgbImage training(byte[] file, String where, long key, boolean reduced, int mostPixels) {
        ImageDecoder.Scale scale = (width, height) -> reduced ? Crops.scale(width, height, key, size) : 1;
        try (Picture picture = ImageDecoder.open(file, where, scale, mostPixels)) {
            return training(picture, key);
        }
    }
}
