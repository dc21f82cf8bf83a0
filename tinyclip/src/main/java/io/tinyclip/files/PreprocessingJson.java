package io.tinyclip.files;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.Preprocessing.Interpolation;
import io.tinyclip.image.Preprocessing.ResizeMode;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A model's preprocessing as JSON; {@link ModelFolder} describes the fields. */
public final class PreprocessingJson {
    private static final String RESIZE_MODE = "resizeMode";
    private static final int LARGEST = 1 << 16;

    private PreprocessingJson() {}

    /** Everything but the size. */
    public static JsonObject write(Preprocessing preprocessing) {
        JsonObject json = new JsonObject();
        json.add("mean", array(preprocessing.mean()));
        json.add("std", array(preprocessing.std()));
        json.addProperty("interpolation", lower(preprocessing.interpolation()));
        json.addProperty(RESIZE_MODE, lower(preprocessing.mode()));
        json.addProperty("resize", preprocessing.resize());
        return json;
    }

    /**
     * Reads the fields; what older folders do not say is CLIP's.
     *
     * @throws io.tinyclip.model.InvalidInputException naming the field, what is expected and what is found
     */
    public static Preprocessing read(JsonFields fields, int imageSize) {
        int resize = fields.has("resize") ? fields.count("resize", 1, LARGEST) : imageSize;
        ResizeMode mode = fields.has(RESIZE_MODE) ? one(fields, RESIZE_MODE, ResizeMode.values()) : ResizeMode.SHORTEST;
        Interpolation interpolation = fields.has("interpolation")
                ? one(fields, "interpolation", Interpolation.values())
                : Interpolation.BICUBIC;
        return checked(
                fields,
                () -> new Preprocessing(
                        imageSize, resize, mode, interpolation, fields.numbers("mean"), fields.numbers("std")));
    }

    private static Preprocessing checked(JsonFields fields, Supplier<Preprocessing> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(String.valueOf(e.getMessage()), e);
        }
    }

    private static <T extends Enum<T>> T one(JsonFields fields, String name, T[] values) {
        String found = fields.text(name);
        for (T value : values) {
            if (lower(value).equals(found)) {
                return value;
            }
        }
        throw fields.invalid(name + " [" + found + "] must be one of "
                + Stream.of(values).map(PreprocessingJson::lower).toList());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static JsonArray array(List<Double> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }
}
