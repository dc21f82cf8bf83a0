package io.tinyclip.files;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.model.Activation;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import java.util.List;

/**
 * A model's shape in JSON, the same in {@code config.json} and in a checkpoint's manifest:
 *
 * <pre>
 * "embedding": 512, "activation": "gelu" | "quick_gelu",
 * "image": {"imageSize", "patchSize", "width", "headWidth", "layers": [{"heads": 12, "neurons": 3072}, ...]},
 *       or {"kind": "resnet", "imageSize", "width", "headWidth", "blocks": [3, 4, 6, 3]},
 * "text": {"contextLength", "vocabulary", "width", "headWidth", "layers": [...],
 *       "tokenRank": 32}    where the token table is a product of two; programs before that refuse the key
 * </pre>
 */
public final class ModelShapeJson {
    /** Far above any CLIP's sizes. */
    private static final int LARGEST = 1 << 20;
    /** Far above any residual network's blocks in a stage. */
    private static final int MOST_BLOCKS = 1 << 10;

    private static final String RESNET = "resnet";

    private ModelShapeJson() {}

    /** The shape's four fields, in a new object. */
    public static JsonObject write(ModelShape shape) {
        TextTower text = shape.text();
        JsonObject textJson = new JsonObject();
        textJson.addProperty("contextLength", text.contextLength());
        textJson.addProperty("vocabulary", text.vocabulary());
        writeTower(text, textJson);
        if (text.tokenRank() > 0) {
            textJson.addProperty("tokenRank", text.tokenRank());
        }
        JsonObject json = new JsonObject();
        json.addProperty("embedding", shape.embedding());
        json.addProperty("activation", name(shape.activation()));
        json.add("image", shape.image() instanceof ResNet resnet ? resnet(resnet) : transformer(shape.vision()));
        json.add("text", textJson);
        return json;
    }

    /**
     * Reads the shape's four fields; others of the same object are left alone.
     *
     * @throws InvalidInputException naming the field, what it holds and what it must hold
     */
    public static ModelShape read(JsonFields fields) {
        int embedding = positive(fields, "embedding");
        Activation activation = activation(fields);
        return new ModelShape(embedding, activation, image(fields.object("image")), text(fields.object("text")));
    }

    private static JsonObject transformer(VisionTransformer tower) {
        JsonObject json = new JsonObject();
        json.addProperty("imageSize", tower.imageSize());
        json.addProperty("patchSize", tower.patchSize());
        writeTower(tower, json);
        return json;
    }

    private static JsonObject resnet(ResNet tower) {
        JsonObject json = new JsonObject();
        json.addProperty("kind", RESNET);
        json.addProperty("imageSize", tower.imageSize());
        json.addProperty("width", tower.width());
        json.addProperty("headWidth", tower.headWidth());
        JsonArray blocks = new JsonArray();
        tower.blocks().forEach(blocks::add);
        json.add("blocks", blocks);
        return json;
    }

    private static void writeTower(Tower tower, JsonObject json) {
        json.addProperty("width", tower.width());
        json.addProperty("headWidth", tower.headWidth());
        JsonArray layers = new JsonArray();
        for (LayerShape layer : tower.layers()) {
            JsonObject layerJson = new JsonObject();
            layerJson.addProperty("heads", layer.heads());
            layerJson.addProperty("neurons", layer.neurons());
            layers.add(layerJson);
        }
        json.add("layers", layers);
    }

    private static ImageTower image(JsonFields fields) {
        if (!fields.has("kind")) {
            return transformer(fields);
        }
        String kind = fields.text("kind");
        if (!kind.equals(RESNET)) {
            throw fields.invalid("kind [" + kind + "] must be " + RESNET + "; a transformer has none");
        }
        return resnet(fields);
    }

    private static ResNet resnet(JsonFields fields) {
        fields.only("kind", "imageSize", "width", "headWidth", "blocks");
        List<Integer> blocks = fields.wholes("blocks", MOST_BLOCKS).stream()
                .map(Long::intValue)
                .toList();
        int imageSize = positive(fields, "imageSize");
        int width = positive(fields, "width");
        int headWidth = positive(fields, "headWidth");
        try {
            return new ResNet(imageSize, width, headWidth, blocks);
        } catch (IllegalArgumentException e) {
            throw fields.invalid(String.valueOf(e.getMessage()), e);
        }
    }

    private static VisionTransformer transformer(JsonFields fields) {
        fields.only("imageSize", "patchSize", "width", "headWidth", "layers");
        int imageSize = positive(fields, "imageSize");
        int patchSize = positive(fields, "patchSize");
        if (imageSize % patchSize != 0) {
            throw fields.invalid("patchSize [" + patchSize + "] must divide imageSize [" + imageSize + "]");
        }
        return new VisionTransformer(
                imageSize, patchSize, positive(fields, "width"), positive(fields, "headWidth"), layers(fields));
    }

    private static TextTower text(JsonFields fields) {
        fields.only("contextLength", "vocabulary", "width", "headWidth", "layers", "tokenRank");
        return new TextTower(
                positive(fields, "contextLength"),
                positive(fields, "vocabulary"),
                positive(fields, "width"),
                positive(fields, "headWidth"),
                layers(fields),
                fields.has("tokenRank") ? fields.count("tokenRank", 1, TextTower.LARGEST_RANK) : 0);
    }

    private static List<LayerShape> layers(JsonFields fields) {
        return fields.objects("layers").stream().map(ModelShapeJson::layer).toList();
    }

    private static LayerShape layer(JsonFields fields) {
        fields.only("heads", "neurons");
        return new LayerShape(fields.count("heads", 0, LARGEST), fields.count("neurons", 0, LARGEST));
    }

    private static int positive(JsonFields fields, String name) {
        return fields.count(name, 1, LARGEST);
    }

    private static Activation activation(JsonFields fields) {
        String found = fields.text("activation");
        for (Activation activation : Activation.values()) {
            if (name(activation).equals(found)) {
                return activation;
            }
        }
        throw fields.invalid("activation [" + found + "] must be gelu or quick_gelu");
    }

    private static String name(Activation activation) {
        return switch (activation) {
            case GELU -> "gelu";
            case QUICK_GELU -> "quick_gelu";
        };
    }
}
