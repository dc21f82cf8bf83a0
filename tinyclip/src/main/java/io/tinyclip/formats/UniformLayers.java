package io.tinyclip.formats;

import io.tinyclip.files.Model;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes all layers of a tower alike, for formats that have one number of heads and one of neurons: every layer gets the
 * most neurons that one has, and as many heads as fit the width. What is added is zero on both sides, so it adds nothing to
 * the output: of an added head the rows of queries, keys and values and the columns of the output projection, of an added
 * neuron its row and its column. A half that has been cut away comes back with a layer norm of ones. These formats know no token
 * table that is a product either: it is multiplied out.
 */
final class UniformLayers {
    private static final int QUERIES_KEYS_VALUES = 3;

    private UniformLayers() {}

    /**
     * A model that gives the same embeddings, with uniform layers; the model itself where it has them.
     *
     * @param format what cannot hold other models, for messages
     * @throws InvalidInputException naming the tower and what cannot be expressed
     */
    static Model of(Model model, String format) {
        obstacle(model.shape()).ifPresent(obstacle -> {
            throw new InvalidInputException(format + " cannot hold " + obstacle
                    + "; export to hf with --layers uneven, to onnx or torchscript, or let it be cut again with"
                    + " tinyclip.mask.exportable = true");
        });
        Model whole = WholeTable.of(model);
        ModelShape uniform = shape(whole.shape());
        return uniform.equals(whole.shape()) ? whole : padded(whole, uniform);
    }

    /** What keeps a model from having uniform layers; empty where nothing does. */
    static Optional<String> obstacle(ModelShape shape) {
        Optional<String> image = shape.image() instanceof Tower tower ? obstacle(tower, "image") : Optional.empty();
        return image.or(() -> obstacle(shape.text(), "text"));
    }

    private static Optional<String> obstacle(Tower tower, String name) {
        if (tower.width() % tower.headWidth() != 0) {
            return Optional.of("the " + name + " tower's width [" + tower.width()
                    + "]: it must be a multiple of the head width [" + tower.headWidth() + "]");
        }
        int heads = tower.width() / tower.headWidth();
        return IntStream.range(0, tower.layers().size())
                .filter(i -> tower.layers().get(i).heads() > heads)
                .mapToObj(i -> "the " + name + " tower's layer " + i + " with ["
                        + tower.layers().get(i).heads() + "] heads: a width of " + tower.width() + " has at most "
                        + heads)
                .findFirst();
    }

    /** The shape of such a model, which has no {@link #obstacle}; its token table is whole. */
    static ModelShape shape(ModelShape shape) {
        TextTower text = shape.text();
        return new ModelShape(
                shape.embedding(),
                shape.activation(),
                image(shape.image()),
                new TextTower(text.contextLength(), text.vocabulary(), text.width(), text.headWidth(), layers(text)));
    }

    private static ImageTower image(ImageTower tower) {
        return tower instanceof VisionTransformer image
                ? new VisionTransformer(
                        image.imageSize(), image.patchSize(), image.width(), image.headWidth(), layers(image))
                : tower;
    }

    private static List<LayerShape> layers(Tower tower) {
        int neurons = tower.layers().stream().mapToInt(LayerShape::neurons).reduce(1, Math::max);
        return Collections.nCopies(tower.layers().size(), new LayerShape(tower.width() / tower.headWidth(), neurons));
    }

    private static Model padded(Model model, ModelShape uniform) {
        Layout layout = Model.layoutOf(uniform);
        FloatVector vector = FloatVector.allocate(layout.size());
        for (Segment segment : layout.segments()) {
            FloatBuffer target = vector.floats().slice(segment.offset(), segment.count());
            model.layout()
                    .find(segment.name())
                    .ifPresentOrElse(
                            source -> copy(model.vector(), source, segment, target), () -> fill(segment, target));
        }
        return Model.of(uniform, vector, model.preprocessing(), model.provenance())
                .withCut(model.cut());
    }

    /** Copies the beginning of each group of values that belong together; zeros follow. */
    private static void copy(FloatVector from, Segment source, Segment segment, FloatBuffer target) {
        int groups = groups(segment);
        int kept = source.count() / groups;
        int all = segment.count() / groups;
        for (int group = 0; group < groups; group++) {
            target.put(group * all, from.floats(), source.offset() + group * kept, kept);
        }
    }

    /** Heads and neurons are added at the end of each row, or of each of queries, keys and values, or of all rows. */
    private static int groups(Segment segment) {
        String name = segment.name();
        if (name.contains(".attn.in_proj_")) {
            return QUERIES_KEYS_VALUES;
        }
        boolean columns = name.endsWith(".attn.out_proj.weight") || name.endsWith(".mlp.c_proj.weight");
        return columns ? segment.shape().get(0) : 1;
    }

    private static void fill(Segment segment, FloatBuffer target) {
        if (segment.name().endsWith("ln_1.weight") || segment.name().endsWith("ln_2.weight")) {
            while (target.hasRemaining()) {
                target.put(1);
            }
        }
    }
}
