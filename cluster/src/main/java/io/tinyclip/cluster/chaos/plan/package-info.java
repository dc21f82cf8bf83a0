/**
 * What scripts/chaos will do and what it makes of what it saw, as values: which fault comes when and to whom, how long the run
 * stood still after it, whether all of it was as promised. It decides everything that a seed decides. It must not know
 * processes, files, clocks or the network. Open {@link io.tinyclip.cluster.chaos.plan.Schedule} first, then {@link
 * io.tinyclip.cluster.chaos.plan.Deck}.
 */
package io.tinyclip.cluster.chaos.plan;
