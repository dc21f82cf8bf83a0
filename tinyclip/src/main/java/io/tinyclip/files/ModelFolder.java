package io.tinyclip.files;

import com.google.gson.JsonObject;
import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Our model format: a folder with {@code model.safetensors}, tensors under OpenCLIP's names, and {@code config.json}:
 *
 * <pre>
 * {"format": "tinyclip", "version": 1,
 *  ... the shape, see {@link ModelShapeJson} ...,
 *  "mean": [r, g, b], "std": [r, g, b],     pixels in 0..1 are normalised as (pixel - mean) / std
 *  "interpolation": "bicubic",              or bilinear; bicubic where it is not said
 *  "resizeMode": "shortest", "resize": 224, how a picture becomes a square, see {@link Preprocessing}; shortest, and
 *                                           resize as the image size, where it is not said
 *  "provenance": {...}}                     free; how the model came to be
 * </pre>
 *
 * <p>A tower may be cut layer by layer. A layer without heads has of its attention half {@code attn.out_proj.bias}
 * only, a layer without neurons has of its feed-forward half {@code mlp.c_proj.bias} only.
 */
public final class ModelFolder {
    /** The tensors' file. */
    public static final String TENSORS = "model.safetensors";
    /** The shape's file. */
    public static final String CONFIG = "config.json";
    /** What {@code "format"} says in a config of ours. */
    public static final String FORMAT = "tinyclip";

    private static final int VERSION = 1;
    private static final String[] KEYS = {
        "format", "version", "embedding", "activation", "image", "text",
        "mean", "std", "interpolation", "resizeMode", "resize", "provenance"
    };

    private ModelFolder() {}

    /**
     * Reads a model.
     *
     * @throws InvalidInputException if a file is missing or damaged, a tensor is missing, superfluous or of another
     *     shape than the config says, or holds a value that is not finite
     */
    public static Model read(Path folder) {
        Path config = folder.resolve(CONFIG);
        JsonFields fields = new JsonFields(StrictJson.read(config), config.toString());
        fields.only(KEYS);
        requireFormat(fields);
        ModelShape shape = ModelShapeJson.read(fields);
        Layout layout = ModelVector.layout(shape, config.toString());
        Preprocessing preprocessing =
                PreprocessingJson.read(fields, shape.image().imageSize());
        return new Model(
                shape,
                layout,
                vector(folder.resolve(TENSORS), layout),
                preprocessing,
                Optional.empty(),
                fields.object("provenance").object());
    }

    /**
     * Writes a model; the config last, so that a folder with a config is whole.
     *
     * @throws InvalidInputException if a value is not finite, or not in the range of F16 where that is asked for
     * @throws java.io.UncheckedIOException if the disk is full or the folder cannot be written
     */
    public static void write(Path folder, Model model, StoredFloat stored) {
        List<Tensor> tensors = new ArrayList<>();
        for (Segment segment : model.layout().segments()) {
            tensors.add(
                    new Tensor(segment.name(), segment.shape(), model.vector().floats(), segment.offset()));
        }
        SafetensorsWriter.write(folder.resolve(TENSORS), tensors, stored, Map.of("format", FORMAT));
        AtomicFile.writeText(folder.resolve(CONFIG), StrictJson.pretty(config(model)) + "\n");
    }

    private static JsonObject config(Model model) {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("version", VERSION);
        JsonObject shape = ModelShapeJson.write(model.shape());
        shape.keySet().forEach(name -> json.add(name, shape.get(name)));
        JsonObject preprocessing = PreprocessingJson.write(model.preprocessing());
        preprocessing.keySet().forEach(name -> json.add(name, preprocessing.get(name)));
        json.add("provenance", model.provenance());
        return json;
    }

    private static void requireFormat(JsonFields fields) {
        if (!fields.text("format").equals(FORMAT)) {
            throw fields.invalid("format [" + fields.text("format") + "] must be " + FORMAT);
        }
        fields.whole("version", VERSION, VERSION);
    }

    private static FloatVector vector(Path file, Layout layout) {
        try (Safetensors tensors = Safetensors.open(file)) {
            return ModelVector.read(tensors, layout, CONFIG);
        }
    }
}
