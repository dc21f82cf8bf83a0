/** What a run leaves in its folder: run.json, metrics.jsonl, the settings in effect, and the lock. */
package io.tinyclip.cluster.record;
