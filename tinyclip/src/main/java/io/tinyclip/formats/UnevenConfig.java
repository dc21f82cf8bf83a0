package io.tinyclip.formats;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Tower;
import io.tinyclip.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * What a {@code config.json} says of layers that may all differ, beside what CLIPModel's says: which code of ours loads them,
 * and each layer's sizes.
 *
 * @param headWidth of all layers
 * @param layers of a tower
 */
record UnevenConfig(int headWidth, List<LayerShape> layers) {
    /** Of the code. */
    static final String CODE = "modeling_tinyclip.py";

    /** {@code model_type}, so that no other code takes such a folder for its own. */
    static final String TYPE = "tinyclip";

    private static final String MODEL = "modeling_tinyclip.TinyCLIPModel";
    private static final String HEAD_WIDTH = "head_width";
    private static final String HEADS = "layer_heads";
    private static final String NEURONS = "layer_neurons";

    /** Text of the code, which lies beside the weights. */
    static String code() {
        return Resource.text(UnevenConfig.class, CODE);
    }

    /** Makes a model's config one of that code's. */
    static void write(JsonObject config) {
        JsonArray architectures = new JsonArray();
        architectures.add("TinyCLIPModel");
        config.add("architectures", architectures);
        config.addProperty("model_type", TYPE);
        JsonObject classes = new JsonObject();
        classes.addProperty("AutoConfig", "modeling_tinyclip.TinyCLIPConfig");
        classes.addProperty("AutoModel", MODEL);
        classes.addProperty("AutoModelForZeroShotImageClassification", MODEL);
        config.add("auto_map", classes);
    }

    /** Adds a tower's layers; what the library's own keys say of them is a bound. */
    static void write(JsonObject config, Tower tower) {
        config.addProperty(HEAD_WIDTH, tower.headWidth());
        config.add(HEADS, each(tower, LayerShape::heads));
        config.add(NEURONS, each(tower, LayerShape::neurons));
        config.addProperty("num_attention_heads", 1);
        int most = tower.layers().stream().mapToInt(LayerShape::neurons).reduce(1, Math::max);
        config.addProperty("intermediate_size", most);
    }

    private static JsonArray each(Tower tower, ToIntFunction<LayerShape> size) {
        JsonArray sizes = new JsonArray();
        tower.layers().forEach(layer -> sizes.add(size.applyAsInt(layer)));
        return sizes;
    }

    /**
     * A tower's layers; empty where its config does not say them one by one.
     *
     * @param layers how many there are
     */
    static Optional<UnevenConfig> read(LibraryConfig config, int layers) {
        if (!config.says(HEADS) && !config.says(NEURONS)) {
            return Optional.empty();
        }
        List<Long> heads = config.fields().wholes(HEADS, LibraryConfig.LARGEST);
        List<Long> neurons = config.fields().wholes(NEURONS, LibraryConfig.LARGEST);
        if (heads.size() != layers || neurons.size() != layers) {
            throw config.invalid(HEADS + " " + heads + " and " + NEURONS + " " + neurons
                    + " must have num_hidden_layers [" + layers + "] entries each");
        }
        List<LayerShape> shapes = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            shapes.add(new LayerShape(heads.get(i).intValue(), neurons.get(i).intValue()));
        }
        return Optional.of(new UnevenConfig(config.fields().count(HEAD_WIDTH, 1, LibraryConfig.LARGEST), shapes));
    }
}
