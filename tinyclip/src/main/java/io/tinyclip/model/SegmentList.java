package io.tinyclip.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lays a model's tensors one after another, under OpenCLIP's names. */
final class SegmentList {
    private final List<Segment> segments = new ArrayList<>();
    private long next;

    List<Segment> segments() {
        return segments;
    }

    int size() {
        return Math.toIntExact(next);
    }

    void add(String name, Group group, Integer... shape) {
        Segment segment = new Segment(name, Math.toIntExact(next), Arrays.asList(shape), group);
        segments.add(segment);
        long end = next + segment.count();
        next = (end + Layout.ALIGNMENT - 1) / Layout.ALIGNMENT * Layout.ALIGNMENT;
    }

    void towers(ModelShape shape, int tokenRows) {
        if (shape.image() instanceof ResNet image) {
            ResNetSegments.add(image, shape.embedding(), this);
        } else {
            transformer(shape.vision(), shape.embedding());
        }
        TextTower text = shape.text();
        add(TokenRows.TABLE, Group.DECAY, tokenRows, text.tokenColumns());
        if (text.tokenRank() > 0) {
            add(TokenRows.BASIS, Group.DECAY, text.tokenRank(), text.width());
        }
        add("positional_embedding", Group.DECAY, text.contextLength(), text.width());
        layers(text);
        norm("ln_final", text.width());
        add("text_projection", Group.DECAY, text.width(), shape.embedding());
    }

    private void transformer(VisionTransformer image, int embedding) {
        int width = image.width();
        add("visual.class_embedding", Group.NO_DECAY, width);
        add("visual.positional_embedding", Group.DECAY, 1 + image.patches(), width);
        add("visual.conv1.weight", Group.DECAY, width, 3, image.patchSize(), image.patchSize());
        norm("visual.ln_pre", width);
        layers(image);
        norm("visual.ln_post", width);
        add("visual.proj", Group.DECAY, width, embedding);
    }

    void masks(Tower tower) {
        String prefix = "mask." + tower.prefix();
        add(prefix + "width", Group.MASK, tower.width());
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerShape layer = tower.layers().get(i);
            if (layer.heads() > 0) {
                add(prefix + "heads." + i, Group.MASK, layer.heads());
            }
            if (layer.neurons() > 0) {
                add(prefix + "neurons." + i, Group.MASK, layer.neurons());
            }
        }
    }

    private void layers(Tower tower) {
        for (int i = 0; i < tower.layers().size(); i++) {
            layer(
                    tower.prefix() + "transformer.resblocks." + i + ".",
                    tower.layers().get(i),
                    tower);
        }
    }

    private void layer(String name, LayerShape layer, Tower tower) {
        int width = tower.width();
        int inner = Math.multiplyExact(layer.heads(), tower.headWidth());
        if (layer.heads() > 0) {
            norm(name + "ln_1", width);
            int stacked = Math.multiplyExact(3, inner); // queries, keys, values
            add(name + "attn.in_proj_weight", Group.DECAY, stacked, width);
            add(name + "attn.in_proj_bias", Group.NO_DECAY, stacked);
            add(name + "attn.out_proj.weight", Group.DECAY, width, inner);
        }
        add(name + "attn.out_proj.bias", Group.NO_DECAY, width);
        if (layer.neurons() > 0) {
            norm(name + "ln_2", width);
            add(name + "mlp.c_fc.weight", Group.DECAY, layer.neurons(), width);
            add(name + "mlp.c_fc.bias", Group.NO_DECAY, layer.neurons());
            add(name + "mlp.c_proj.weight", Group.DECAY, width, layer.neurons());
        }
        add(name + "mlp.c_proj.bias", Group.NO_DECAY, width);
    }

    void norm(String name, int width) {
        add(name + ".weight", Group.NO_DECAY, width);
        add(name + ".bias", Group.NO_DECAY, width);
    }
}
