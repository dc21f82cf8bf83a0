/**
 * Sums of the partitions' vectors whose bits do not depend on who finishes first. Decides the tree by which they are added.
 *
 * <p>Must not know what a vector means, nor how it travels. Open {@code TreeSum} first.
 */
package io.tinyclip.reduce;
