package io.tinyclip.step;

import io.tinyclip.model.FloatVector;
import io.tinyclip.rounding.Rounding;

/**
 * A partition's gradient, or the sum of several, where it was computed: what never leaves a machine need not leave its GPU. One
 * thread at a time may use it.
 */
public interface Gradient {
    /** Rounds it where it lies. */
    void round(Rounding rounding);

    /**
     * this + right, elementwise in floats, and rounded. Both are given away.
     *
     * @param right made by the same {@link StepCompute}
     */
    Gradient plus(Gradient right, Rounding rounding);

    /** (P,) of it on the host, the same at each call; to be read until it is freed. */
    FloatVector onHost();

    /** Nobody reads it any more, so that a later one may lie there. From any thread. */
    void free();
}
