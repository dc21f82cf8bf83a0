/**
 * A matrix of few ranks in the place of one of many: eigenvectors, the best basis of a table's rows, and rows as combinations of a
 * basis. Decides by double precision and a fixed order of every sum, so that all machines get the same bits.
 *
 * <p>Must not know models or vectors. Open {@code Basis} first.
 */
package io.tinyclip.lowrank;
