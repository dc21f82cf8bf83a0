package io.tinyclip.compute;

import io.tinyclip.engine.TensorScope;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.step.LeftOut;
import java.util.Optional;

/**
 * A partition between its forward and its backward.
 *
 * @param scope of its arrays
 * @param held the forward's graph, where it was kept
 * @param bytes that the graph takes
 */
record Prepared(
        TensorScope scope, ClipKernel.Batch batch, Optional<ClipKernel.Held> held, long bytes, LeftOut leftOut) {
    boolean isEmpty() {
        return batch.ends().size() == 0;
    }
}
