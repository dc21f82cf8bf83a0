/**
 * Updates of a part of the vector, by AdamW and Muon, and sums that do not depend on how it was cut into parts. Decides the order of every
 * addition, the bounds of shards, and the digest of a run's state.
 *
 * <p>Must not know who holds a shard, nor tensors of an engine: floats and ranges only. Open {@code ShardOptimizer} first, then
 * {@code BlockSums}.
 */
package io.tinyclip.optimize;
