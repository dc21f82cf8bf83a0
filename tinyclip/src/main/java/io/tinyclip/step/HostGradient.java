package io.tinyclip.step;

import io.tinyclip.model.FloatVector;
import io.tinyclip.reduce.VectorRounding;
import io.tinyclip.reduce.VectorSums;
import io.tinyclip.rounding.Rounding;
import java.util.function.Consumer;

/**
 * A gradient in the host's memory.
 *
 * @param onHost (P,), nobody else's
 * @param unused takes the vector once it is freed
 */
public record HostGradient(FloatVector onHost, Consumer<FloatVector> unused) implements Gradient {
    @Override
    public void round(Rounding rounding) {
        if (rounding != Rounding.FP32) {
            VectorRounding.round(rounding, onHost, onHost);
        }
    }

    @Override
    public Gradient plus(Gradient right, Rounding rounding) {
        FloatVector sum = new VectorSums(rounding, gone -> right.free()).add(onHost, right.onHost());
        return new HostGradient(sum, unused);
    }

    @Override
    public void free() {
        unused.accept(onHost);
    }
}
