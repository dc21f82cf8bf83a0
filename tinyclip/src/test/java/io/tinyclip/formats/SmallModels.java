package io.tinyclip.formats;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.SafetensorsWriter;
import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.files.StrictJson;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Small models with weights in all their tensors, and files of them. */
final class SmallModels {
    private static final LayerShape LAYER = new LayerShape(2, 20);

    private SmallModels() {}

    /** A transformer of two uniform layers a tower, heads of 4 channels, pictures of 8 pixels. */
    static Model uniform() {
        return of(new VisionTransformer(8, 4, 8, 4, Collections.nCopies(2, LAYER)), text(11, LAYER, LAYER));
    }

    /** Every layer differs, halves are cut away, and the vocabulary is the tokenizer's. */
    static Model cut() {
        VisionTransformer image = new VisionTransformer(
                8, 4, 12, 4, List.of(new LayerShape(2, 5), new LayerShape(0, 3), new LayerShape(3, 0)));
        return of(image, text(49_408, new LayerShape(1, 9), new LayerShape(0, 0), new LayerShape(2, 1)));
    }

    /** A residual network with the same text tower. */
    static Model resNet() {
        return of(new ResNet(32, 4, 4, List.of(1, 2, 1, 1)), text(11, LAYER));
    }

    static Model of(ImageTower image, TextTower text) {
        return of(new ModelShape(6, Activation.QUICK_GELU, image, text));
    }

    static Model of(ModelShape shape) {
        FloatVector vector = FloatVector.allocate(Model.layoutOf(shape).size());
        Model.layoutOf(shape).segments().forEach(segment -> {
            for (int i = segment.offset(); i < segment.end(); i++) {
                double least = segment.name().endsWith(".running_var") ? 0.5 : -0.5;
                vector.floats().put(i, (float) (Counter.uniform(7, i) + least));
            }
        });
        return Model.of(shape, vector, Preprocessing.clip(shape.image().imageSize()), new JsonObject());
    }

    private static TextTower text(int vocabulary, LayerShape... layers) {
        return new TextTower(7, vocabulary, 8, 4, List.of(layers));
    }

    /** Writes a model's tensors under other names. */
    static void write(Path file, Model model, UnaryOperator<String> name) {
        List<Tensor> tensors = model.layout().segments().stream()
                .map(s -> new Tensor(
                        name.apply(s.name()), s.shape(), model.vector().floats(), s.offset()))
                .toList();
        SafetensorsWriter.write(file, tensors, StoredFloat.F32, Map.of());
    }

    /** Sets a value of a JSON file, given by keys joined by dots; {@code -} takes it away. */
    static void set(Path file, String keys, String value) {
        JsonObject json = StrictJson.read(file);
        JsonObject inner = json;
        String[] path = keys.split("\\.");
        for (int i = 0; i < path.length - 1; i++) {
            inner = inner.getAsJsonObject(path[i]);
        }
        String last = path[path.length - 1];
        if (value.equals("-")) {
            inner.remove(last);
        } else {
            JsonElement parsed = JsonParser.parseString(value);
            inner.add(last, parsed);
        }
        AtomicFile.writeText(file, StrictJson.pretty(json));
    }

    /** A model that another library wrote, see scripts/reference/models.py. */
    static Path written(String name) {
        try {
            return Path.of(Objects.requireNonNull(SmallModels.class.getResource("/io/tinyclip/models/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
