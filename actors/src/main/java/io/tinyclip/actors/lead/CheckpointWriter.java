package io.tinyclip.actors.lead;

import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.CheckpointFiles;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.checkpoint.RangeFile;
import io.tinyclip.checkpoint.SavedRange;
import io.tinyclip.checkpoint.Term;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.VectorPool;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.optimize.StateDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Fetches what the shards publish and makes it durable, piece by piece, so that one piece is in memory at a time. One
 * thing after another: what an abandoned checkpoint still writes can't come after what takes its place.
 */
final class CheckpointWriter {
    /** Floats of a shard that are in memory at a time; a multiple of every block's size. */
    private static final int PIECE = 1 << 23;

    private static final class Progress {
        private final List<byte[]> hashes = new ArrayList<>();
        private final List<RangeFile> files = new ArrayList<>();
    }

    private final LeadTools at;
    private final Term term;
    private final VectorPool pool = new VectorPool();
    private CompletionStage<?> last = CompletableFuture.completedStage(true);

    /** @param term that a manifest may be written in */
    CheckpointWriter(LeadTools tools, Term term) {
        this.at = tools;
        this.term = term;
    }

    /** @return empty where a shard could not be fetched; fails where a file cannot be written */
    CompletionStage<Optional<CheckpointFiles>> write(RunEffect.WriteCheckpoint write) {
        Position position = write.position();
        List<Range> ranges = Shards.of(position.layout(), write.shards().size());
        CompletionStage<Optional<Progress>> progress = last.handle((done, failure) -> Optional.of(new Progress()));
        for (int i = 0; i < ranges.size(); i++) {
            Range range = ranges.get(i);
            Published shard = write.shards().get(i);
            for (int from = range.from(); from < range.to(); from += PIECE) {
                Range piece = new Range(from, Math.min(range.to(), from + PIECE));
                int first = from - range.from();
                progress = progress.thenCompose(before -> add(before, position, piece, shard, first));
            }
        }
        CompletionStage<Optional<CheckpointFiles>> written = progress.thenApply(all -> all.map(
                it -> new CheckpointFiles(StateDigest.of(position.digestLine(), it.hashes), List.copyOf(it.files))));
        last = written;
        return written;
    }

    /**
     * Writes the manifest, from which on the checkpoint counts.
     *
     * @return whether this coordinator still leads; otherwise nothing was written
     */
    CompletionStage<Boolean> seal(RunEffect.SealCheckpoint seal) {
        CompletionStage<Boolean> sealed = last.handleAsync((done, failure) -> manifest(seal), at.files());
        last = sealed;
        return sealed;
    }

    /** What is found once nothing is being written any more. */
    <T> CompletionStage<T> afterwards(java.util.function.Supplier<T> search) {
        CompletionStage<T> found = last.handleAsync((done, failure) -> search.get(), at.files());
        last = found;
        return found;
    }

    private CompletionStage<Optional<Progress>> add(
            Optional<Progress> before, Position position, Range range, Published shard, int first) {
        if (before.isEmpty()) {
            return CompletableFuture.completedStage(before);
        }
        return fetch(shard, first, range.length())
                .thenApplyAsync(vectors -> vectors.map(it -> write(before.get(), position, range, it)), at.files());
    }

    /** @return empty where its server is gone: then the run goes back anyway, or asks again */
    private CompletionStage<Optional<List<FloatVector>>> fetch(Published shard, int first, int length) {
        List<FloatVector> vectors = new ArrayList<>();
        List<CompletableFuture<Void>> fetches = new ArrayList<>();
        for (Handle handle : List.of(shard.master(), shard.first(), shard.second())) {
            FloatVector vector = pool.take(length);
            vectors.add(vector);
            fetches.add(at.plane()
                    .fetchInto(handle, first, first + length, vector.floats(), 0)
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> failure == null ? Optional.of(vectors) : Optional.empty());
    }

    /** What was fetched while another coordinator led may be of another version, and must replace nothing. */
    private Progress write(Progress progress, Position position, Range range, List<FloatVector> vectors) {
        term.require();
        progress.hashes.addAll(StateDigest.blockHashes(position.layout(), range, vectors));
        progress.files.add(at.setup()
                .checkpoints()
                .writeRange(
                        id(position), new SavedRange(range.from(), vectors.get(0), vectors.get(1), vectors.get(2))));
        vectors.forEach(pool::give);
        return progress;
    }

    /**
     * A version that was fetched while another coordinator led may have been changed meanwhile. So the term is looked
     * at after all has been fetched: nobody else led until then.
     */
    private boolean manifest(RunEffect.SealCheckpoint seal) {
        if (!term.leads()) {
            return false;
        }
        CheckpointFiles written = seal.written();
        at.setup()
                .checkpoints()
                .commit(id(seal.position()), written.files(), PositionJson.write(seal.position(), written.digest()));
        return true;
    }

    private String id(Position position) {
        return CheckpointStore.id(at.setup().plan().committedSteps(position.cursor()));
    }
}
