/**
 * From one stage's student to the next: which units stay, decided by masks or by hand, and the new vector from the old.
 * Decides as pure functions, so that whoever leads a run decides alike.
 *
 * <p>Must not know who holds which part of the vector: a transition is asked for a range and says what it needs for it. Open
 * {@code Transition} first, then {@code Kept} and {@code Cut}.
 */
package io.tinyclip.inherit;
