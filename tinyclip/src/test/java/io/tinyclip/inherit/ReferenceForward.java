package io.tinyclip.inherit;

import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Tower;

/**
 * A text or image tower in plain loops and double, masks where the method puts them: on the embeddings, on what each half
 * writes, inside layer norms, before the output projection and before the second feed-forward projection.
 */
final class ReferenceForward {
    private final Layout layout;
    private final float[] vector;
    private final MaskSource masks;

    /** The mask of a unit, by the name of its segment. */
    interface MaskSource {
        double at(String name, int unit);
    }

    ReferenceForward(Layout layout, float[] vector, MaskSource masks) {
        this.layout = layout;
        this.vector = vector;
        this.masks = masks;
    }

    /** Embedding of an image given as (patches, 3 p p). */
    double[] image(double[][] patches) {
        Tower tower = layout.shape().vision();
        int width = tower.width();
        int patchFloats = patches[0].length;
        double[][] x = new double[1 + patches.length][width];
        for (int l = 0; l < x.length; l++) {
            for (int c = 0; c < width; c++) {
                double sum = at("visual.positional_embedding", l * width + c);
                sum += l == 0 ? at("visual.class_embedding", c) : 0;
                for (int f = 0; l > 0 && f < patchFloats; f++) {
                    sum += patches[l - 1][f] * at("visual.conv1.weight", c * patchFloats + f);
                }
                x[l][c] = sum * masks.at("mask.visual.width", c);
            }
        }
        x = norm(x, "visual.ln_pre", tower);
        layers(x, tower, false);
        return project(norm(x, "visual.ln_post", tower)[0], "visual.proj");
    }

    /** Embedding of a text given as rows of the token table, pooled at the last. */
    double[] text(int[] tokens) {
        Tower tower = layout.shape().text();
        int width = tower.width();
        double[][] x = new double[tokens.length][width];
        for (int l = 0; l < x.length; l++) {
            for (int c = 0; c < width; c++) {
                double sum =
                        at("token_embedding.weight", tokens[l] * width + c) + at("positional_embedding", l * width + c);
                x[l][c] = sum * masks.at("mask.width", c);
            }
        }
        layers(x, tower, true);
        return project(norm(x, "ln_final", tower)[tokens.length - 1], "text_projection");
    }

    private void layers(double[][] x, Tower tower, boolean causal) {
        for (int i = 0; i < tower.layers().size(); i++) {
            String name = tower.prefix() + "transformer.resblocks." + i + ".";
            LayerShape layer = tower.layers().get(i);
            double[][] heads = new double[x.length][layer.heads() * tower.headWidth()];
            if (layer.heads() > 0) {
                double[][] qkv =
                        linear(norm(x, name + "ln_1", tower), name + "attn.in_proj_weight", name + "attn.in_proj_bias");
                for (int h = 0; h < layer.heads(); h++) {
                    double mask = masks.at("mask." + tower.prefix() + "heads." + i, h);
                    attend(qkv, heads, h, tower.headWidth(), mask, causal);
                }
            }
            write(x, linear(heads, name + "attn.out_proj.weight", name + "attn.out_proj.bias"), tower);
            double[][] neurons = new double[x.length][0];
            if (layer.neurons() > 0) {
                neurons = linear(norm(x, name + "ln_2", tower), name + "mlp.c_fc.weight", name + "mlp.c_fc.bias");
                for (double[] row : neurons) {
                    for (int n = 0; n < row.length; n++) {
                        row[n] = row[n] / (1 + Math.exp(-1.702 * row[n]));
                        row[n] *= masks.at("mask." + tower.prefix() + "neurons." + i, n);
                    }
                }
            }
            write(x, linear(neurons, name + "mlp.c_proj.weight", name + "mlp.c_proj.bias"), tower);
        }
    }

    private static void attend(double[][] qkv, double[][] out, int head, int headWidth, double mask, boolean causal) {
        int inner = qkv[0].length / 3;
        for (int l = 0; l < qkv.length; l++) {
            double total = 0;
            for (int other = 0; other < (causal ? l + 1 : qkv.length); other++) {
                double score = 0;
                for (int k = head * headWidth; k < (head + 1) * headWidth; k++) {
                    score += qkv[l][k] * qkv[other][inner + k];
                }
                double weight = Math.exp(score / Math.sqrt(headWidth));
                total += weight;
                for (int k = head * headWidth; k < (head + 1) * headWidth; k++) {
                    out[l][k] += weight * qkv[other][2 * inner + k];
                }
            }
            for (int k = head * headWidth; k < (head + 1) * headWidth; k++) {
                out[l][k] *= mask / total;
            }
        }
    }

    private void write(double[][] x, double[][] update, Tower tower) {
        for (int l = 0; l < x.length; l++) {
            for (int c = 0; c < tower.width(); c++) {
                x[l][c] += update[l][c] * masks.at("mask." + tower.prefix() + "width", c);
            }
        }
    }

    private double[][] norm(double[][] x, String name, Tower tower) {
        String mask = "mask." + tower.prefix() + "width";
        double[][] out = new double[x.length][tower.width()];
        for (int l = 0; l < x.length; l++) {
            double kept = 0;
            double sum = 0;
            double squares = 0;
            for (int c = 0; c < tower.width(); c++) {
                double on = masks.at(mask, c) > 0 ? 1 : 0;
                kept += on;
                sum += on * x[l][c];
                squares += on * x[l][c] * x[l][c];
            }
            double mean = sum / kept;
            double deviation = Math.sqrt(squares / kept - mean * mean + 1e-5);
            for (int c = 0; c < tower.width(); c++) {
                double normal = (x[l][c] - mean) / deviation * at(name + ".weight", c) + at(name + ".bias", c);
                out[l][c] = masks.at(mask, c) > 0 ? normal : 0;
            }
        }
        return out;
    }

    /** x (rows, in) with weight (out, in) and bias (out); a missing weight is none. */
    private double[][] linear(double[][] x, String weight, String bias) {
        int outputs = layout.segment(bias).count();
        double[][] out = new double[x.length][outputs];
        for (int l = 0; l < x.length; l++) {
            for (int o = 0; o < outputs; o++) {
                out[l][o] = at(bias, o);
                for (int i = 0; i < x[l].length; i++) {
                    out[l][o] += x[l][i] * at(weight, o * x[l].length + i);
                }
            }
        }
        return out;
    }

    private double[] project(double[] x, String name) {
        double[] out = new double[layout.shape().embedding()];
        for (int c = 0; c < x.length; c++) {
            for (int e = 0; e < out.length; e++) {
                out[e] += x[c] * at(name, c * out.length + e);
            }
        }
        return out;
    }

    private double at(String name, int element) {
        return vector[layout.segment(name).offset() + element];
    }
}
