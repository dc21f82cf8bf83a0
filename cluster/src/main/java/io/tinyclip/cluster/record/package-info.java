/**
 * What a run leaves in its folder: run.json, metrics.jsonl, the settings in effect, and the lock; and what of a folder in a store
 * lies on the disk of whoever leads. It decides on the files' form, which is documented and read by others, and whether a process
 * may go on in a folder. It must not know where the figures come from: neither engine nor models nor actors. Open {@link
 * io.tinyclip.cluster.record.RunFolder} first, then {@link io.tinyclip.cluster.record.RunRecord} and {@link
 * io.tinyclip.cluster.record.WorkingCopy}.
 */
package io.tinyclip.cluster.record;
