/**
 * What a run begins with: pairs, teachers and the student's first weights, read and held against each other and the
 * settings. It decides whether they fit, before anything is computed, and by which hashes they are recognised later. It must
 * not know what computes with them, nor what is recorded of a run. Open {@link io.tinyclip.cluster.input.Start} first; {@link
 * io.tinyclip.cluster.input.ComputeInput} is what it all becomes.
 */
package io.tinyclip.cluster.input;
