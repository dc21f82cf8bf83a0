/**
 * Who embeds what a run judges its models on. {@code PartLeases} decides which worker has which part, without an actor, a clock
 * or I/O; {@code Judges} is what a run's listener asks. Must not know how a run trains, nor what figures follow. Open
 * {@code PartLeases} first.
 */
package io.tinyclip.actors.judge;
