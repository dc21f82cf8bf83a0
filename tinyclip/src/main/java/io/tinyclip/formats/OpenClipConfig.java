package io.tinyclip.formats;

import com.google.gson.JsonElement;
import io.tinyclip.files.JsonFields;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.Preprocessing.Interpolation;
import io.tinyclip.image.Preprocessing.ResizeMode;
import io.tinyclip.model.Activation;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * The {@code open_clip_config.json} of an OpenCLIP folder: {@code {"model_cfg": {...}, "preprocess_cfg": {...}}}. A
 * missing key has OpenCLIP's default; a key that would change what the model computes, and is not supported, is refused
 * by name, and so is one that is not known.
 */
final class OpenClipConfig {
    /** Our text ids; a model of as many may name a tokenizer, which is this one. */
    private static final int VOCABULARY = 49_408;

    private static final int CONTEXT_LENGTH = 77;
    private static final int IMAGE_SIZE = 224;
    private static final int PATCH_SIZE = 16;
    private static final int VISION_WIDTH = 768;
    private static final int TEXT_WIDTH = 512;
    private static final int TEXT_HEADS = 8;
    private static final int LAYERS = 12;
    private static final int HEAD_WIDTH = 64;
    private static final double MLP_RATIO = 4;
    private static final int MOST_LAYERS = 1024;

    private static final String[] MODEL_KEYS = {
        "embed_dim",
        "vision_cfg",
        "text_cfg",
        "quick_gelu",
        "init_logit_scale",
        "init_logit_bias",
        "nonscalar_logit_scale",
        "cast_dtype",
        "output_dict",
        "custom_text",
        "multimodal_cfg"
    };
    /** Blocks of another kind than CLIP's. */
    private static final String[] BLOCK_FLAGS = {
        "qk_norm",
        "scaled_cosine_attn",
        "scale_heads",
        "scale_attn_inner",
        "scale_attn",
        "scale_fc",
        "final_ln_after_pool"
    };

    private static final String[] NOTHING = {"ls_init_value", "act_kwargs", "norm_kwargs"};
    private static final List<String> COMMON_KEYS = Stream.of(
                    List.of(BLOCK_FLAGS),
                    List.of(NOTHING),
                    List.of("layers", "width", "mlp_ratio", "pool_type", "output_tokens", "block_type"))
            .flatMap(List::stream)
            .toList();
    private static final List<String> VISION_KEYS = List.of(
            "head_width",
            "patch_size",
            "image_size",
            "patch_dropout",
            "attentional_pool",
            "attn_pooler_queries",
            "attn_pooler_heads",
            "no_ln_pre",
            "pos_embed_type",
            "timm_model_name",
            "timm_model_pretrained",
            "timm_pool",
            "timm_proj",
            "timm_proj_bias",
            "timm_drop",
            "timm_drop_path");
    private static final List<String> TEXT_KEYS = List.of(
            "context_length",
            "vocab_size",
            "hf_tokenizer_name",
            "tokenizer_mode",
            "tokenizer_kwargs",
            "heads",
            "embed_cls",
            "pad_id",
            "eos_id",
            "no_causal_mask",
            "proj_bias",
            "proj_type",
            "hf_model_name",
            "hf_model_pretrained",
            "hf_proj_type",
            "hf_pooler_type");

    private OpenClipConfig() {}

    /**
     * The shape that a config describes.
     *
     * @throws io.tinyclip.model.InvalidInputException naming the key, its value and what it must be
     */
    static ModelShape shape(JsonFields fields) {
        LibraryConfig model = new LibraryConfig(fields.object("model_cfg"));
        model.fields().only(MODEL_KEYS);
        model.requireNothing("init_logit_bias", "multimodal_cfg");
        int embedding = model.fields().count("embed_dim", 1, LibraryConfig.LARGEST);
        Activation activation = model.flag("quick_gelu", false) ? Activation.QUICK_GELU : Activation.GELU;
        return new ModelShape(embedding, activation, image(tower(model, "vision_cfg", VISION_KEYS)), text(model));
    }

    /** The preprocessing that a config describes, for a tower of that image size, whatever size it says itself. */
    static Preprocessing preprocessing(JsonFields fields, int imageSize) {
        LibraryConfig config = new LibraryConfig(fields).object("preprocess_cfg");
        config.fields().only("size", "mode", "mean", "std", "interpolation", "resize_mode", "fill_color");
        config.require("mode", "RGB");
        Preprocessing usual = Preprocessing.clip(imageSize);
        return new Preprocessing(
                imageSize,
                imageSize,
                resizeMode(config),
                interpolation(config),
                HuggingFacePreprocessing.channels(config, "mean", usual.mean(), false),
                HuggingFacePreprocessing.channels(config, "std", usual.std(), true));
    }

    /** What is taken otherwise than the config says: OpenCLIP too cuts pictures to the tower's size. */
    static List<String> assumed(JsonFields fields, int imageSize) {
        return new LibraryConfig(fields)
                        .object("preprocess_cfg")
                        .find("size")
                        .filter(size -> !List.of("" + imageSize, "[" + imageSize + "," + imageSize + "]")
                                .contains(size.toString()))
                        .map(size -> "pictures of " + imageSize
                                + " pixels, the image_size of vision_cfg, not of preprocess_cfg's size " + size)
                        .stream()
                        .toList();
    }

