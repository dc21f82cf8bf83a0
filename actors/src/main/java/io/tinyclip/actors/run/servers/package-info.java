/**
 * Which parameter servers take part in a run, and which of them keeps a copy of whose shard. Must not know what a run waits
 * for, nor when a copy is needed. Open {@code Copies} first.
 */
package io.tinyclip.actors.run.servers;
