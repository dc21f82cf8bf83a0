/**
 * What a run is to do: its stages, steps, rates, loss and masks, as values. Decides what comes after what, as pure functions
 * of plan and cursor.
 *
 * <p>Must not know where settings come from, nor who carries them out. Open {@code RunPlan} first, then {@code Schedule}.
 */
package io.tinyclip.plan;