    private static LibraryConfig tower(LibraryConfig model, String key, List<String> keys) {
        LibraryConfig tower = new LibraryConfig(model.fields().object(key));
        tower.fields().only(Stream.of(COMMON_KEYS, keys).flatMap(List::stream).toArray(String[]::new));
        tower.requireFalse(BLOCK_FLAGS);
        tower.requireNothing(NOTHING);
        tower.require("block_type", "default");
        return tower;
    }

    private static ImageTower image(LibraryConfig config) {
        config.requireNothing("timm_model_name");
        config.requireFalse("attentional_pool", "no_ln_pre");
        config.require("pos_embed_type", "learnable");
        config.require("pool_type", "tok");
        boolean residual =
                config.find("layers").filter(JsonElement::isJsonArray).isPresent();
        return residual ? resNet(config) : transformer(config);
    }

    private static VisionTransformer transformer(LibraryConfig config) {
        int imageSize = side(config, "image_size", IMAGE_SIZE);
        int width = config.size("width", VISION_WIDTH);
        int patchSize = config.size("patch_size", PATCH_SIZE);
        int heads = Math.max(1, width / config.size("head_width", HEAD_WIDTH));
        if (imageSize % patchSize != 0) {
            throw config.invalid("patch_size [" + patchSize + "] must divide image_size [" + imageSize + "]");
        }
        if (width % heads != 0) {
            throw config.invalid(
                    "head_width [" + config.size("head_width", HEAD_WIDTH) + "] must divide width [" + width + "]");
        }
        return new VisionTransformer(imageSize, patchSize, width, width / heads, layers(config, width, heads));
    }

    private static ResNet resNet(LibraryConfig config) {
        int imageSize = side(config, "image_size", IMAGE_SIZE);
        int width = config.size("width", VISION_WIDTH);
        int features = width * ResNet.REDUCTION;
        int heads = Math.max(1, features / config.size("head_width", HEAD_WIDTH));
        if (features % heads != 0) {
            throw config.invalid("head_width [" + config.size("head_width", HEAD_WIDTH) + "] must divide "
                    + ResNet.REDUCTION + " times width [" + width + "]");
        }
        List<Integer> blocks = config.fields().wholes("layers", MOST_LAYERS).stream()
                .map(Long::intValue)
                .toList();
        try {
            return new ResNet(imageSize, width, features / heads, blocks);
        } catch (IllegalArgumentException e) {
            throw config.invalid(String.valueOf(e.getMessage()), e);
        }
    }

    private static TextTower text(LibraryConfig model) {
        LibraryConfig config = tower(model, "text_cfg", TEXT_KEYS);
        config.requireNothing("hf_model_name", "tokenizer_mode", "tokenizer_kwargs");
        config.requireFalse("embed_cls", "no_causal_mask", "proj_bias");
        config.require("pool_type", "argmax");
        config.require("proj_type", "linear");
        int vocabulary = config.size("vocab_size", VOCABULARY);
        boolean cut = config.text("hf_tokenizer_name", "").equals(OpenClipExport.TOKENIZER_OF_THE_FOLDER);
        if (vocabulary != VOCABULARY && !cut) {
            config.requireNothing("hf_tokenizer_name");
        }
        int width = config.size("width", TEXT_WIDTH);
        int heads = config.size("heads", TEXT_HEADS);
        if (width % heads != 0) {
            throw config.invalid("heads [" + heads + "] must divide width [" + width + "]");
        }
        return new TextTower(
                config.size("context_length", CONTEXT_LENGTH),
                vocabulary,
                width,
                width / heads,
                layers(config, width, heads));
    }

    private static List<LayerShape> layers(LibraryConfig config, int width, int heads) {
        int count = config.size("layers", LAYERS);
        double neurons = width * config.number("mlp_ratio", MLP_RATIO);
        if (count > MOST_LAYERS || !(neurons >= 1) || neurons > LibraryConfig.LARGEST) {
            throw config.invalid("layers [" + count + "] must be at most " + MOST_LAYERS + ", and width [" + width
                    + "] times mlp_ratio, [" + neurons + "], from 1 to " + LibraryConfig.LARGEST);
        }
        return Collections.nCopies(count, new LayerShape(heads, (int) neurons));
    }

    /** A side in pixels, given as a number or as two equal ones. */
    private static int side(LibraryConfig config, String key, int otherwise) {
        if (config.find(key).filter(JsonElement::isJsonArray).isEmpty()) {
            return config.size(key, otherwise);
        }
        List<Long> sides = config.fields().wholes(key, LibraryConfig.LARGEST);
        if (sides.size() != 2 || !sides.get(0).equals(sides.get(1)) || sides.get(0) < 1) {
            throw config.invalid(key + " " + sides + " is not supported; both sides must be the same");
        }
        return sides.get(0).intValue();
    }

    private static ResizeMode resizeMode(LibraryConfig config) {
        String found = config.text("resize_mode", "shortest");
        return switch (found) {
            case "shortest" -> ResizeMode.SHORTEST;
            case "squash" -> ResizeMode.SQUASH;
            default ->
                throw config.invalid("resize_mode [" + found + "] is not supported; it must be shortest or squash");
        };
    }

    /** OpenCLIP evaluates with bicubic where training took one at random. */
    private static Interpolation interpolation(LibraryConfig config) {
        String found = config.text("interpolation", "bicubic");
        return switch (found) {
            case "bicubic", "random" -> Interpolation.BICUBIC;
            case "bilinear" -> Interpolation.BILINEAR;
            default ->
                throw config.invalid("interpolation [" + found + "] is not supported; it must be bicubic or bilinear");
        };
    }
}
