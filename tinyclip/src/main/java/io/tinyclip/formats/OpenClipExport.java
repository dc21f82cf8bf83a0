package io.tinyclip.formats;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.tinyclip.files.Model;
import io.tinyclip.files.SafetensorsWriter;
import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.Preprocessing.ResizeMode;
import io.tinyclip.model.Activation;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Writes a folder that OpenCLIP opens by {@code local-dir:}: {@code open_clip_config.json},
 * {@code open_clip_model.safetensors}, and the tokenizer's files where the vocabulary is CLIP's.
 */
public final class OpenClipExport {
    private static final String TITLE = "OpenCLIP";
    static final String TOKENIZER_OF_THE_FOLDER = ".";

    private OpenClipExport() {}

    /**
     * Writes a model. Layers of different heads or neurons are made alike by zeros, see {@link UniformLayers}; of uniform
     * models the tensors keep their bits.
     *
     * @param folder is not there, or empty
     * @throws InvalidInputException naming what the format cannot hold: a width that is no multiple of the head width, a
     *     layer of more heads than the width has, a resizing beyond the crop; or if the folder is not empty. Nothing is
     *     written then
     * @throws java.io.UncheckedIOException if the disk is full or the folder cannot be written
     */
    public static void write(Model model, Path folder) {
        write(model, folder, StoredFloat.F32);
    }

    /**
     * The same.
     *
     * @param stored numbers of the tensors' file
     */
    public static void write(Model model, Path folder, StoredFloat stored) {
        JsonObject preprocessing = preprocessing(model.preprocessing());
        Model uniform = UniformLayers.of(model, TITLE);
        List<Tensor> tensors = uniform.layout().segments().stream()
                .map(segment -> new Tensor(
                        segment.name(), segment.shape(), uniform.vector().floats(), segment.offset()))
                .toList();
        JsonObject config = new JsonObject();
        config.add("model_cfg", model(uniform));
        config.add("preprocess_cfg", preprocessing);
        NewFolder.write(folder, target -> {
            SafetensorsWriter.write(
                    target.resolve(KnownFolder.OPEN_CLIP_TENSORS), tensors, stored, HuggingFaceExport.METADATA);
            HuggingFaceExport.write(target.resolve(KnownFolder.OPEN_CLIP_CONFIG), config);
            TokenizerExport.write(uniform, target);
        });
    }

    private static JsonObject model(Model model) {
        ModelShape shape = model.shape();
        JsonObject config = new JsonObject();
        config.addProperty("embed_dim", shape.embedding());
        config.addProperty("quick_gelu", shape.activation() == Activation.QUICK_GELU);
        config.add("vision_cfg", image(shape.image()));
        TextTower text = shape.text();
        JsonObject words = new JsonObject();
        words.addProperty("context_length", text.contextLength());
        words.addProperty("vocab_size", text.vocabulary());
        words.addProperty("width", text.width());
        words.addProperty("heads", text.width() / text.headWidth());
        words.addProperty("layers", text.layers().size());
        words.addProperty("mlp_ratio", ratio(text));
        if (model.cut().isPresent()) {
            // Its own tokenizer knows all tokens; given a name, the library takes the files of the folder instead.
            words.addProperty("hf_tokenizer_name", TOKENIZER_OF_THE_FOLDER);
        }
        config.add("text_cfg", words);
        return config;
    }

    private static JsonObject image(ImageTower tower) {
        JsonObject config = new JsonObject();
        config.addProperty("image_size", tower.imageSize());
        config.addProperty("width", tower.width());
        if (tower instanceof ResNet resNet) {
            JsonArray blocks = new JsonArray();
            resNet.blocks().forEach(blocks::add);
            config.add("layers", blocks);
            config.addProperty("head_width", resNet.headWidth());
            config.add("patch_size", JsonNull.INSTANCE);
        } else if (tower instanceof VisionTransformer transformer) {
            config.addProperty("layers", transformer.layers().size());
            config.addProperty("head_width", transformer.headWidth());
            config.addProperty("patch_size", transformer.patchSize());
            config.addProperty("mlp_ratio", ratio(transformer));
        }
        return config;
    }

    /** The number that, times the width and cut to a whole number, gives the neurons. */
    private static double ratio(Tower tower) {
        int neurons = HuggingFaceExport.neurons(tower);
        double ratio = (double) neurons / tower.width();
        return (int) (ratio * tower.width()) == neurons ? ratio : Math.nextUp(ratio);
    }

    private static JsonObject preprocessing(Preprocessing preprocessing) {
        if (preprocessing.resize() != preprocessing.size()) {
            throw new InvalidInputException(TITLE + " cannot hold a resizing to [" + preprocessing.resize()
                    + "] pixels before a crop of [" + preprocessing.size() + "]; both must be the same");
        }
        JsonObject config = new JsonObject();
        config.addProperty("size", preprocessing.size());
        config.addProperty("mode", "RGB");
        config.add("mean", HuggingFaceExport.array(preprocessing.mean()));
        config.add("std", HuggingFaceExport.array(preprocessing.std()));
        config.addProperty("interpolation", preprocessing.interpolation().name().toLowerCase(Locale.ROOT));
        config.addProperty("resize_mode", preprocessing.mode() == ResizeMode.SQUASH ? "squash" : "shortest");
        config.addProperty("fill_color", 0);
        return config;
    }
}
