package io.tinyclip.formats;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tinyclip.files.JsonFields;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.Preprocessing.Interpolation;
import io.tinyclip.image.Preprocessing.ResizeMode;
import java.util.List;

/** The {@code preprocessor_config.json} of Hugging Face's CLIP. A missing key has the value of CLIPImageProcessor. */
final class HuggingFacePreprocessing {
    /** Pillow's numbers of its filters. */
    static final int BILINEAR = 2;

    static final int BICUBIC = 3;
    static final double RESCALE = 1 / 255.0;

    private static final String PROCESSOR = "image_processor_type";
    private static final String OLD_PROCESSOR = "feature_extractor_type";
    private static final List<String> PROCESSORS =
            List.of("CLIPImageProcessor", "CLIPImageProcessorFast", "CLIPFeatureExtractor");
    private static final double RESCALE_TOLERANCE = 1e-9;
    private static final int SIZE = 224;
    private static final List<Double> NO_MEAN = List.of(0.0, 0.0, 0.0);
    private static final List<Double> NO_STD = List.of(1.0, 1.0, 1.0);

    private HuggingFacePreprocessing() {}

    /** A key of our own, which the library passes over: its processors always round the crop's middle down. */
    static final String MIDDLE = "crop_rounding";

    static final String HALF_EVEN = "half_even";
    private static final String FLOOR = "floor";

    /** What a folder without a file is taken to say: CLIP's, cut as Hugging Face's processors do. */
    static Preprocessing usual(int imageSize) {
        Preprocessing clip = Preprocessing.clip(imageSize);
        return new Preprocessing(
                imageSize, imageSize, ResizeMode.SHORTEST_FLOOR, clip.interpolation(), clip.mean(), clip.std());
    }

    /**
     * The preprocessing that a file describes, for a tower of that image size.
     *
     * @throws io.tinyclip.model.InvalidInputException naming the key, its value and what it must be
     */
    static Preprocessing read(JsonFields fields, int imageSize) {
        LibraryConfig config = new LibraryConfig(fields);
        requireClip(config);
        for (String step : List.of("do_resize", "do_rescale")) {
            config.require(step, "true");
        }
        config.requireFalse("do_pad");
        if (Math.abs(config.number("rescale_factor", RESCALE) - RESCALE) > RESCALE_TOLERANCE) {
            throw config.invalid("rescale_factor [" + config.number("rescale_factor", RESCALE)
                    + "] is not supported; it must be 1/255");
        }
        Size resize = size(config, "size");
        boolean cropped = config.flag("do_center_crop", true);
        Size crop = cropped ? size(config, "crop_size").square() : resize;
        if (!crop.both() || crop.height() != crop.width() || crop.height() != imageSize) {
            throw config.invalid((cropped ? "crop_size " : "size ") + crop + " must be the square of " + imageSize
                    + " pixels that vision_config says");
        }
        if (resize.both() && !resize.equals(crop)) {
            throw config.invalid("size " + resize + " is not supported; it must be crop_size, or a shortest_edge");
        }
        if (resize.height() < imageSize) {
            throw config.invalid("size " + resize + " must be at least crop_size [" + imageSize + "]");
        }
        boolean normalised = config.flag("do_normalize", true);
        Preprocessing usual = Preprocessing.clip(imageSize);
        return new Preprocessing(
                imageSize,
                resize.height(),
                resize.both() ? ResizeMode.SQUASH : shortest(config),
                interpolation(config),
                normalised ? channels(config, "image_mean", usual.mean(), false) : NO_MEAN,
                normalised ? channels(config, "image_std", usual.std(), true) : NO_STD);
    }

    /** The newer key decides, as in the library; others' processors have other defaults and steps. */
    private static void requireClip(LibraryConfig config) {
        String key = config.says(PROCESSOR) ? PROCESSOR : OLD_PROCESSOR;
        String found = config.text(key, PROCESSORS.get(0));
        if (!PROCESSORS.contains(found)) {
            throw config.invalid(key + " [" + found + "] is not supported; it must be one of " + PROCESSORS);
        }
    }

    private static ResizeMode shortest(LibraryConfig config) {
        String middle = config.text(MIDDLE, FLOOR);
        return switch (middle) {
            case FLOOR -> ResizeMode.SHORTEST_FLOOR;
            case HALF_EVEN -> ResizeMode.SHORTEST;
            default -> throw config.invalid(MIDDLE + " [" + middle + "] must be " + FLOOR + " or " + HALF_EVEN);
        };
    }

    /** Both sides, or the shorter one, then in both places. */
    private record Size(int height, int width, boolean both) {
        Size square() {
            return new Size(height, width, true);
        }

        @Override
        public String toString() {
            return both ? "[" + height + ", " + width + "]" : "[shortest edge " + height + "]";
        }
    }

    private static Size size(LibraryConfig config, String key) {
        JsonElement value = config.find(key).orElseGet(() -> new JsonPrimitive(SIZE));
        if (!value.isJsonObject()) {
            int side = config.size(key, SIZE);
            return new Size(side, side, false);
        }
        LibraryConfig sides = config.object(key);
        sides.fields().only("shortest_edge", "height", "width");
        if (sides.says("shortest_edge")) {
            int side = sides.fields().count("shortest_edge", 1, LibraryConfig.LARGEST);
            return new Size(side, side, false);
        }
        return new Size(
                sides.fields().count("height", 1, LibraryConfig.LARGEST),
                sides.fields().count("width", 1, LibraryConfig.LARGEST),
                true);
    }

    private static Interpolation interpolation(LibraryConfig config) {
        int filter = config.size("resample", BICUBIC);
        return switch (filter) {
            case BILINEAR -> Interpolation.BILINEAR;
            case BICUBIC -> Interpolation.BICUBIC;
            default ->
                throw config.invalid(
                        "resample [" + filter + "] is not supported; it must be 2 (bilinear) or 3 (bicubic)");
        };
    }

    /** A number for each of red, green and blue. */
    static List<Double> channels(LibraryConfig config, String key, List<Double> otherwise, boolean positive) {
        if (!config.says(key)) {
            return otherwise;
        }
        List<Double> numbers = config.fields().numbers(key);
        boolean usable = numbers.size() == otherwise.size()
                && numbers.stream().allMatch(number -> Double.isFinite(number) && !(positive && number <= 0));
        if (!usable) {
            throw config.invalid(
                    key + " " + numbers + " must be three finite " + (positive ? "positive " : "") + "numbers");
        }
        return numbers;
    }
}
