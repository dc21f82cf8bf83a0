/**
 * What a worker does with a partition: loads its pairs, embeds them by teacher and student, and pulls the loss back to a
 * gradient. Decides what is kept between forward and backward, and what is computed again.
 *
 * <p>Knows the engine, the kernels and the loss; must not know who asks, nor over which wire: no actors, no files of a run.
 * Open {@code ClipCompute} first, then {@code Pairs}.
 */
package io.tinyclip.compute;
