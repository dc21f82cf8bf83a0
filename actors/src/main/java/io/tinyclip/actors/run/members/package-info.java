/**
 * Which workers and parameter servers take part in a run, and which server keeps a copy of whose shard. Must not know what a run
 * waits for, nor when a copy is needed. Open {@code Workers} first, then {@code Copies}.
 */
package io.tinyclip.actors.run.members;
