package io.tinyclip.formats;

import com.google.gson.JsonElement;
import io.tinyclip.files.JsonFields;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.util.Collections;
import java.util.List;

/**
 * The {@code config.json} of Hugging Face's CLIPModel. A missing key has the value of ViT-B/32; a key that would change
 * what the model computes, and is not supported, is refused by name.
 */
final class HuggingFaceConfig {
    /** The only epsilon that the kernels have. */
    static final double LAYER_NORM_EPSILON = 1e-5;
    /** What configs say that were made before the end token's id was corrected; texts pool at the largest id then. */
    static final int LEGACY_END = 2;

    private static final int MOST_LAYERS = 1024;
    private static final int EMBEDDING = 512;
    static final int VOCABULARY = 49_408;
    /** What texts pool at where a config says nothing, whatever its vocabulary. */
    private static final int END = VOCABULARY - 1;

    private static final int CONTEXT_LENGTH = 77;
    private static final int IMAGE_SIZE = 224;
    private static final int PATCH_SIZE = 32;
    private static final Sizes VISION = new Sizes(768, 12, 12, 3072);
    private static final Sizes TEXT = new Sizes(512, 12, 8, 2048);

    private HuggingFaceConfig() {}

    /** What both towers say, or would if they said it. */
    private record Sizes(int width, int layers, int heads, int neurons) {
        int headWidth() {
            return width / heads;
        }

        List<LayerShape> shapes() {
            return Collections.nCopies(layers, new LayerShape(heads, neurons));
        }
    }

    /** Whether a config is of a model with two towers, as CLIP's are; others of Hugging Face have the same file's name. */
    static boolean recognise(JsonFields fields) {
        LibraryConfig config = new LibraryConfig(fields);
        boolean clip = config.find("model_type")
                .filter(type -> type.toString().equals("\"clip\"") || isOurs(type))
                .isPresent();
        boolean towers = says(config, "vision") && says(config, "text");
        return clip || towers;
    }

    /** Of a model whose layers differ, which code of ours loads there. */
    private static boolean isOurs(JsonElement type) {
        return type.toString().equals('"' + UnevenConfig.TYPE + '"');
    }

    private static boolean says(LibraryConfig config, String tower) {
        return config.says(tower + "_config") || config.says(tower + "_config_dict");
    }

    /**
     * The shape that a config describes.
     *
     * @throws io.tinyclip.model.InvalidInputException naming the key, its value and what it must be
     */
    static ModelShape read(JsonFields fields) {
        LibraryConfig config = new LibraryConfig(fields);
        if (config.find("model_type").filter(HuggingFaceConfig::isOurs).isEmpty()) {
            config.require("model_type", "clip");
        }
        config.requireNothing("quantization_config", "pruned_heads");
        LibraryConfig vision = tower(config, "vision");
        LibraryConfig text = tower(config, "text");
        Activation activation = activation(vision);
        if (activation(text) != activation) {
            throw text.invalid("hidden_act [" + text.text("hidden_act", "quick_gelu")
                    + "] must be that of vision_config; towers of two activations are not supported");
        }
        return new ModelShape(config.size("projection_dim", EMBEDDING), activation, vision(vision), text(text));
    }

    /** Where the older key is there too, it overrides the newer one whole, as in the library. */
    private static LibraryConfig tower(LibraryConfig config, String name) {
        String older = name + "_config_dict";
        LibraryConfig tower = config.object(config.says(older) ? older : name + "_config");
        tower.require("model_type", "clip_" + name + "_model");
        if (Math.abs(tower.number("layer_norm_eps", LAYER_NORM_EPSILON) - LAYER_NORM_EPSILON) > 1e-12) {
            throw tower.invalid("layer_norm_eps [" + tower.number("layer_norm_eps", LAYER_NORM_EPSILON)
                    + "] is not supported; it must be 1e-5");
        }
        tower.requireNothing("quantization_config", "pruned_heads");
        return tower;
    }

    private static VisionTransformer vision(LibraryConfig config) {
        config.require("num_channels", "3");
        int imageSize = config.size("image_size", IMAGE_SIZE);
        int patchSize = config.size("patch_size", PATCH_SIZE);
        if (imageSize % patchSize != 0) {
            throw config.invalid("patch_size [" + patchSize + "] must divide image_size [" + imageSize + "]");
        }
        Sizes sizes = sizes(config, VISION);
        UnevenConfig layers = layers(config, sizes);
        return new VisionTransformer(imageSize, patchSize, sizes.width(), layers.headWidth(), layers.layers());
    }

    private static TextTower text(LibraryConfig config) {
        int vocabulary = config.size("vocab_size", VOCABULARY);
        int end = config.size("eos_token_id", END);
        if (end != LEGACY_END && end != vocabulary - 1) {
            throw config.invalid(
                    "eos_token_id [" + end + (config.says("eos_token_id") ? "]" : "], the library's default,")
                            + " is not supported; it must be " + (vocabulary - 1) + ", the last of the vocabulary, or "
                            + LEGACY_END
                            + ", at which the library takes the largest id of a text");
        }
        Sizes sizes = sizes(config, TEXT);
        UnevenConfig layers = layers(config, sizes);
        return new TextTower(
                config.size("max_position_embeddings", CONTEXT_LENGTH),
                vocabulary,
                sizes.width(),
                layers.headWidth(),
                layers.layers());
    }

    private static UnevenConfig layers(LibraryConfig config, Sizes sizes) {
        return UnevenConfig.read(config, sizes.layers())
                .orElseGet(() -> new UnevenConfig(sizes.headWidth(), sizes.shapes()));
    }

    private static Sizes sizes(LibraryConfig config, Sizes usual) {
        Sizes sizes = new Sizes(
                config.size("hidden_size", usual.width()),
                config.size("num_hidden_layers", usual.layers()),
                config.size("num_attention_heads", usual.heads()),
                config.size("intermediate_size", usual.neurons()));
        if (sizes.width() % sizes.heads() != 0) {
            throw config.invalid(
                    "num_attention_heads [" + sizes.heads() + "] must divide hidden_size [" + sizes.width() + "]");
        }
        if (sizes.layers() > MOST_LAYERS) {
            throw config.invalid("num_hidden_layers [" + sizes.layers() + "] must be at most " + MOST_LAYERS);
        }
        return sizes;
    }

    private static Activation activation(LibraryConfig tower) {
        String found = tower.text("hidden_act", "quick_gelu");
        return switch (found) {
            case "quick_gelu" -> Activation.QUICK_GELU;
            case "gelu" -> Activation.GELU;
            default ->
                throw tower.invalid("hidden_act [" + found + "] is not supported; it must be gelu or quick_gelu");
        };
    }
}
