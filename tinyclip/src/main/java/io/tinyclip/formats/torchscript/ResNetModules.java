package io.tinyclip.formats.torchscript;

import io.tinyclip.model.ResNet;

/** A residual network as the modules that {@code resnet.torchscript} declares. */
final class ResNetModules {
    private static final int STEM_STRIDE = 2;

    private ResNetModules() {}

    static void fill(ScriptModule visual, ResNet tower) {
        convolution(visual, "1", STEM_STRIDE);
        convolution(visual, "2", 1);
        convolution(visual, "3", 1);
        for (int stage = 0; stage < tower.blocks().size(); stage++) {
            ScriptModule layer = visual.addSequence("layer" + (stage + 1), "Layer" + (stage + 1));
            for (int i = 0; i < tower.blocks().get(stage); i++) {
                ScriptModule block = layer.add(Integer.toString(i), i == 0 ? "FirstBottleneck" : "Bottleneck");
                convolution(block, "1", 1);
                convolution(block, "2", 1);
                convolution(block, "3", 1);
                if (i == 0) {
                    block.set("halves", stage > 0);
                    ScriptModule downsample = block.addSequence("downsample", "Downsample");
                    downsample.add("0", "Convolution").set("stride", 1).tensors("weight");
                    batchNorm(downsample, "1");
                }
            }
        }
        ScriptModule pool = visual.add("attnpool", "AttentionPool");
        pool.set("head_width", tower.headWidth()).tensors("positional_embedding");
        for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "c_proj"}) {
            pool.add(projection, "Linear").tensors("weight", "bias");
        }
    }

    private static void convolution(ScriptModule module, String number, int stride) {
        module.add("conv" + number, "Convolution").set("stride", stride).tensors("weight");
        batchNorm(module, "bn" + number);
    }

    private static void batchNorm(ScriptModule module, String name) {
        module.add(name, "BatchNorm").tensors("weight", "bias", "running_mean", "running_var");
    }
}
