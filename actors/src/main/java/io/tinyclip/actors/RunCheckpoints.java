package io.tinyclip.actors;

import io.tinyclip.actors.RunEffect.SealCheckpoint;
import io.tinyclip.actors.RunEffect.WriteShards;
import io.tinyclip.plan.Cursor;
import java.util.Optional;

/** What {@link RunState} knows about its checkpoints: the newest good one, and the one that is being written. */
final class RunCheckpoints {
    /** @param steps committed steps of the whole run: a transition that follows them is simply done again */
    private record Sealed(long steps, String digest) {}

    private final RunState.Terms terms;
    private Optional<Sealed> sealed;
    private Optional<CheckpointTally> writing = Optional.empty();

    /** @param digest of the position that the run begins at, where a checkpoint of it is there */
    RunCheckpoints(RunState.Terms terms, Position start, Optional<String> digest) {
        this.terms = terms;
        this.sealed = digest.map(value -> new Sealed(steps(start), value));
    }

    /**
     * Whether a checkpoint of the position has to be begun.
     *
     * @param resting whether the run stays here until there is one
     */
    boolean needed(Position position, boolean resting) {
        Cursor cursor = position.cursor();
        boolean due = cursor.step() > 0 && terms.plan().dataPosition(cursor) % terms.checkpointSteps() == 0;
        boolean covered = sealed.filter(it -> it.steps == steps(position)).isPresent()
                || writing.filter(it -> steps(it.position()) == steps(position)).isPresent();
        return (due || resting) && !covered;
    }

    WriteShards begin(Position position) {
        writing = Optional.of(new CheckpointTally(position, terms.servers()));
        return new WriteShards(position.stamp(terms.epoch()));
    }

    /** Whether one is begun and not yet good. */
    boolean underWay() {
        return writing.isPresent();
    }

    /** Whether no shard is still writing, so that shards may change. */
    boolean written() {
        return writing.map(CheckpointTally::allWritten).orElse(true);
    }

    /** @return what is to be done if this was the last shard missing */
    Optional<SealCheckpoint> add(Coordinator.ShardWritten shard) {
        return writing.filter(tally -> shard.stamp().equals(tally.position().stamp(terms.epoch())) && tally.add(shard))
                .map(tally -> new SealCheckpoint(tally.position(), tally.digest(), tally.files()));
    }

    /** The one under way is good. */
    void sealed() {
        CheckpointTally tally = writing.orElseThrow(() -> new IllegalStateException("no checkpoint is under way"));
        sealed = Optional.of(new Sealed(steps(tally.position()), tally.digest()));
        writing = Optional.empty();
    }

    /** What is to be asked again while shards have not answered. */
    Optional<WriteShards> open() {
        return writing.filter(tally -> !tally.allWritten())
                .map(tally -> new WriteShards(tally.position().stamp(terms.epoch())));
    }

    String newestDigest() {
        return sealed.orElseThrow(() -> new IllegalStateException("no checkpoint is good yet")).digest;
    }

    private long steps(Position at) {
        return terms.plan().committedSteps(at.cursor());
    }
}
