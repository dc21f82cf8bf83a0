package io.tinyclip.actors.run;

/**
 * What a run waits for.
 *
 * <pre>
 * RECALLING  the newest checkpoint is found -> WAITING
 * WAITING    there are machines enough      -> LOADING
 * LOADING    every shard ready              -> rest
 * rest       a checkpoint is in the way     -> SEALING     stopped                -> ENDED
 *            other servers than before      -> LOADING, from those before         all of them leaving -> RECALLING
 *            stage complete, or a step to be judged -> TELLING
 *                a layout is next -> GATHERING, or CALIBRATING         phase inherit complete -> CUTTING
 *            a step is next                 -> STEPPING
 * STEPPING   all partitions and shards      -> COMMITTING
 * COMMITTING every shard at the next        -> rest
 * CUTTING    the cut is decided             -> GATHERING
 * CALIBRATING the student is cut and fitted -> GATHERING
 * GATHERING  every shard has its range      -> rest
 * SEALING    the checkpoint is good         -> rest
 * TELLING    the listener is done           -> rest; after a stage GATHERING or CALIBRATING, or ENDED after the last one
 * any        a shard is lost                -> RESTORING, and COMMITTING goes on, where its copy is whole;
 *                                              otherwise RECALLING; but TELLING first gets to its end
 * RESTORING  its copy stands in             -> LOADING, from those that have it
 * </pre>
 *
 * Whatever leads to LOADING takes a new epoch.
 */
enum RunMode {
    RECALLING("the newest checkpoint to be read"),
    WAITING("a parameter server"),
    LOADING("servers to load their shards"),
    STEPPING("workers"),
    COMMITTING("servers to apply the step"),
    CUTTING("the server with the masks to decide the cut"),
    CALIBRATING("the student to be cut by calibration"),
    GATHERING("servers to gather the next layout"),
    RESTORING("a copy of what a lost server had"),
    SEALING("a checkpoint to be written"),
    TELLING("the student to be judged"),
    ENDED("nothing");

    private final String awaited;

    RunMode(String awaited) {
        this.awaited = awaited;
    }

    /** What has to come before it goes on, for a line. */
    String awaited() {
        return awaited;
    }
}
