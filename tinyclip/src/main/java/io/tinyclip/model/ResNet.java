package io.tinyclip.model;

import java.util.ArrayList;
import java.util.List;

/**
 * CLIP's residual network: a stem of three convolutions, four stages of bottleneck blocks whose strides are average
 * pools, and an attention pool. Each convolution has a batch norm. Nothing in it can be masked.
 *
 * @param imageSize S, pixels along a side of the square input; a multiple of 32
 * @param width channels that the stem ends with; even
 * @param headWidth K, channels of one head of the attention pool
 * @param blocks blocks of each stage; RN50 has 3, 4, 6, 3
 */
public record ResNet(int imageSize, int width, int headWidth, List<Integer> blocks) implements ImageTower {
    /** Pixels of the input along a side of one position of the last stage. */
    public static final int REDUCTION = 32;

    /** Channels of a block's output over those of its inner convolutions. */
    public static final int EXPANSION = 4;

    private static final int COLOURS = 3;
    private static final int STAGES = 4;
    /** Channels of the last stage over those of the stem. */
    private static final int GROWTH = EXPANSION << (STAGES - 1);

    private static final int STEM_STRIDE = 2;
    private static final int STEM_REDUCTION = 4;
    private static final int WINDOW = 3;

    public ResNet {
        blocks = List.copyOf(blocks);
        if (blocks.size() != STAGES || blocks.stream().anyMatch(count -> count < 1)) {
            throw new IllegalArgumentException("blocks " + blocks + " must be four numbers of at least 1");
        }
        if (imageSize < REDUCTION || imageSize % REDUCTION != 0) {
            throw new IllegalArgumentException("imageSize [" + imageSize + "] must be a multiple of " + REDUCTION);
        }
        if (width < 2 || width % 2 != 0) {
            throw new IllegalArgumentException("width [" + width + "] must be even");
        }
        if (headWidth < 1 || GROWTH * width % headWidth != 0) {
            throw new IllegalArgumentException(
                    "headWidth [" + headWidth + "] must divide " + GROWTH + " times width [" + width + "]");
        }
    }

    /** C, channels of the last stage, which the attention pool works on. */
    public int features() {
        return GROWTH * width;
    }

    /** H, heads of the attention pool. */
    public int heads() {
        return features() / headWidth;
    }

    /** Positions of the last stage along a side; the attention pool sees their mean as one position more. */
    public int grid() {
        return imageSize / REDUCTION;
    }

    /** Every convolution in the order of the vector: the stem's three, then block by block, its shortcut's last. */
    public List<Convolution> convolutions() {
        List<Convolution> all = new ArrayList<>();
        int side = imageSize / STEM_STRIDE;
        all.add(new Convolution(prefix() + "conv1", prefix() + "bn1", COLOURS, width / 2, WINDOW, side));
        all.add(new Convolution(prefix() + "conv2", prefix() + "bn2", width / 2, width / 2, WINDOW, side));
        all.add(new Convolution(prefix() + "conv3", prefix() + "bn3", width / 2, width, WINDOW, side));
        for (int stage = 0; stage < STAGES; stage++) {
            for (int block = 0; block < blocks.get(stage); block++) {
                addBlock(stage, block, all);
            }
        }
        return all;
    }

    /** Only a stage's first block changes channels, and from the second stage on halves the sides after its window. */
    private void addBlock(int stage, int block, List<Convolution> all) {
        String name = prefix() + "layer" + (stage + 1) + "." + block + ".";
        int inner = width << stage;
        int outer = EXPANSION * inner;
        int inputs = all.get(all.size() - 1).outputs();
        int side = imageSize / STEM_REDUCTION >> stage;
        int sideBefore = block == 0 && stage > 0 ? 2 * side : side;
        all.add(new Convolution(name + "conv1", name + "bn1", inputs, inner, 1, sideBefore));
        all.add(new Convolution(name + "conv2", name + "bn2", inner, inner, WINDOW, sideBefore));
        all.add(new Convolution(name + "conv3", name + "bn3", inner, outer, 1, side));
        if (block == 0) {
            all.add(new Convolution(name + "downsample.0", name + "downsample.1", inputs, outer, 1, side));
        }
    }
}
