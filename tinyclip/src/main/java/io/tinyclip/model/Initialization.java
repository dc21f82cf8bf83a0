package io.tinyclip.model;

import io.tinyclip.random.Counter;
import java.util.Arrays;

/**
 * The random start of a model: OpenCLIP's scheme, the same for both towers.
 *
 * <p>A value is a function of the seed, its tensor's name and its index in the tensor. So it does not change when other
 * tensors are added, cut or moved.
 */
public final class Initialization {
    private static final double TOKEN_DEVIATION = 0.02;
    private static final double TEXT_POSITION_DEVIATION = 0.01;
    private static final double FIRST_TEMPERATURE = 0.07;
    private static final int COLOURS = 3;

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
        for (Segment segment : layout.segments()) {
            start.fill(segment, vector);
        }
        return vector;
    }

    private void fill(Segment segment, float[] vector) {
        String name = segment.name();
        if (name.equals("logit_scale")) {
            vector[segment.offset()] = (float) StrictMath.log(1 / FIRST_TEMPERATURE);
        } else if (isNorm(name) && name.endsWith(".weight")) {
            Arrays.fill(vector, segment.offset(), segment.end(), 1f);
        } else if (name.equals("visual.conv1.weight")) {
            uniform(segment, vector);
        } else if (!name.endsWith("bias")) {
            normal(segment, deviation(name), vector);
        }
    }

    private static boolean isNorm(String name) {
        return name.contains("ln_");
    }

    private double deviation(String name) {
        return switch (name) {
            case "token_embedding.weight" -> TOKEN_DEVIATION;
            case "positional_embedding" -> TEXT_POSITION_DEVIATION;
            case "text_projection" -> inverseRoot(shape.text().width());
            case "visual.class_embedding", "visual.positional_embedding", "visual.proj" ->
                inverseRoot(shape.image().width());
            default -> layerDeviation(name, name.startsWith("visual.") ? shape.vision() : shape.text());
        };
    }

    /** Both halves' last product is scaled down by depth, so that the residual stream starts with unit variance. */
    private static double layerDeviation(String name, Tower tower) {
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

    /** A convolution's default in PyTorch: uniform within one over the root of its inputs. */
    private void uniform(Segment segment, float[] vector) {
        int patch = shape.vision().patchSize();
        double bound = inverseRoot((double) COLOURS * patch * patch);
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
