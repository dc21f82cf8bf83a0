/**
 * Durable copies of a run's state: written in ranges by many, committed by one, read as one vector. Decides what makes a
 * checkpoint whole, which of several is the newest good one, and how long old ones stay.
 *
 * <p>Knows files and floats, not what a run does with them: no actors, no optimizer. Open {@code CheckpointStore} first.
 */
package io.tinyclip.checkpoint;
