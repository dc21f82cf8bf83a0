package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HoldTest {
    private static final int ROWS = 40;
    private static final int TOKENS = 20;

    private static final ModelShape VIT = vit(Activation.GELU);
    private static final ModelShape RESNET = new ModelShape(
            512,
            Activation.GELU,
            new ResNet(64, 16, 64, List.of(1, 2, 1, 1)),
            new TextTower(77, 49408, 128, 64, Collections.nCopies(2, new LayerShape(2, 512))));

    private static ModelShape vit(Activation activation) {
        return new ModelShape(
                512,
                activation,
                new VisionTransformer(224, 32, 512, 64, Collections.nCopies(12, new LayerShape(8, 2048))),
                new TextTower(77, 49408, 512, 64, Collections.nCopies(6, new LayerShape(8, 2048))));
    }

    /**
     * Bytes of what PyTorch 2.11's autograd kept of this very kernel, each memory once, by {@code saved_tensors_hooks}: of 8 and of
     * 16 pairs, from which what a pair takes and what all take follow. The leaf itself is not in them.
     */
    @Test
    void aGraphTakesWhatItWasSeenToTakeAndNotMuchMore() {
        holds(Layout.of(VIT, ROWS, false, false), Precision.FP32, 23_600_680, 235_716_672);
        holds(Layout.of(VIT, ROWS, false, false), Precision.BF16, 11_802_568, 117_858_336);
        holds(Layout.of(VIT, ROWS, true, false), Precision.FP32, 23_744_040, 425_507_904);
        holds(Layout.of(VIT, ROWS, true, false), Precision.BF16, 11_894_728, 496_058_080);
        holds(Layout.of(vit(Activation.QUICK_GELU), ROWS, false, false), Precision.BF16, 11_802_568, 117_858_336);
    }

    /** Of a GPU's kernel, whose convolutions are unfolded. */
    @Test
    void aResidualNetworksGraphTakesWhatItWasSeenToTake() {
        holds(Layout.of(RESNET, ROWS, false, false), Precision.FP32, 2_967_312, 8_280_512);
        holds(Layout.of(RESNET, ROWS, false, false), Precision.BF16, 2_116_664, 12_334_400);
    }

    private static void holds(Layout layout, Precision precision, long pair, long all) {
        long none = Hold.bytes(layout, 0, TOKENS, precision);
        double bound = Hold.bytes(layout, 1, TOKENS, precision) - none;
        assertTrue(bound >= pair && bound <= 1.25 * pair, bound + " for a pair's " + pair);
        long leaf = (long) Float.BYTES * layout.size();
        assertTrue(none >= all && none <= 2 * (all + leaf), none + " for all's " + (all + leaf));
    }
}
