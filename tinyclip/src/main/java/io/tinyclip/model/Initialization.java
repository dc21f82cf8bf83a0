package io.tinyclip.model;

import io.tinyclip.random.Counter;
import java.util.Arrays;

/**
 * The random start of a model: OpenCLIP's scheme.
 *
 * <p>A value is a function of the seed, its tensor's name and its index in the tensor. So it does not change when other
 * tensors are added, cut or moved.
 */
public final class Initialization {
    private static final double TOKEN_DEVIATION = 0.02;
    private static final double TEXT_POSITION_DEVIATION = 0.01;
    private static final double FIRST_TEMPERATURE = 0.07;
    /** Dimensions of a convolution's weight. */
    private static final int CONVOLUTION = 4;

    private static final String POOL = "visual.attnpool.";

    private final ModelShape shape;
    private final long seed;

    private Initialization(ModelShape shape, long seed) {
        this.shape = shape;
        this.seed = seed;
    }

    /**
     * A new model's vector. A compact token table is cut from the vector of the full layout ({@link
     * TokenRows#compact}), so that a token's row does not depend on which others are there.
     *
     * @param layout without masks
     * @return (P,), padding zero
     */
    public static float[] random(Layout layout, long seed) {
        if (layout.masked()) {
            throw new IllegalArgumentException("a random start has no masks; lay it out without them");
        }
        Initialization start = new Initialization(layout.shape(), seed);
        float[] vector = new float[layout.size()];
        // Hundreds of millions of logarithms and cosines, each of its own place alone.
        layout.segments().parallelStream().forEach(segment -> start.fill(segment, vector));
        return vector;
    }

    private void fill(Segment segment, float[] vector) {
        String name = segment.name();
        if (name.equals("logit_scale")) {
            vector[segment.offset()] = (float) StrictMath.log(1 / FIRST_TEMPERATURE);
        } else if (isOne(segment)) {
            Arrays.fill(vector, segment.offset(), segment.end(), 1f);
        } else if (segment.shape().size() == CONVOLUTION) {
            uniform(segment, (double) segment.count() / segment.shape().get(0), vector);
        } else if (name.startsWith(POOL) && name.endsWith("bias")) {
            uniform(segment, ((ResNet) shape.image()).features(), vector);
        } else if (segment.shape().size() > 1 || name.equals("visual.class_embedding")) {
            normal(segment, deviation(name), vector);
        }
    }

    /** Scales of norms, but those that end a residual block: it starts as its shortcut. And variances. */
    private static boolean isOne(Segment segment) {
        String name = segment.name();
        if (segment.group() == Group.STATISTICS) {
            return name.endsWith(".running_var");
        }
        boolean endsBlock = name.startsWith("visual.layer") && name.endsWith(".bn3.weight");
        return segment.shape().size() == 1 && name.endsWith(".weight") && !endsBlock;
    }

    private double deviation(String name) {
        return switch (name) {
            case TokenRows.TABLE -> tokenDeviation();
            case TokenRows.BASIS -> inverseRoot(shape.text().width());
            case "positional_embedding" -> TEXT_POSITION_DEVIATION;
            case "text_projection" -> inverseRoot(shape.text().width());
            case "visual.class_embedding", "visual.positional_embedding", "visual.proj" ->
                inverseRoot(shape.image().width());
            default -> name.startsWith(POOL) ? poolDeviation() : layerDeviation(name);
        };
    }

    /** A product's entries vary as those of a whole table. */
    private double tokenDeviation() {
        TextTower text = shape.text();
        return text.tokenRank() == 0
                ? TOKEN_DEVIATION
                : TOKEN_DEVIATION * StrictMath.sqrt((double) text.width() / text.tokenRank());
    }

    private double poolDeviation() {
        return inverseRoot(((ResNet) shape.image()).features());
    }

    /** Both halves' last product is scaled down by depth, so that the residual stream starts with unit variance. */
    private double layerDeviation(String name) {
        Tower tower = name.startsWith("visual.") ? shape.vision() : shape.text();
        double width = tower.width();
        if (name.endsWith("attn.in_proj_weight")) {
            return inverseRoot(width);
        }
        if (name.endsWith("mlp.c_fc.weight")) {
            return inverseRoot(2 * width);
        }
        if (name.endsWith("attn.out_proj.weight") || name.endsWith("mlp.c_proj.weight")) {
            return inverseRoot(width) * inverseRoot(2.0 * tower.layers().size());
        }
        throw new IllegalStateException("no random start for tensor [" + name + "]");
    }

    private void normal(Segment segment, double deviation, float[] vector) {
        long key = key(segment.name());
        for (int i = 0; i < segment.count(); i++) {
            vector[segment.offset() + i] = (float) (deviation * Counter.normal(key, i));
        }
    }

    /** PyTorch's default of convolutions and biases: uniform within one over the root of an output's inputs. */
    private void uniform(Segment segment, double inputs, float[] vector) {
        double bound = inverseRoot(inputs);
        long key = key(segment.name());
        for (int i = 0; i < segment.count(); i++) {
            vector[segment.offset() + i] = (float) (bound * (2 * Counter.uniform(key, i) - 1));
        }
    }

    private long key(String name) {
        return Counter.key(seed, name.chars().asLongStream().toArray());
    }

    private static double inverseRoot(double value) {
        return 1 / StrictMath.sqrt(value);
    }
}
