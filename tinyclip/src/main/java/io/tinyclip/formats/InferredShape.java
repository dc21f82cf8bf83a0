package io.tinyclip.formats;

import io.tinyclip.model.Activation;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VisionTransformer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The shape of a CLIP whose file has no config, by OpenAI's rules: all but activation and head width is in the tensors. */
final class InferredShape {
    /** K where nothing else is said: a head for every 64 channels. */
    static final int HEAD_WIDTH = 64;

    private static final String HEAD_WIDTH_NAME = ".head_width";
    private static final int MOST_LAYERS = 1024;
    private static final int CONVOLUTION = 4;
    private static final int STAGES = 4;
    private static final String FIRST_BLOCK = "visual.layer1.0.conv1.weight";
    private static final String LAYERS = "transformer.resblocks.";

    private final ClipTensors tensors;
    private final OptionalInt headWidth;

    private InferredShape(ClipTensors tensors, OptionalInt headWidth) {
        this.tensors = tensors;
        this.headWidth = headWidth;
    }

    /**
     * Infers the shape, and adds zeros for what TinyCLIP's code leaves out of cut layers.
     *
     * @param headWidth K, where it is not {@link #HEAD_WIDTH}
     * @throws InvalidInputException naming the tensor that has no CLIP's shape
     */
    static ModelShape of(ClipTensors tensors, Activation activation, OptionalInt headWidth) {
        InferredShape inferred = new InferredShape(tensors, headWidth);
        int embedding = inferred.size("text_projection", 2, 1);
        return new ModelShape(embedding, activation, inferred.image(), inferred.text());
    }

    private ImageTower image() {
        return tensors.names().contains(FIRST_BLOCK) ? resNet() : transformer();
    }

    private VisionTransformer transformer() {
        int width = size("visual.conv1.weight", CONVOLUTION, 0);
        int patchSize = size("visual.conv1.weight", CONVOLUTION, CONVOLUTION - 1);
        int imageSize = grid("visual.positional_embedding") * patchSize;
        int count = count("visual." + LAYERS);
        int head = headWidth("visual.", width, count);
        return new VisionTransformer(imageSize, patchSize, width, head, layers("visual.", count, width, head));
    }

    private ResNet resNet() {
        int width = size(FIRST_BLOCK, CONVOLUTION, 0);
        int imageSize = grid("visual.attnpool.positional_embedding") * ResNet.REDUCTION;
        int features = width * ResNet.REDUCTION;
        int heads = Math.max(1, features / knownHeadWidth("visual.attnpool.").orElse(HEAD_WIDTH));
        List<Integer> blocks = IntStream.rangeClosed(1, STAGES)
                .mapToObj(stage -> count("visual.layer" + stage + "."))
                .toList();
        try {
            return new ResNet(imageSize, width, features / heads, blocks);
        } catch (IllegalArgumentException e) {
            throw tensors.invalid(FIRST_BLOCK, "has no CLIP's shape: " + e.getMessage(), e);
        }
    }

    private TextTower text() {
        int width = size("positional_embedding", 2, 1);
        int count = count(LAYERS);
        int head = headWidth("", width, count);
        return new TextTower(
                size("positional_embedding", 2, 0),
                size("token_embedding.weight", 2, 0),
                width,
                head,
                layers("", count, width, head),
                tokenRank());
    }

    private int tokenRank() {
        int rank = tensors.names().contains(TokenRows.BASIS) ? size(TokenRows.BASIS, 2, 0) : 0;
        if (rank > TextTower.LARGEST_RANK) {
            throw tensors.invalid(
                    TokenRows.BASIS, "expected at most " + TextTower.LARGEST_RANK + " rows, found [" + rank + "]");
        }
        return rank;
    }

    /** Positions are those of a square, and of the class token. */
    private int grid(String name) {
        int positions = size(name, 2, 0);
        int grid = (int) Math.round(Math.sqrt(positions - 1.0));
        if (grid < 1 || grid * grid + 1 != positions) {
            throw tensors.invalid(
                    name, "expected a square number of positions and one more, found [" + positions + "]");
        }
        return grid;
    }

