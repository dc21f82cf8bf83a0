package io.tinyclip.cluster;

import com.google.gson.JsonObject;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import io.tinyclip.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;

/** Small untrained models in folders of ours. */
final class RandomModels {
    private static final int EMBEDDING = 32;
    private static final int CONTEXT = 24;
    private static final long SEED = 5;
    private static final double NOISE = 0.1;

    private RandomModels() {}

    /** A transformer as a cut leaves it: each layer different, without heads, without neurons, without either. */
    static Path cutUnevenly(Path folder) {
        List<LayerShape> image = List.of(new LayerShape(2, 9), new LayerShape(0, 5), new LayerShape(3, 0));
        List<LayerShape> text = List.of(new LayerShape(1, 7), new LayerShape(0, 0), new LayerShape(2, 11));
        return write(
                folder, new VisionTransformer(32, 8, 24, 8, image), new TextTower(CONTEXT, vocabulary(), 16, 8, text));
    }

    /** A residual network with a text tower of two layers. */
    static Path resNet(Path folder) {
        LayerShape layer = new LayerShape(4, 128);
        TextTower text = new TextTower(CONTEXT, vocabulary(), 32, 8, List.of(layer, layer));
        return write(folder, new ResNet(32, 8, 8, List.of(1, 1, 1, 1)), text);
    }

    private static int vocabulary() {
        return Tokenizer.VOCABULARY;
    }

    /** Biases start at zero and the last norm of a residual block too; noise lets a lost or misplaced one show. */
    private static Path write(Path folder, ImageTower image, TextTower text) {
        ModelShape shape = new ModelShape(EMBEDDING, Activation.QUICK_GELU, image, text);
        float[] weights = Initialization.random(Model.layoutOf(shape), SEED);
        Model.layoutOf(shape).segments().forEach(segment -> {
            for (int i = segment.offset(); i < segment.end(); i++) {
                weights[i] += (float) (NOISE * Counter.uniform(SEED, i));
            }
        });
        Preprocessing preprocessing = Preprocessing.clip(image.imageSize());
        ModelFolder.write(
                folder, Model.of(shape, FloatVector.of(weights), preprocessing, new JsonObject()), StoredFloat.F32);
        return folder;
    }
}
