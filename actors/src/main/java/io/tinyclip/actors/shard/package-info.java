/**
 * A parameter server: a range of the vector, its gradient's sum and its update. {@code ShardState} decides, {@code
 * ShardHands} performs, {@code ShardVector} has the arithmetic. Must not know the coordinator's class, workers or
 * files. Open {@code ShardState} first for the diagram.
 */
package io.tinyclip.actors.shard;
