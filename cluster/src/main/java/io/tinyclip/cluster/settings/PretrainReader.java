package io.tinyclip.cluster.settings;

import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.util.Collections;
import java.util.List;

/** Reads {@code tinyclip.pretrain}. */
final class PretrainReader {
    static final int LARGEST_WIDTH = 4096;
    private static final int SMALLEST_WIDTH = 8;
    static final int MOST_NEURONS = 8 * LARGEST_WIDTH;
    static final int MOST_LAYERS = 64;
    static final int LARGEST_IMAGE = 1024;
    private static final int LONGEST_TEXT = 77;
    private static final int CLIP_VOCABULARY = 49408;

    private final SettingValues values;

    private PretrainReader(SettingValues values) {
        this.values = values;
    }

    static PretrainSettings read(SettingValues values) {
        return new PretrainSettings(
                values.whole("pretrain.steps", 1, StepReader.MOST_STEPS), new PretrainReader(values).model());
    }

    private ModelShape model() {
        int embedding = values.whole("pretrain.model.embedding", SMALLEST_WIDTH, LARGEST_WIDTH);
        String image = "pretrain.model.image.";
        int size = values.whole(image + "size", 1, LARGEST_IMAGE);
        int patch = values.whole(image + "patch", 1, size);
        if (size % patch != 0) {
            throw values.refusal(image + "patch", "must divide " + "tinyclip." + image + "size [" + size + "]");
        }
        String text = "pretrain.model.text.";
        int context = values.whole(text + "context", 4, LONGEST_TEXT);
        return new ModelShape(
                embedding,
                Activation.GELU,
                new VisionTransformer(size, patch, width(image), headWidth(image), layers(image)),
                new TextTower(context, CLIP_VOCABULARY, width(text), headWidth(text), layers(text)));
    }

    private int width(String tower) {
        return values.whole(tower + "width", SMALLEST_WIDTH, LARGEST_WIDTH);
    }

    private int headWidth(String tower) {
        int headWidth = values.whole(tower + "head-width", 1, width(tower));
        if (width(tower) % headWidth != 0) {
            throw values.refusal(
                    tower + "head-width", "must divide " + "tinyclip." + tower + "width [" + width(tower) + "]");
        }
        return headWidth;
    }

    private List<LayerShape> layers(String tower) {
        int neurons = values.whole(tower + "neurons", 1, MOST_NEURONS);
        LayerShape layer = new LayerShape(width(tower) / headWidth(tower), neurons);
        return Collections.nCopies(values.whole(tower + "layers", 1, MOST_LAYERS), layer);
    }
}
