/**
 * Structured pruning by least squares: which groups of inputs of a linear map can go, what its output loses by it, and what the
 * other inputs do in their place; and which sizes of several such maps lose least within a budget. Decides by double precision and
 * a fixed order of every sum, so that all machines get the same bits.
 *
 * <p>Must not know models, vectors or the engine. Open {@code Elimination} first, then {@code Allocation}.
 */
package io.tinyclip.squares;
