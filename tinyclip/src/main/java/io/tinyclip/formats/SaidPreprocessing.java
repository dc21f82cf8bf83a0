package io.tinyclip.formats;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.files.JsonFields;
import io.tinyclip.files.PreprocessingJson;
import io.tinyclip.image.Preprocessing;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The preprocessing that a file of tensors says itself: the TorchScript archives that we write have it as attributes. */
final class SaidPreprocessing {
    private static final int CHANNELS = 3;

    private SaidPreprocessing() {}

    /**
     * The preprocessing, if the file says all of it.
     *
     * @throws io.tinyclip.model.InvalidInputException naming what is said that no preprocessing has
     */
    static Optional<Preprocessing> of(ClipTensors tensors, int imageSize) {
        Map<String, Object> said = tensors.said();
        if (!said.keySet()
                .containsAll(Set.of("image_mean.0", "image_std.0", "resize", "resize_mode", "interpolation"))) {
            return Optional.empty();
        }
        JsonObject json = new JsonObject();
        json.add("mean", channels(said, "image_mean"));
        json.add("std", channels(said, "image_std"));
        json.add("interpolation", element(said, "interpolation"));
        json.add("resizeMode", element(said, "resize_mode"));
        json.add("resize", element(said, "resize"));
        return Optional.of(PreprocessingJson.read(new JsonFields(json, tensors.where()), imageSize));
    }

    private static JsonArray channels(Map<String, Object> said, String name) {
        JsonArray numbers = new JsonArray();
        for (int channel = 0; channel < CHANNELS; channel++) {
            numbers.add(element(said, name + "." + channel));
        }
        return numbers;
    }

    private static JsonElement element(Map<String, Object> said, String name) {
        Object value = said.getOrDefault(name, "");
        return value instanceof Number number ? new JsonPrimitive(number) : new JsonPrimitive(value.toString());
    }
}
