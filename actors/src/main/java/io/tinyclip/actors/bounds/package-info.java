/**
 * What a message may say: numbers, ranges, sizes, epochs and texts of every record that comes to an actor are held against the
 * run's plan before the actor gets it. Decides whether a message is looked at at all. Must not know who sent it, what an actor
 * does with it, a clock or any I/O but its log. {@code StepHeard} stands there, too, and tells at which step an actor is. Open
 * {@code Gate} first.
 */
package io.tinyclip.actors.bounds;
