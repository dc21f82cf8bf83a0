package io.tinyclip.actors.run;

import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.RunEffect.SealCheckpoint;
import io.tinyclip.actors.run.RunEffect.WriteCheckpoint;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import java.util.List;
import java.util.Optional;

/**
 * What {@link RunState} knows about its checkpoints: the newest good one, and the one that is being written.
 *
 * <pre>
 * none under way   begin               -> writing, shards may not change
 * writing          its files are there -> written, shards may change
 * written          it is sealed        -> none under way, and it is the newest good one
 * any              abandon             -> none under way, the newest good one stays
 * </pre>
 *
 * One at a time, and the newest good one is never followed by one of fewer steps, unless the run itself went back.
 */
final class RunCheckpoints {
    /** @param steps committed steps of the whole run: a transition that follows them is simply done again */
    private record Sealed(long steps, String digest) {}

    private record Writing(WriteCheckpoint what, Optional<CheckpointFiles> written) {}

    private final RunPlan plan;
    private final int everySteps;
    private Optional<Sealed> sealed = Optional.empty();
    private Optional<Writing> writing = Optional.empty();
    private Optional<Stamp> awaited = Optional.empty();
    private long awaitedSinceNanos;

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
        boolean covered = isGood(position)
                || writing.filter(it -> steps(it.what.position()) == steps(position))
                        .isPresent();
        return (due || resting) && !covered;
    }

    /** Whether the newest good one is of this position's step. */
    boolean isGood(Position position) {
        return sealed.filter(it -> it.steps == steps(position)).isPresent();
    }

    WriteCheckpoint begin(Stamp stamp, Position position, List<Published> shards) {
        requireLater(position);
        if (underWay()) {
            throw new IllegalStateException("two checkpoints at once: " + writing + " and [" + stamp + "]");
        }
        WriteCheckpoint write = new WriteCheckpoint(stamp, position, shards);
        writing = Optional.of(new Writing(write, Optional.empty()));
        return write;
    }

    private void requireLater(Position position) {
        sealed.filter(it -> it.steps >= steps(position)).ifPresent(it -> {
            throw new IllegalStateException("a checkpoint of [" + steps(position) + "] steps is written, and one of ["
                    + it.steps + "] is good");
        });
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
            requireLater(done.get().what.position());
            sealed = Optional.of(new Sealed(steps(done.get().what.position()), files.digest()));
            writing = Optional.empty();
        });
        return done.isPresent();
    }

    /** What is to be asked again while its files are not there. */
    Optional<WriteCheckpoint> open() {
        return writing.filter(it -> it.written.isEmpty()).map(Writing::what);
    }

    /**
     * For how long the disk has owed one answer.
     *
     * @param reading the version at which the newest one is being looked for; empty where none is
     */
    long awaitedNanos(Optional<Stamp> reading, long nowNanos) {
        Optional<Stamp> now = reading.or(() -> writing.map(it -> it.what.stamp()));
        if (!now.equals(awaited)) {
            awaited = now;
            awaitedSinceNanos = nowNanos;
        }
        return now.isPresent() ? nowNanos - awaitedSinceNanos : 0;
    }

    /** Of the run's state at the newest checkpoint; empty before the first. */
    String newestDigest() {
        return sealed.map(Sealed::digest).orElse("");
    }

    private long steps(Position at) {
        return plan.committedSteps(at.cursor());
    }
}
