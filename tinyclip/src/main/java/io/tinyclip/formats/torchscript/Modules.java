package io.tinyclip.formats.torchscript;

import io.tinyclip.files.Model;
import io.tinyclip.formats.torchscript.Attribute.Module;
import io.tinyclip.formats.torchscript.Attribute.Reals;
import io.tinyclip.formats.torchscript.Attribute.Tensor;
import io.tinyclip.formats.torchscript.Attribute.Truth;
import io.tinyclip.formats.torchscript.Attribute.Whole;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model as the tree of modules that {@code clip.torchscript} and its companions declare. */
final class Modules {
    private final Model model;

    private Modules(Model model) {
        this.model = model;
    }

    /** The root of the tree. */
    static Module of(Model model) {
        return new Modules(model).clip();
    }

    private Module clip() {
        ModelShape shape = model.shape();
        TextTower text = shape.text();
        return module("CLIP", "")
                .with("input_resolution", new Whole(shape.image().imageSize()))
                .with("context_length", new Whole(text.contextLength()))
                .with("vocab_size", new Whole(text.vocabulary()))
                .with("embed_dim", new Whole(shape.embedding()))
                .with("image_mean", new Reals(model.preprocessing().mean()))
                .with("image_std", new Reals(model.preprocessing().std()))
                .with("visual", visual(shape.vision()))
                .tensors("positional_embedding", "text_projection", "logit_scale")
                .with("transformer", transformer(text, "Text"))
                .with(
                        "token_embedding",
                        module("Weight", "token_embedding.").tensors("weight").build())
                .with("ln_final", affine("LayerNorm", "ln_final."))
                .build();
    }

    private Module visual(VisionTransformer tower) {
        return module("ImageTower", tower.prefix())
                .with("input_resolution", new Whole(tower.imageSize()))
                .with("patch_size", new Whole(tower.patchSize()))
                .tensors("class_embedding", "positional_embedding", "proj")
                .with(
                        "conv1",
                        module("Weight", tower.prefix() + "conv1.")
                                .tensors("weight")
                                .build())
                .with("ln_pre", affine("LayerNorm", tower.prefix() + "ln_pre."))
                .with("transformer", transformer(tower, "Image"))
                .with("ln_post", affine("LayerNorm", tower.prefix() + "ln_post."))
                .build();
    }

    private Module transformer(Tower tower, String kind) {
        Builder blocks = module(kind + "Blocks", "");
        for (int i = 0; i < tower.layers().size(); i++) {
            blocks.with(Integer.toString(i), block(tower, i));
        }
        return module(kind + "Transformer", "")
                .with("resblocks", blocks.build())
                .build();
    }

    private Module block(Tower tower, int index) {
        LayerShape layer = tower.layers().get(index);
        String prefix = tower.prefix() + "transformer.resblocks." + index + ".";
        Builder block = module(blockType(layer), prefix);
        if (layer.heads() > 0) {
            block.with("ln_1", affine("LayerNorm", prefix + "ln_1."));
        }
        block.with("attn", attention(tower, layer.heads(), prefix + "attn."));
        if (layer.neurons() > 0) {
            block.with("ln_2", affine("LayerNorm", prefix + "ln_2."));
        }
        return block.with("mlp", feedForward(layer.neurons(), prefix + "mlp.")).build();
    }

    private static String blockType(LayerShape layer) {
        if (layer.heads() > 0) {
            return layer.neurons() > 0 ? "Block" : "BlockWithoutFeedForward";
        }
        return layer.neurons() > 0 ? "BlockWithoutAttention" : "BlockWithoutBoth";
    }

    private Module attention(Tower tower, int heads, String prefix) {
        if (heads == 0) {
            return module("AttentionBias", prefix)
                    .with("out_proj", bias(prefix + "out_proj."))
                    .build();
        }
        return module("Attention", prefix)
                .with("heads", new Whole(heads))
                .with("head_width", new Whole(tower.headWidth()))
                .with("causal", new Truth(tower instanceof TextTower))
                .tensors("in_proj_weight", "in_proj_bias")
                .with("out_proj", affine("Linear", prefix + "out_proj."))
                .build();
    }

    private Module feedForward(int neurons, String prefix) {
        if (neurons == 0) {
            return module("FeedForwardBias", prefix)
                    .with("c_proj", bias(prefix + "c_proj."))
                    .build();
        }
        return module("FeedForward", prefix)
                .with("quick_gelu", new Truth(model.shape().activation() == Activation.QUICK_GELU))
                .with("c_fc", affine("Linear", prefix + "c_fc."))
                .with("c_proj", affine("Linear", prefix + "c_proj."))
                .build();
    }

    private Module affine(String type, String prefix) {
        return module(type, prefix).tensors("weight", "bias").build();
    }

    private Module bias(String prefix) {
        return module("Bias", prefix).tensors("bias").build();
    }

    private Builder module(String type, String prefix) {
        return new Builder(type, prefix);
    }

    /** Gathers a module's attributes; its tensors' names in the layout begin with a prefix. */
    private final class Builder {
        private final String type;
        private final String prefix;
        private final Map<String, Attribute> attributes = new LinkedHashMap<>();

        private Builder(String type, String prefix) {
            this.type = type;
            this.prefix = prefix;
            // PyTorch's train() and eval() set it.
            attributes.put("training", new Truth(false));
        }

        Builder with(String name, Attribute attribute) {
            attributes.put(name, attribute);
            return this;
        }

        Builder tensors(String... names) {
            for (String name : names) {
                attributes.put(name, new Tensor(model.layout().segment(prefix + name)));
            }
            return this;
        }

        Module build() {
            return new Module(type, attributes);
        }
    }
}
