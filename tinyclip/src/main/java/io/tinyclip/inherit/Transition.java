package io.tinyclip.inherit;

import io.tinyclip.plan.MomentTransfer;

/**
 * The new vector of a change of layout, from the old one. A parameter server computes only its own new range, and asks
 * the old shards only for {@link #source}, and of their moments for {@link #momentSource}.
 */
public sealed interface Transition permits Gather, MaskStart, Factorisation {
    /** The part of the old vector that new floats [from, to) are made of; empty where they are made of nothing. */
    SourceRange source(int from, int to);

    /** The part of an old moment that those of new floats [from, to) are made of; empty where they are made of nothing. */
    default SourceRange momentSource(int from, int to) {
        return source(from, to);
    }

    /** New floats [from, to). */
    float[] values(int from, int to, OldVector source);

    /** New floats [from, to) of an optimizer moment, {@code source} being the old moment. */
    float[] moments(MomentTransfer transfer, int from, int to, OldVector source);
}
