package io.tinyclip.formats.onnx;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.PreprocessingJson;
import io.tinyclip.files.StrictJson;
import io.tinyclip.formats.NewFolder;
import io.tinyclip.formats.TokenizerExport;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a model for ONNX runtimes, 1.16 or later of ONNX Runtime: a folder with one graph a tower, and what a user of
 * the two must know, with the tokenizer's files of Hugging Face.
 *
 * <pre>
 * image_encoder.onnx   pixels (N, 3, S, S) float -> image_embeddings (N, E) float, each of unit length
 * text_encoder.onnx    tokens (N, L) int64, L at most the context -> text_embeddings (N, E) float, each of unit length
 * onnx_config.json     {"format": "onnx", "opset": 17, "producer": "tinyclip",
 *                       "weights": "fp32", "fp16" or "int8", "embedding": E,
 *                       "logitScale": what a cosine is multiplied with before the softmax,
 *                       "image": {"file", "input", "output", "size": S, "mean", "std", ...}, see ModelFolder
 *                       "text": {"file", "input", "output", "contextLength", "vocabulary", "startToken", "endToken"}}
 * </pre>
 *
 * A graph carries its own part of the configuration as metadata. A text is its tokens between start and end token; what
 * follows the first end token changes nothing.
 */
public final class OnnxExport {
    /** The image tower's file. */
    public static final String IMAGE_FILE = "image_encoder.onnx";
    /** The text tower's file. */
    public static final String TEXT_FILE = "text_encoder.onnx";
    /** The file that says how to feed the two. */
    public static final String CONFIG = "onnx_config.json";

    static final String PIXELS = "pixels";
    static final String IMAGE_EMBEDDINGS = "image_embeddings";
    static final String TOKENS = "tokens";
    static final String TEXT_EMBEDDINGS = "text_embeddings";
    /** Names of the sizes that a run decides. */
    static final String BATCH = "N";

    static final String LENGTH = "L";

    private static final String PRODUCER = "tinyclip";

    private OnnxExport() {}

    /**
     * Writes a model. Weights go from where they lie to the files, so no copy of the model is made.
     *
     * @param folder is not there, or empty
     * @throws InvalidInputException if a tower is larger than the 2 GiB that an ONNX file can hold, the logit scale's
     *     exponential is not finite, or the folder is not empty. Nothing is written then
     * @throws java.io.UncheckedIOException if the disk is full or the folder cannot be written
     */
    public static void write(Model model, Path folder) {
        write(model, folder, OnnxWeights.FP32);
    }

    /** The same with weights in fewer bits; inputs and outputs are floats all the same. */
    public static void write(Model model, Path folder, OnnxWeights weights) {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("weights are written as they lie in memory, which must be little endian");
        }
        JsonObject config = config(model, weights);
        Message image = message(IMAGE_FILE, imageGraph(model, weights), config.getAsJsonObject("image"));
        Message text = message(TEXT_FILE, TransformerGraph.text(model, weights), config.getAsJsonObject("text"));
        NewFolder.write(folder, target -> {
            AtomicFile.write(target.resolve(IMAGE_FILE), image::writeTo);
            AtomicFile.write(target.resolve(TEXT_FILE), text::writeTo);
            AtomicFile.writeText(target.resolve(CONFIG), StrictJson.pretty(config) + "\n");
            TokenizerExport.write(model, target);
        });
    }

    private static Onnx.Graph imageGraph(Model model, OnnxWeights weights) {
        return model.shape().image() instanceof ResNet shape
                ? ResNetGraph.image(model, shape, weights)
                : TransformerGraph.image(model, weights);
    }

    private static Message message(String file, Onnx.Graph graph, JsonObject config) {
        Map<String, String> metadata = new LinkedHashMap<>();
        config.entrySet().forEach(entry -> metadata.put(entry.getKey(), text(entry.getValue())));
        String version = Optional.ofNullable(OnnxExport.class.getPackage().getImplementationVersion())
                .orElse("");
        Message message = Onnx.model(graph, PRODUCER, version, metadata);
        if (message.size() > Integer.MAX_VALUE) {
            throw new InvalidInputException("[" + file + "] would have [" + message.size()
                    + "] bytes; an ONNX file holds at most " + Integer.MAX_VALUE + "; export as safetensors instead");
        }
        return message;
    }

    private static String text(JsonElement value) {
        return value instanceof JsonPrimitive primitive ? primitive.getAsString() : value.toString();
    }

    private static JsonObject config(Model model, OnnxWeights weights) {
        JsonObject json = new JsonObject();
        json.addProperty("format", "onnx");
        json.addProperty("opset", Onnx.OPSET);
        json.addProperty("producer", PRODUCER);
        json.addProperty("weights", weights.name().toLowerCase(Locale.ROOT));
        json.addProperty("embedding", model.shape().embedding());
        json.addProperty("logitScale", logitScale(model));
        json.add("image", image(model));
        json.add("text", text(model.shape().text()));
        return json;
    }

    private static double logitScale(Model model) {
        float logarithm =
                model.vector().get(model.layout().segment("logit_scale").offset());
        double scale = StrictMath.exp(logarithm);
        if (!Float.isFinite((float) scale)) {
            throw new InvalidInputException(
                    "logit_scale [" + logarithm + "] has no finite exponential; correct this tensor in the model");
        }
        return scale;
    }

    private static JsonObject image(Model model) {
        JsonObject json = file(IMAGE_FILE, PIXELS, IMAGE_EMBEDDINGS);
        json.addProperty("size", model.preprocessing().size());
        JsonObject preprocessing = PreprocessingJson.write(model.preprocessing());
        preprocessing.keySet().forEach(name -> json.add(name, preprocessing.get(name)));
        return json;
    }

    private static JsonObject text(TextTower tower) {
        JsonObject json = file(TEXT_FILE, TOKENS, TEXT_EMBEDDINGS);
        json.addProperty("contextLength", tower.contextLength());
        json.addProperty("vocabulary", tower.vocabulary());
        json.addProperty("startToken", tower.vocabulary() - 2);
        json.addProperty("endToken", tower.vocabulary() - 1);
        return json;
    }

    private static JsonObject file(String name, String input, String output) {
        JsonObject json = new JsonObject();
        json.addProperty("file", name);
        json.addProperty("input", input);
        json.addProperty("output", output);
        return json;
    }
}
