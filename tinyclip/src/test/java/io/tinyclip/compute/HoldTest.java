package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class HoldTest {
    private static final int ROWS = 40;
    private static final int TOKENS = 20;

    private final ModelShape shape = new ModelShape(
            512,
            Activation.GELU,
            new VisionTransformer(224, 32, 512, 64, Collections.nCopies(12, new LayerShape(8, 2048))),
            new TextTower(77, 49408, 512, 64, Collections.nCopies(6, new LayerShape(8, 2048))));

    /**
     * Bytes of what PyTorch 2.11's autograd kept of this very kernel, each memory once, by {@code saved_tensors_hooks}: of 8 and of
     * 16 pairs, from which what a pair takes and what all take follow. The leaf itself is not in them.
     */
    @Test
    void aGraphTakesWhatItWasSeenToTakeAndNotMuchMore() {
        holds(false, Precision.FP32, 23_600_680, 235_716_672);
        holds(false, Precision.BF16, 11_802_568, 114_374_656);
        holds(true, Precision.FP32, 23_744_040, 425_507_904);
        holds(true, Precision.BF16, 11_894_728, 445_232_192);
    }

    private void holds(boolean masked, Precision precision, long pair, long all) {
        Layout layout = Layout.of(shape, ROWS, masked, false);
        long none = Hold.bytes(layout, 0, TOKENS, precision);
        double bound = Hold.bytes(layout, 1, TOKENS, precision) - none;
        assertTrue(bound >= pair && bound <= 1.25 * pair, bound + " for a pair's " + pair);
        long leaf = (long) Float.BYTES * layout.size();
        assertTrue(none >= all + leaf && none <= 2 * (all + leaf), none + " for all's " + (all + leaf));
    }
}
