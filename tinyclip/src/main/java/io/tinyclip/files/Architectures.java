package io.tinyclip.files;

import com.google.gson.JsonObject;
import io.tinyclip.model.Activation;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.resource.Resource;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The shapes of well-known models by their names in OpenCLIP: so a recipe can be judged without the model's weights. */
public final class Architectures {
    /** Behind a name, it stands for the same model with OpenAI's activation. */
    private static final String QUICK = "-quickgelu";

    private static final String TABLE = "architectures.json";
    private static final int CONTEXT = 77;
    private static final int VOCABULARY = 49408;
    private static final int LARGEST = 1 << 16;
    private static final Map<String, ModelShape> SHAPES = read();

    private Architectures() {}

    /** The names that are known, sorted. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(new TreeSet<>(SHAPES.keySet()));
    }

    /** The shape of a name out of {@link #names}. */
    public static ModelShape shape(String name) {
        ModelShape shape = SHAPES.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("no architecture is called [" + name + "]");
        }
        return shape;
    }

    /** A shape in a line, for messages: {@code 224 pixels in 32-pixel patches, width 768, ...}. */
    public static String describe(ModelShape shape) {
        String image = shape.image() instanceof ResNet network
                ? "a ResNet of width " + network.width() + " with blocks " + network.blocks() + " and heads of "
                        + network.headWidth()
                : "patches of " + shape.vision().patchSize() + ", " + describe(shape.vision());
        return "[" + shape.image().imageSize() + " pixels, " + image + "; "
                + shape.text().contextLength() + " of " + shape.text().vocabulary() + " tokens, "
                + describe(shape.text()) + rank(shape.text()) + "; embedding " + shape.embedding() + ", "
                + shape.activation() + "]";
    }

    private static String rank(TextTower text) {
        return text.tokenRank() == 0 ? "" : ", a token table of rank " + text.tokenRank();
    }

    private static String describe(Tower tower) {
        String layers = tower.layers().size() + " layers of ";
        boolean alike = tower.layers().stream().distinct().count() == 1;
        LayerShape first = tower.layers().get(0);
        String sizes = alike ? first.heads() + " heads and " + first.neurons() + " neurons" : "several sizes";
        return "width " + tower.width() + ", " + layers + sizes + " with heads of " + tower.headWidth();
    }

    private static Map<String, ModelShape> read() {
        Map<String, ModelShape> shapes = new TreeMap<>();
        JsonObject table = StrictJson.parse(ByteBuffer.wrap(Resource.bytes(Architectures.class, TABLE)), TABLE);
        for (String name : table.keySet()) {
            JsonFields fields = new JsonFields(table.getAsJsonObject(name), TABLE + " " + name);
            shapes.put(name, shape(fields, Activation.GELU));
            shapes.put(name + QUICK, shape(fields, Activation.QUICK_GELU));
        }
        return shapes;
    }

    private static ModelShape shape(JsonFields fields, Activation activation) {
        JsonFields text = fields.object("text");
        TextTower tower =
                new TextTower(CONTEXT, VOCABULARY, size(text, "width"), size(text, "headWidth"), layers(text));
        return new ModelShape(size(fields, "embedding"), activation, image(fields.object("image")), tower);
    }

    private static ImageTower image(JsonFields image) {
        if (image.has("blocks")) {
            List<Integer> blocks =
                    image.wholes("blocks", LARGEST).stream().map(Long::intValue).toList();
            return new ResNet(size(image, "imageSize"), size(image, "width"), size(image, "headWidth"), blocks);
        }
        return new VisionTransformer(
                size(image, "imageSize"),
                size(image, "patchSize"),
                size(image, "width"),
                size(image, "headWidth"),
                layers(image));
    }

    private static List<LayerShape> layers(JsonFields tower) {
        int heads = size(tower, "width") / size(tower, "headWidth");
        return Collections.nCopies(size(tower, "layers"), new LayerShape(heads, size(tower, "neurons")));
    }

    private static int size(JsonFields fields, String name) {
        return fields.count(name, 1, LARGEST);
    }
}
