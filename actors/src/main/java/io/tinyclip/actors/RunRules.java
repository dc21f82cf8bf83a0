package io.tinyclip.actors;

import io.tinyclip.plan.RunPlan;

/**
 * What a run is led by; decided before it begins.
 *
 * @param checkpointSteps steps between checkpoints
 * @param workers that must be there before the run begins
 * @param servers that must be there before the run begins
 */
record RunRules(RunPlan plan, int checkpointSteps, int workers, int servers, RunPolicy policy) {
    static RunRules of(RunSetup setup, RunPolicy policy) {
        return new RunRules(setup.plan(), setup.checkpointSteps(), setup.workers(), setup.servers(), policy);
    }
}
