package io.tinyclip.plan;

/**
 * A step's place in the run.
 *
 * @param stage index into {@link RunPlan#stages}
 * @param phase phase within the stage
 * @param step 0-based, within the phase
 */
public record Cursor(int stage, Phase phase, int step) {}
