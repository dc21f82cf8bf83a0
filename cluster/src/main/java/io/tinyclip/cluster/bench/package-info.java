/**
 * What {@code bench} measures, and the bounds that the figures are held against. It decides on the workloads, how often each
 * is repeated and which of the repetitions counts. It must not know settings, run folders or machines of a cluster: figures
 * are those of this machine alone. A measured number belongs into a document, never here. Open Bench first, then Workload.
 */
package io.tinyclip.cluster.bench;
