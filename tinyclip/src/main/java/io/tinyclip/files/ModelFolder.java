package io.tinyclip.files;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Our model format: a folder with {@code model.safetensors}, tensors under OpenCLIP's names, and {@code config.json}:
 *
 * <pre>
 * {"format": "tinyclip", "version": 1,
 *  ... the shape, see {@link ModelShapeJson} ...,
 *  "mean": [r, g, b], "std": [r, g, b],     pixels in 0..1 are normalised as (pixel - mean) / std
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
    /** Of CLIP's training pixels (Radford et al. 2021); every model of this family has them. */
    private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);

    private static final List<Double> DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

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
        fields.only("format", "version", "embedding", "activation", "image", "text", "mean", "std", "provenance");
        requireFormat(fields);
        ModelShape shape = ModelShapeJson.read(fields);
        Layout layout = layout(shape, fields);
        return new Model(
                shape,
                layout,
                vector(folder.resolve(TENSORS), layout),
                fields.object("provenance").object());
    }

    /**
     * Writes a model; the config last, so that a folder with a config is whole.
     *
     * @throws InvalidInputException if a value is not finite, or not in the range of F16 where that is asked for
     * @throws java.io.UncheckedIOException if the disk is full or the folder cannot be written
     */
    public static void write(Path folder, Model model, Precision precision) {
        List<Tensor> tensors = new ArrayList<>();
        for (Segment segment : model.layout().segments()) {
            tensors.add(new Tensor(segment.name(), segment.shape(), model.vector(), segment.offset()));
        }
        SafetensorsWriter.write(folder.resolve(TENSORS), tensors, precision, Map.of("format", FORMAT));
        AtomicFile.writeText(folder.resolve(CONFIG), StrictJson.pretty(config(model)) + "\n");
    }

    private static JsonObject config(Model model) {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("version", VERSION);
        JsonObject shape = ModelShapeJson.write(model.shape());
        shape.keySet().forEach(name -> json.add(name, shape.get(name)));
        json.add("mean", array(MEAN));
        json.add("std", array(DEVIATION));
        json.add("provenance", model.provenance());
        return json;
    }

    private static JsonArray array(List<Double> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }

    private static void requireFormat(JsonFields fields) {
        if (!fields.text("format").equals(FORMAT)) {
            throw fields.invalid("format [" + fields.text("format") + "] must be " + FORMAT);
        }
        fields.whole("version", VERSION, VERSION);
        requirePixels(fields, "mean", MEAN);
        requirePixels(fields, "std", DEVIATION);
    }

    /** The preprocessing is CLIP's; a model that wants another would silently see wrong colours. */
    private static void requirePixels(JsonFields fields, String name, List<Double> expected) {
        if (!fields.numbers(name).equals(expected)) {
            throw fields.invalid(name + " " + fields.numbers(name) + " must be CLIP's " + expected);
        }
    }

    private static Layout layout(ModelShape shape, JsonFields fields) {
        try {
            return Model.layoutOf(shape);
        } catch (ArithmeticException e) {
            throw fields.invalid("the model must have fewer than 2^31 parameters", e);
        }
    }

    /**
     * All shapes are compared before the vector is allocated, so that a wrong config cannot ask for too much memory.
     */
    private static float[] vector(Path file, Layout layout) {
        try (Safetensors tensors = Safetensors.open(file)) {
            requireSameTensors(file, tensors, layout);
            float[] vector = new float[layout.size()];
            for (Segment segment : layout.segments()) {
                tensors.read(segment.name(), vector, segment.offset());
                requireFinite(file, segment, vector);
            }
            return vector;
        }
    }

    private static void requireSameTensors(Path file, Safetensors tensors, Layout layout) {
        Set<String> superfluous = new HashSet<>(tensors.names());
        for (Segment segment : layout.segments()) {
            String name = segment.name();
            List<Long> expected =
                    segment.shape().stream().map(Integer::longValue).toList();
            if (!superfluous.remove(name)) {
                throw invalid(
                        file, name, "expected shape " + expected + " by " + CONFIG + ", but it is not in the file");
            }
            if (!tensors.shape(name).equals(expected)) {
                throw invalid(
                        file, name, "expected shape " + expected + " by " + CONFIG + ", found " + tensors.shape(name));
            }
        }
        if (!superfluous.isEmpty()) {
            String first = superfluous.stream().sorted().findFirst().orElseThrow();
            throw invalid(file, first, "is no part of the model that " + CONFIG + " describes");
        }
    }

    private static void requireFinite(Path file, Segment segment, float[] vector) {
        for (int i = segment.offset(); i < segment.end(); i++) {
            if (!Float.isFinite(vector[i])) {
                throw invalid(
                        file,
                        segment.name(),
                        "value [" + vector[i] + "] at " + (i - segment.offset()) + " must be finite");
            }
        }
    }

    private static InvalidInputException invalid(Path file, String tensor, String what) {
        return new InvalidInputException("[" + file + " tensor " + tensor + "]: " + what);
    }
}
