/**
 * A run as messages: a coordinator leads, workers compute partitions, parameter servers hold shards. Decisions are made in
 * {@code RunState}, {@code WorkerState} and {@code ShardState}, which know no actor; the actors do what these decide.
 */
package io.tinyclip.actors;
