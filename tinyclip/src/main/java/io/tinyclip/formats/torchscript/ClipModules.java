package io.tinyclip.formats.torchscript;

import io.tinyclip.files.Model;
import io.tinyclip.formats.torchscript.Attribute.Reals;
import io.tinyclip.formats.torchscript.Attribute.Text;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import java.util.Locale;

/** A model as the modules that {@code clip.torchscript} and {@code vision.torchscript} declare. */
final class ClipModules {
    private final ModelShape shape;

    private ClipModules(ModelShape shape) {
        this.shape = shape;
    }

    /** The whole model. */
    static ScriptModule of(Model model) {
        ScriptModule clip = ScriptModule.root(model.layout(), "CLIP");
        set(clip, model.preprocessing());
        new ClipModules(model.shape()).fill(clip);
        return clip;
    }

    private static void set(ScriptModule clip, Preprocessing preprocessing) {
        clip.set("image_mean", new Reals(preprocessing.mean()));
        clip.set("image_std", new Reals(preprocessing.std()));
        clip.set("resize", preprocessing.resize());
        clip.set("resize_mode", new Text(preprocessing.mode().name().toLowerCase(Locale.ROOT)));
        clip.set("interpolation", new Text(preprocessing.interpolation().name().toLowerCase(Locale.ROOT)));
    }

    private void fill(ScriptModule clip) {
        TextTower text = shape.text();
        clip.set("input_resolution", shape.image().imageSize());
        clip.set("context_length", text.contextLength());
        clip.set("vocab_size", text.vocabulary());
        clip.set("embed_dim", shape.embedding());
        clip.tensors("positional_embedding", "text_projection", "logit_scale");
        ScriptModule visual = clip.add("visual", "ImageTower");
        if (shape.image() instanceof ResNet resnet) {
            ResNetModules.fill(visual, resnet);
        } else {
            visual(visual, shape.vision());
        }
        blocks(clip.add("transformer", "TextTransformer").addSequence("resblocks", "TextBlocks"), text);
        if (text.tokenRank() > 0) {
            clip.add("token_embedding", ModuleSource.FACTORS).tensors("weight", "basis");
        } else {
            clip.add("token_embedding", "Weight").tensors("weight");
        }
        layerNorm(clip, "ln_final");
    }

    private void visual(ScriptModule visual, VisionTransformer tower) {
        visual.set("patch_size", tower.patchSize());
        visual.tensors("class_embedding", "positional_embedding", "proj");
        visual.add("conv1", "Weight").tensors("weight");
        layerNorm(visual, "ln_pre");
        blocks(visual.add("transformer", "ImageTransformer").addSequence("resblocks", "ImageBlocks"), tower);
        layerNorm(visual, "ln_post");
    }

    private void blocks(ScriptModule blocks, Tower tower) {
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerShape layer = tower.layers().get(i);
            ScriptModule block = blocks.add(Integer.toString(i), blockType(layer));
            if (layer.heads() > 0) {
                layerNorm(block, "ln_1");
                attention(block.add("attn", "Attention"), layer.heads(), tower);
            } else {
                block.add("attn", "AttentionBias").add("out_proj", "Bias").tensors("bias");
            }
            if (layer.neurons() > 0) {
                layerNorm(block, "ln_2");
                feedForward(block.add("mlp", "FeedForward"));
            } else {
                block.add("mlp", "FeedForwardBias").add("c_proj", "Bias").tensors("bias");
            }
        }
    }

    private static String blockType(LayerShape layer) {
        if (layer.heads() > 0) {
            return layer.neurons() > 0 ? "Block" : "BlockWithoutFeedForward";
        }
        return layer.neurons() > 0 ? "BlockWithoutAttention" : "BlockWithoutBoth";
    }

    private static void attention(ScriptModule attention, int heads, Tower tower) {
        attention.set("heads", heads);
        attention.set("head_width", tower.headWidth());
        attention.set("causal", tower instanceof TextTower);
        attention.tensors("in_proj_weight", "in_proj_bias");
        attention.add("out_proj", "Linear").tensors("weight", "bias");
    }

    private void feedForward(ScriptModule feedForward) {
        feedForward.set("quick_gelu", shape.activation() == Activation.QUICK_GELU);
        feedForward.add("c_fc", "Linear").tensors("weight", "bias");
        feedForward.add("c_proj", "Linear").tensors("weight", "bias");
    }

    private static void layerNorm(ScriptModule module, String name) {
        module.add(name, "LayerNorm").tensors("weight", "bias");
    }
}
