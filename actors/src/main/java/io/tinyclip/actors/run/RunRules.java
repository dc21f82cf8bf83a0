package io.tinyclip.actors.run;

import io.tinyclip.inherit.Kept;
import io.tinyclip.plan.RunPlan;
import java.util.Collections;
import java.util.SortedMap;

/**
 * What a run is led by; decided before it begins.
 *
 * @param manualUnits by stage, the units of a student chosen by hand that does not take the first
 * @param checkpointSteps steps between checkpoints
 * @param judgedSteps committed steps of the run from one told to be judged to the next; 0 for the ends of stages alone
 * @param workers that must be there before the run begins
 * @param servers that must be there before the run begins
 */
public record RunRules(
        RunPlan plan,
        SortedMap<Integer, Kept> manualUnits,
        int checkpointSteps,
        int judgedSteps,
        int workers,
        int servers,
        RunPolicy policy) {
    /** The same run, of which the listener is told after every so many steps. */
    public RunRules judgedEvery(int steps) {
        return new RunRules(plan, manualUnits, checkpointSteps, steps, workers, servers, policy);
    }

    /** Students chosen by hand take the first units. */
    public RunRules(RunPlan plan, int checkpointSteps, int workers, int servers, RunPolicy policy) {
        this(plan, Collections.emptySortedMap(), checkpointSteps, 0, workers, servers, policy);
    }
}
