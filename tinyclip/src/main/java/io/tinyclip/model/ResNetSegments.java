package io.tinyclip.model;

import java.util.List;

/** The tensors of a {@link ResNet}, under OpenCLIP's names. */
final class ResNetSegments {
    private ResNetSegments() {}

    /** Appends the tower, whose embeddings have so many channels. */
    static void add(ResNet tower, int embedding, SegmentList list) {
        for (Convolution convolution : tower.convolutions()) {
            int outputs = convolution.outputs();
            int window = convolution.window();
            list.add(convolution.name() + ".weight", Group.DECAY, outputs, convolution.inputs(), window, window);
            list.norm(convolution.norm(), outputs);
            list.add(convolution.norm() + ".running_mean", Group.STATISTICS, outputs);
            list.add(convolution.norm() + ".running_var", Group.STATISTICS, outputs);
        }
        int features = tower.features();
        String pool = tower.prefix() + "attnpool.";
        list.add(pool + "positional_embedding", Group.DECAY, 1 + tower.grid() * tower.grid(), features);
        for (String projection : List.of("q_proj", "k_proj", "v_proj")) {
            linear(pool + projection, features, features, list);
        }
        linear(pool + "c_proj", embedding, features, list);
    }

    private static void linear(String name, int outputs, int inputs, SegmentList list) {
        list.add(name + ".weight", Group.DECAY, outputs, inputs);
        list.add(name + ".bias", Group.NO_DECAY, outputs);
    }
}
