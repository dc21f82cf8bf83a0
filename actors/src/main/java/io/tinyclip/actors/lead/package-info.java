/**
 * The coordinator: its actor, what performs the effects that {@code run} decides, and the writing and finding of
 * checkpoints. Decides nothing about a run itself. Must not know which machines there are and how they came. Open
 * {@code Coordinator} first, then {@code Hands}.
 */
package io.tinyclip.actors.lead;
