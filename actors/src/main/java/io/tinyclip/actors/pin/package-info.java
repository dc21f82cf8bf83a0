/**
 * What the shards of the training pairs were found to hold, where that is not known before they are read: a shard holds the same
 * for every worker and as long as the run lasts. Decides nothing about a step. Must not know who computes, where pins are kept,
 * Akka or a clock. Open {@code ShardPins} first.
 */
package io.tinyclip.actors.pin;
