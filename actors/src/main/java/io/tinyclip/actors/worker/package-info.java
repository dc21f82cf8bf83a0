/**
 * A worker: computes the partitions that it is leased, and exchanges features, log-sum-exps and sums. {@code
 * WorkerState} decides, {@code WorkerHands} performs, {@code WorkerCompute} has the tensor work done and {@code
 * WorkerExchange} the fetching. Must not know the classes of coordinator and servers, nor files. Open {@code
 * WorkerState} first.
 */
package io.tinyclip.actors.worker;
