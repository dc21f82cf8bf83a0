package io.tinyclip.actors;

/** All that decide about one run, each about its own concern. Where they meet is {@link RunCourse}. */
record RunDeciders(
        RunStanding at,
        RunWorkers workers,
        RunServers servers,
        RunCheckpoints checkpoints,
        RunDisputes disputes,
        RunMoving moving,
        RunStepping stepping,
        RunStaging staging) {
    /** @param start where the run begins without a checkpoint */
    static RunDeciders of(RunRules rules, Position start) {
        RunStanding at = new RunStanding(start);
        RunWorkers workers = new RunWorkers();
        RunServers servers = new RunServers();
        RunCheckpoints checkpoints = new RunCheckpoints(rules.plan(), rules.checkpointSteps());
        RunDisputes disputes = new RunDisputes(rules.plan(), at, workers);
        RunMoving moving = new RunMoving(rules, at, servers, checkpoints);
        RunStepping stepping = new RunStepping(rules, at, workers, moving, disputes);
        RunStaging staging = new RunStaging(rules, at, moving, checkpoints);
        return new RunDeciders(at, workers, servers, checkpoints, disputes, moving, stepping, staging);
    }
}
