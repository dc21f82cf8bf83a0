/**
 * A parameter server: a range of the vector, its gradient's sum and its update; and copies of others' ranges. {@code
 * ShardState} decides, {@code ShardHands} performs, {@code ShardVector} has the arithmetic; {@code CopyState}, {@code
 * CopyHands} and {@code HeldCopy} do so for a copy. Must not know the coordinator's class, workers or files. Open {@code
 * ShardState} first for the diagram, then {@code CopyState}.
 */
package io.tinyclip.actors.shard;
