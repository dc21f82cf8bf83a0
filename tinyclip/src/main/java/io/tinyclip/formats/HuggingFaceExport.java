package io.tinyclip.formats;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.SafetensorsWriter;
import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.files.StrictJson;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.Preprocessing.Interpolation;
import io.tinyclip.image.Preprocessing.ResizeMode;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Writes a folder of Hugging Face's CLIPModel: {@code config.json}, {@code model.safetensors},
 * {@code preprocessor_config.json}, and the tokenizer's files where the vocabulary is CLIP's; or one of the same tensors with
 * layers that differ, and {@code modeling_tinyclip.py} beside them, which loads them there.
 */
public final class HuggingFaceExport {
    static final String TITLE = "Hugging Face's CLIPModel";

    /** PyTorch, which the library asks for when it opens the file. */
    static final Map<String, String> METADATA = Map.of("format", "pt");

    private static final String CARD = "README.md";
    private static final String TENSORS = "model.safetensors";

    private static final double INITIAL_LOGIT_SCALE = 2.6592;

    private HuggingFaceExport() {}

    /** How layers are written that differ in heads or neurons. */
    public enum Layers {
        /** Alike by zeros, for the library's own CLIPModel. */
        PADDED,
        /** As they are, with code of ours beside them that loads them; any width will do. */
        UNEVEN
    }

    /**
     * Writes a model. Layers of different heads or neurons are made alike by zeros, see {@link UniformLayers}; of uniform
     * models the tensors keep their bits.
     *
     * @param folder is not there, or empty
     * @throws InvalidInputException naming what the format cannot hold: a ResNet, a width that is no multiple of the head
     *     width, a layer of more heads than the width has; or if the folder is not empty. Nothing is written then
     * @throws java.io.UncheckedIOException if the disk is full or the folder cannot be written
     */
    public static void write(Model model, Path folder) {
        write(model, folder, StoredFloat.F32, Layers.PADDED, Optional.empty());
    }

