/**
 * What the parts of a tower cost, from the times of whole towers: which towers tell it, and which prices explain their times
 * best. Decides by arithmetic alone.
 *
 * <p>Must not know who measures, nor how. Open {@code CostFit} first, then {@code NonNegativeLeastSquares}.
 */
package io.tinyclip.fit;