    /** A width that is no multiple of 64 has still a whole number of heads, where none has been cut. */
    private int headWidth(String prefix, int width, int count) {
        OptionalInt known = knownHeadWidth(prefix + LAYERS);
        if (known.isPresent()) {
            return known.getAsInt();
        }
        boolean whole = IntStream.range(0, count).allMatch(i -> heads(prefix, i, 1) == width);
        int heads = width / HEAD_WIDTH;
        if (!whole || heads == 0) {
            return HEAD_WIDTH;
        }
        return width % heads == 0 ? width / heads : HEAD_WIDTH;
    }

    /** What the file says, or else the user. */
    private OptionalInt knownHeadWidth(String prefix) {
        OptionalInt said = saidHeadWidth(tensors, prefix);
        if (said.isPresent() && headWidth.isPresent() && !said.equals(headWidth)) {
            throw new InvalidInputException("[" + tensors.where() + "]: the file says the head width ["
                    + said.getAsInt() + "] for " + prefix + ", so it cannot be [" + headWidth.getAsInt()
                    + "]; say no head width");
        }
        return said.isPresent() ? said : headWidth;
    }

    /** What the file says under names that so begin. */
    static OptionalInt saidHeadWidth(ClipTensors tensors, String prefix) {
        return tensors.said(prefix, HEAD_WIDTH_NAME)
                .filter(width -> width instanceof Long whole && whole >= 1 && whole <= LibraryConfig.LARGEST)
                .map(width -> OptionalInt.of(((Long) width).intValue()))
                .orElse(OptionalInt.empty());
    }

    private List<LayerShape> layers(String prefix, int count, int width, int head) {
        List<LayerShape> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String layer = prefix + LAYERS + i + ".";
            LayerShape shape = new LayerShape(heads(prefix, i, head), neurons(layer));
            addBias(layer + "attn.out_proj.bias", shape.heads() == 0, width);
            addBias(layer + "mlp.c_proj.bias", shape.neurons() == 0, width);
            layers.add(shape);
        }
        return layers;
    }

    private void addBias(String name, boolean cut, int width) {
        if (cut && tensors.towersApart() && !tensors.names().contains(name)) {
            tensors.addZeros(name, width);
        }
    }

    private int heads(String prefix, int index, int head) {
        String layer = prefix + LAYERS + index + ".";
        String name = layer + "attn.in_proj_weight";
        if (cut(name, layer + "attn.out_proj.bias")) {
            return 0;
        }
        int rows = size(name, 2, 0);
        int rowsOfHead = 3 * head;
        if (rows % rowsOfHead != 0) {
            throw tensors.invalid(
                    name,
                    "expected rows in threes of whole heads of [" + head + "] channels, found [" + rows
                            + "]; say the head width");
        }
        return rows / rowsOfHead;
    }

    private int neurons(String layer) {
        String name = layer + "mlp.c_fc.weight";
        return cut(name, layer + "mlp.c_proj.bias") ? 0 : size(name, 2, 0);
    }

    /** A half that has been cut has nothing but the output's bias, and in TinyCLIP's files not always that. */
    private boolean cut(String name, String bias) {
        return !tensors.names().contains(name)
                && (tensors.towersApart() || tensors.names().contains(bias));
    }

    /** The largest number after a prefix, and one more. */
    private int count(String prefix) {
        int count = 0;
        for (String name : tensors.names()) {
            if (name.startsWith(prefix)) {
                count = Math.max(count, 1 + index(name, prefix.length()));
            }
        }
        return count;
    }

    private int index(String name, int from) {
        int to = name.indexOf('.', from);
        String digits = name.substring(from, to < 0 ? name.length() : to);
        if (!digits.matches("0|[1-9]\\d{0,3}") || Integer.parseInt(digits) >= MOST_LAYERS) {
            throw tensors.invalid(name, "layer [" + digits + "] must be a number below " + MOST_LAYERS);
        }
        return Integer.parseInt(digits);
    }

    private int size(String name, int rank, int dimension) {
        List<Long> shape = tensors.shape(name);
        boolean usable =
                shape.size() == rank && shape.get(dimension) >= 1 && shape.get(dimension) <= LibraryConfig.LARGEST;
        if (!usable) {
            throw tensors.invalid(
                    name, "expected " + rank + " dimensions of 1 to " + LibraryConfig.LARGEST + ", found " + shape);
        }
        return shape.get(dimension).intValue();
    }
}
