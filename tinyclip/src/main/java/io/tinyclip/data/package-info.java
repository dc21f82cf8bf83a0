/**
 * Image-text pairs by index, and in which order a run sees them. Decides what a pair is, which tars hold it, and by which
 * permutation of an epoch it is drawn; all are pure functions of the content and the seed.
 *
 * <p>Must not know models: a picture is pixels and a caption is text. Open {@code Dataset} first, then {@code Sampler}.
 */
package io.tinyclip.data;
