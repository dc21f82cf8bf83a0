package io.tinyclip.actors.lead;

import com.google.gson.JsonObject;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Fetcher;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.task.FailedWork;
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
import java.util.function.Supplier;

/**
 * Fetches what the shards publish and makes it durable, piece by piece, so that one piece is in memory at a time. One
 * thing after another: what an abandoned checkpoint still writes can't come after what takes its place, and what it still
 * fetches ends at once. Its methods are called by the coordinator.
 */
final class CheckpointWriter {
    /** Floats of a shard that are in memory at a time; a multiple of every block's size. */
    private static final int PIECE = 1 << 23;

    private static final class Progress {
        private final Fetcher by;
        private final List<byte[]> hashes = new ArrayList<>();
        private final List<RangeFile> files = new ArrayList<>();

        Progress(Fetcher by) {
            this.by = by;
        }
    }

    private final LeadTools at;
    private final Term term;
    private final VectorPool pool = new VectorPool();
    private Errand fetching;
    private CompletionStage<?> last = CompletableFuture.completedStage(true);

    /** @param term that a manifest may be written in */
    CheckpointWriter(LeadTools tools, Term term) {
        this.at = tools;
        this.term = term;
        this.fetching = tools.plane().errand();
    }

    /** @return empty where a shard could not be fetched; fails where a file cannot be written */
    CompletionStage<Optional<RunEffect.CheckpointFiles>> write(RunEffect.WriteCheckpoint write) {
        Position position = write.position();
        List<Range> ranges = Shards.of(position.layout(), write.shards().size());
        int longest =
                Math.min(PIECE, ranges.stream().mapToInt(Range::length).max().orElse(0));
        fetching.close();
        Errand by = at.plane().errand();
        fetching = by;
        CompletionStage<Optional<Progress>> progress = last.handle((done, failure) -> Optional.of(new Progress(by)));
        for (int i = 0; i < ranges.size(); i++) {
            Range range = ranges.get(i);
            Published shard = write.shards().get(i);
            for (int from = range.from(); from < range.to(); from += PIECE) {
                Range piece = new Range(from, Math.min(range.to(), from + PIECE));
                int first = from - range.from();
                progress = progress.thenCompose(before -> before.isEmpty()
                        ? CompletableFuture.completedStage(before)
                        : fetch(before.get().by, shard, first, piece.length(), longest)
                                .thenApplyAsync(
                                        it -> it.map(vectors -> at.disk()
                                                .doing(
                                                        "writing a checkpoint",
                                                        Origins.BYTES_A_PARAMETER * piece.length(),
                                                        () -> write(before.get(), position, piece, vectors))),
                                        at.files()));
            }
        }
        CompletionStage<Optional<RunEffect.CheckpointFiles>> written =
                progress.thenApply(all -> all.map(it -> new RunEffect.CheckpointFiles(
                        StateDigest.of(position.digestLine(), it.hashes), List.copyOf(it.files))));
        last = written;
        return written;
    }

    /**
     * Writes the manifest, from which on the checkpoint counts.
     *
     * @return whether this coordinator still leads; otherwise nothing was written
     */
    CompletionStage<Boolean> seal(RunEffect.SealCheckpoint seal) {
        CompletionStage<Boolean> sealed = last.handleAsync(
                (done, failure) -> at.disk().doing("sealing a checkpoint", 0, () -> manifest(seal)), at.files());
        last = sealed;
        return sealed;
    }

    /**
     * Writes down what shards were found to hold.
     *
     * @return whether this coordinator still leads; looked at after it is written, so that whoever leads next reads it
     */
    CompletionStage<Boolean> pin(RunEffect.PinShards pin) {
        CompletionStage<Boolean> pinned = last.handleAsync(
                (done, failure) -> at.disk().doing("writing down what tars hold", 0, () -> {
                    term.require();
                    at.setup().checkpoints().pins().add(term.number(), pin.steps(), pin.pins());
                    return term.leads();
                }),
                at.files());
        last = pinned;
        return pinned;
    }

    /** What is found once nothing is being written any more. @param bytes that are read */
    <T> CompletionStage<T> afterwards(long bytes, Supplier<T> search) {
        fetching.close();
        CompletionStage<T> found =
                last.handleAsync((done, failure) -> at.disk().doing("reading a checkpoint", bytes, search), at.files());
        last = found;
        return found;
    }

    /**
     * Fetches a piece of the weights and of both moments.
     *
     * @param size of the vectors, equal for all pieces, so that the same ones serve
     * @return empty where its server is gone: then the run goes back anyway, or asks again
     */
    private CompletionStage<Optional<List<FloatVector>>> fetch(
            Fetcher by, Published shard, int first, int length, int size) {
        List<FloatVector> vectors = new ArrayList<>();
        List<CompletableFuture<Void>> fetches = new ArrayList<>();
        for (Handle handle : List.of(shard.master(), shard.first(), shard.second())) {
            FloatVector vector = pool.take(size);
            vectors.add(vector);
            fetches.add(by.fetchInto(handle, first, first + length, vector.floats(), 0)
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> {
                    if (failure == null) {
                        return Optional.of(vectors);
                    }
                    FailedWork.requireOthers(failure);
                    return Optional.empty();
                });
    }

    /** What was fetched while another coordinator led may be of another version, and must replace nothing. */
    private Progress write(Progress progress, Position position, Range range, List<FloatVector> taken) {
        term.require();
        List<FloatVector> vectors =
                taken.stream().map(it -> it.first(range.length())).toList();
        progress.hashes.addAll(StateDigest.blockHashes(position.layout(), range, vectors));
        progress.files.add(at.setup()
                .checkpoints()
                .writeRange(
                        id(position), new SavedRange(range.from(), vectors.get(0), vectors.get(1), vectors.get(2))));
        taken.forEach(pool::give);
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
        RunEffect.CheckpointFiles written = seal.written();
        JsonObject state = PositionJson.write(seal.position(), written.digest());
        at.setup().checkpoints().pins().write(state, steps(seal.position()));
        at.setup().checkpoints().commit(id(seal.position()), written.files(), state);
        return true;
    }

    private String id(Position position) {
        return CheckpointStore.id(steps(position));
    }

    private long steps(Position position) {
        return at.setup().plan().committedSteps(position.cursor());
    }
}