    /**
     * The same, with a card.
     *
     * @param stored numbers of {@code model.safetensors}
     * @param layers how layers are written that differ
     * @param card README.md, by the bytes of {@code model.safetensors}
     */
    public static void write(
            Model model, Path folder, StoredFloat stored, Layers layers, Optional<LongFunction<String>> card) {
        if (!(model.shape().image() instanceof VisionTransformer)) {
            throw new InvalidInputException(
                    TITLE + " cannot hold a ResNet; export to openclip, onnx or torchscript instead");
        }
        JsonObject preprocessor = preprocessor(model.preprocessing());
        boolean uneven = layers == Layers.UNEVEN;
        Model written = uneven ? WholeTable.of(model) : UniformLayers.of(model, TITLE);
        JsonObject config = uneven ? unevenConfig(written, stored) : config(written, stored);
        NewFolder.write(folder, target -> {
            SafetensorsWriter.write(target.resolve(TENSORS), tensors(written), stored, METADATA);
            write(target.resolve(KnownFolder.HUGGING_FACE_CONFIG), config);
            if (uneven) {
                AtomicFile.writeText(target.resolve(UnevenConfig.CODE), UnevenConfig.code());
            }
            write(target.resolve(LibraryFolder.PREPROCESSOR_CONFIG), preprocessor);
            TokenizerExport.write(written, target);
            card.ifPresent(
                    text -> AtomicFile.writeText(target.resolve(CARD), text.apply(size(target.resolve(TENSORS)))));
        });
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at [" + file + "]: " + e + "; check the disk", e);
        }
    }

    /** Writes a file of JSON for people to read. */
    static void write(Path file, JsonObject json) {
        AtomicFile.writeText(file, StrictJson.pretty(json) + "\n");
    }

    /** An array of numbers. */
    static JsonArray array(List<Double> numbers) {
        JsonArray array = new JsonArray();
        numbers.forEach(array::add);
        return array;
    }

    private static List<Tensor> tensors(Model model) {
        List<Tensor> tensors = new ArrayList<>();
        for (Segment segment : model.layout().segments()) {
            Origin origin = HuggingFaceNames.origin(segment.name());
            if (origin.transposed()) {
                tensors.add(transposed(model.vector(), segment, origin.names().get(0)));
            } else {
                addParts(model.vector(), segment, origin.names(), tensors);
            }
        }
        return tensors;
    }

    /** Queries, keys and values are thirds of our rows; all else is one part. */
    private static void addParts(FloatVector vector, Segment segment, List<String> parts, List<Tensor> tensors) {
        List<Integer> shape = new ArrayList<>(segment.shape());
        if (parts.size() > 1) {
            shape.set(0, shape.get(0) / parts.size());
        }
        int count = segment.count() / parts.size();
        for (int part = 0; part < parts.size(); part++) {
            tensors.add(new Tensor(parts.get(part), shape, vector.floats(), segment.offset() + part * count));
        }
    }

    private static Tensor transposed(FloatVector vector, Segment segment, String name) {
        int rows = segment.shape().get(0);
        int columns = segment.shape().get(1);
        FloatVector turned = FloatVector.allocate(segment.count());
        Transpose.copy(vector.floats().slice(segment.offset(), segment.count()), rows, columns, turned.floats());
        return new Tensor(name, List.of(columns, rows), turned.floats(), 0);
    }

    private static JsonObject config(Model model, StoredFloat stored) {
        ModelShape shape = model.shape();
        JsonObject config = new JsonObject();
        JsonArray architectures = new JsonArray();
        architectures.add("CLIPModel");
        config.add("architectures", architectures);
        config.addProperty("initializer_factor", 1.0);
        config.addProperty("logit_scale_init_value", INITIAL_LOGIT_SCALE);
        config.addProperty("model_type", "clip");
        config.addProperty("projection_dim", shape.embedding());
        config.add("text_config", text(shape, CutTable.vocabulary(model).isPresent()));
        config.addProperty("torch_dtype", stored == StoredFloat.F16 ? "float16" : "float32");
        config.add("vision_config", vision(shape));
        return config;
    }

    private static JsonObject unevenConfig(Model model, StoredFloat stored) {
        JsonObject config = config(model, stored);
        UnevenConfig.write(config);
        UnevenConfig.write(config.getAsJsonObject("text_config"), model.shape().text());
        UnevenConfig.write(
                config.getAsJsonObject("vision_config"), model.shape().vision());
        return config;
    }

    private static JsonObject text(ModelShape shape, boolean tokenized) {
        TextTower text = shape.text();
        JsonObject config = tower(text, shape, "clip_text_model");
        config.addProperty("vocab_size", text.vocabulary());
        config.addProperty("max_position_embeddings", text.contextLength());
        int end = text.vocabulary() - 1;
        config.addProperty("bos_token_id", Math.max(0, end - 1));
        // Another end token may be none of a text's; then the library must take the largest, as we do.
        config.addProperty("eos_token_id", tokenized ? end : HuggingFaceConfig.LEGACY_END);
        config.addProperty("pad_token_id", end);
        return config;
    }

    private static JsonObject vision(ModelShape shape) {
        JsonObject config = tower(shape.vision(), shape, "clip_vision_model");
        config.addProperty("image_size", shape.vision().imageSize());
        config.addProperty("num_channels", 3);
        config.addProperty("patch_size", shape.vision().patchSize());
        return config;
    }

    private static JsonObject tower(Tower tower, ModelShape shape, String type) {
        JsonObject config = new JsonObject();
        config.addProperty("model_type", type);
        config.addProperty("attention_dropout", 0.0);
        config.addProperty("hidden_act", shape.activation() == Activation.GELU ? "gelu" : "quick_gelu");
        config.addProperty("hidden_size", tower.width());
        config.addProperty("initializer_factor", 1.0);
        config.addProperty("initializer_range", 0.02);
        config.addProperty("intermediate_size", neurons(tower));
        config.addProperty("layer_norm_eps", HuggingFaceConfig.LAYER_NORM_EPSILON);
        config.addProperty("num_attention_heads", tower.width() / tower.headWidth());
        config.addProperty("num_hidden_layers", tower.layers().size());
        config.addProperty("projection_dim", shape.embedding());
        return config;
    }

    /** Neurons of each layer of a uniform tower. */
    static int neurons(Tower tower) {
        return tower.layers().isEmpty() ? 1 : tower.layers().get(0).neurons();
    }

    private static JsonObject preprocessor(Preprocessing preprocessing) {
        int size = preprocessing.size();
        if (preprocessing.resize() < size) {
            throw new InvalidInputException(TITLE + " cannot hold a resizing to [" + preprocessing.resize()
                    + "] pixels before a crop of [" + size + "]; it must be at least as large");
        }
        boolean squashed = preprocessing.mode() == ResizeMode.SQUASH;
        JsonObject shortest = new JsonObject();
        shortest.addProperty("shortest_edge", preprocessing.resize());
        JsonObject config = new JsonObject();
        if (preprocessing.mode() == ResizeMode.SHORTEST) {
            config.addProperty(HuggingFacePreprocessing.MIDDLE, HuggingFacePreprocessing.HALF_EVEN);
        }
        config.add("crop_size", square(size));
        config.addProperty("do_center_crop", true);
        config.addProperty("do_convert_rgb", true);
        config.addProperty("do_normalize", true);
        config.addProperty("do_rescale", true);
        config.addProperty("do_resize", true);
        config.add("image_mean", array(preprocessing.mean()));
        config.addProperty("image_processor_type", "CLIPImageProcessor");
        config.add("image_std", array(preprocessing.std()));
        boolean bicubic = preprocessing.interpolation() == Interpolation.BICUBIC;
        config.addProperty("resample", bicubic ? HuggingFacePreprocessing.BICUBIC : HuggingFacePreprocessing.BILINEAR);
        config.addProperty("rescale_factor", HuggingFacePreprocessing.RESCALE);
        config.add("size", squashed ? square(size) : shortest);
        return config;
    }

    private static JsonObject square(int size) {
        JsonObject square = new JsonObject();
        square.addProperty("height", size);
        square.addProperty("width", size);
        return square;
    }
}
