package io.tinyclip.actors;

import io.tinyclip.actors.RunEffect.SealCheckpoint;
import io.tinyclip.actors.RunEffect.WriteCheckpoint;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import java.util.List;
import java.util.Optional;

/** What {@link RunState} knows about its checkpoints: the newest good one, and the one that is being written. */
final class RunCheckpoints {
    /** @param steps committed steps of the whole run: a transition that follows them is simply done again */
    private record Sealed(long steps, String digest) {}

    private record Writing(WriteCheckpoint what, Optional<CheckpointFiles> written) {}

    private final RunPlan plan;
    private final int everySteps;
    private Optional<Sealed> sealed = Optional.empty();
    private Optional<Writing> writing = Optional.empty();

    RunCheckpoints(RunPlan plan, int everySteps) {
        this.plan = plan;
        this.everySteps = everySteps;
    }

    /** The run goes on from there. @param digest of the position, where a checkpoint of it is there */
    void goOnFrom(Position position, Optional<String> digest) {
        sealed = digest.map(value -> new Sealed(steps(position), value));
        writing = Optional.empty();
    }

    /**
     * Whether a checkpoint of the position has to be begun.
     *
     * @param resting whether the run stays here until there is one
     */
    boolean needed(Position position, boolean resting) {
        Cursor cursor = position.cursor();
        boolean due = cursor.step() > 0 && plan.dataPosition(cursor) % everySteps == 0;
        boolean covered = sealed.filter(it -> it.steps == steps(position)).isPresent()
                || writing.filter(it -> steps(it.what.position()) == steps(position))
                        .isPresent();
        return (due || resting) && !covered;
    }

    WriteCheckpoint begin(Stamp stamp, Position position, List<Published> shards) {
        WriteCheckpoint write = new WriteCheckpoint(stamp, position, shards);
        writing = Optional.of(new Writing(write, Optional.empty()));
        return write;
    }

    /** The one under way is not wanted any more: what it is made of is gone, or in doubt. */
    void abandon() {
        writing = Optional.empty();
    }

    /** Whether one is begun and not yet good. */
    boolean underWay() {
        return writing.isPresent();
    }

    /** Whether nothing is being read from the shards any more, so that they may change. */
    boolean written() {
        return open().isEmpty();
    }

    /** Its files are there. @return what is to be done, if this is the one under way */
    Optional<SealCheckpoint> written(Stamp stamp, CheckpointFiles files) {
        Optional<WriteCheckpoint> what = open().filter(it -> it.stamp().equals(stamp));
        what.ifPresent(it -> writing = Optional.of(new Writing(it, Optional.of(files))));
        return what.map(it -> new SealCheckpoint(stamp, it.position(), files));
    }

    /** @return whether it was the one under way */
    boolean sealed(Stamp stamp) {
        Optional<Writing> done = writing.filter(it -> it.what.stamp().equals(stamp));
        done.flatMap(Writing::written).ifPresent(files -> {
            sealed = Optional.of(new Sealed(steps(done.get().what.position()), files.digest()));
            writing = Optional.empty();
        });
        return done.isPresent();
    }

    /** What is to be asked again while its files are not there. */
    Optional<WriteCheckpoint> open() {
        return writing.filter(it -> it.written.isEmpty()).map(Writing::what);
    }

    /** Of the run's state at the newest checkpoint; empty before the first. */
    String newestDigest() {
        return sealed.map(Sealed::digest).orElse("");
    }

    private long steps(Position at) {
        return plan.committedSteps(at.cursor());
    }
}
