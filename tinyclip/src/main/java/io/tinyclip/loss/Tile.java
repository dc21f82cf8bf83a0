package io.tinyclip.loss;

import io.tinyclip.engine.Tensor;
import java.util.Optional;

/** What is known of a tile. Used by one thread at a time, which holds its lock. */
final class Tile {
    private final TileMemory memory;
    private Optional<Tensor> logits = Optional.empty();
    private Optional<AffinityKernel.Sums> sums = Optional.empty();
    private Optional<AffinityKernel.Gradient> gradient = Optional.empty();
    private boolean usedAsRow;
    private boolean usedAsColumn;

    Tile(TileMemory memory) {
        this.memory = memory;
    }

    /** Closes the logits unless they may be kept. @param logits (K, R, C) */
    void keep(Tensor made) {
        logits = kept(made);
    }

    /** Logits that were kept, which the caller closes. */
    Optional<Tensor> takeLogits() {
        Optional<Tensor> taken = logits;
        logits = Optional.empty();
        taken.ifPresent(array -> memory.giveBack().accept(bytes(array)));
        return taken;
    }

    Optional<AffinityKernel.Sums> sums() {
        return sums;
    }

    AffinityKernel.Sums keep(AffinityKernel.Sums made) {
        sums = Optional.of(made);
        return made;
    }

    Optional<AffinityKernel.Gradient> gradient() {
        return gradient;
    }

    /** A gradient was used, and is closed unless it was not used the other way yet and may be kept for that. */
    void used(AffinityKernel.Gradient used, boolean asRow) {
        usedAsRow |= asRow;
        usedAsColumn |= !asRow;
        boolean last = usedAsRow && usedAsColumn;
        if (gradient.isPresent() && last) {
            gradient = Optional.empty();
            memory.giveBack().accept(bytes(used.logits()));
            close(used);
        } else if (gradient.isEmpty() && !last && memory.take().test(bytes(used.logits()))) {
            gradient = Optional.of(used);
        } else if (gradient.isEmpty()) {
            close(used);
        }
    }

    private Optional<Tensor> kept(Tensor made) {
        if (memory.take().test(bytes(made))) {
            return Optional.of(made);
        }
        made.close();
        return Optional.empty();
    }

    private static void close(AffinityKernel.Gradient gradient) {
        gradient.logits().close();
        gradient.sums().close();
    }

    /** Nothing is used any more; the tensors end with their scope. */
    void giveBack() {
        logits.ifPresent(array -> memory.giveBack().accept(bytes(array)));
        gradient.ifPresent(kept -> memory.giveBack().accept(bytes(kept.logits())));
        logits = Optional.empty();
        gradient = Optional.empty();
    }

    private static long bytes(Tensor array) {
        return Float.BYTES * array.size();
    }
}
