/**
 * What a run will take, before it starts: steps, memory, bytes, disk, and by a measured step a phase its time. It decides what
 * is measured and how that is carried over to the whole run, and to other machines. It must not know run folders, progress of a
 * run or a cluster's members, and writes nothing but the checkpoints of its probes, in a temporary folder. Open {@link
 * io.tinyclip.cluster.forecast.Forecast} first, then {@link io.tinyclip.cluster.forecast.PhaseWork}.
 */
package io.tinyclip.cluster.forecast;
