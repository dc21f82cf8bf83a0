package io.tinyclip.actors;

import io.tinyclip.checkpoint.Checkpoint;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.checkpoint.RangeFile;
import io.tinyclip.inherit.Cut;
import io.tinyclip.inherit.Gather;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.ManualInheritance;
import io.tinyclip.inherit.MaskStart;
import io.tinyclip.inherit.OldVector;
import io.tinyclip.inherit.SourceRange;
import io.tinyclip.inherit.Transition;
import io.tinyclip.mask.Budget;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.Sparsity;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.optimize.AdamW;
import io.tinyclip.optimize.Range;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A parameter server's work away from its actor: arithmetic, files and fetching. */
final class ShardWork {
    private final ShardSurroundings at;
    private final long teacherCounted;

    ShardWork(ShardSurroundings surroundings) {
        this.at = surroundings;
        this.teacherCounted = Budget.counted(surroundings.teacher());
    }

    /** What a server holds before it is told. */
    ShardVector empty() {
        ModelShape shape = at.teacher();
        return ShardVector.fresh(Layout.of(shape, 0, false, false), new Range(0, 0), at.plan(), new float[0]);
    }

    CompletionStage<ShardVector> load(ParameterServer.Load load) {
        ParameterServer.Assignment to = load.assignment();
        Range range = to.range();
        if (load.source() instanceof ParameterServer.Source.Published published) {
            return at.plane()
                    .fetch(published.vector(), range.from(), range.to())
                    .thenApply(weights -> ShardVector.fresh(to.layout(), range, at.plan(), weights.clone()));
        }
        String id = ((ParameterServer.Source.Stored) load.source()).checkpoint();
        return CompletableFuture.supplyAsync(
                () -> ShardVector.resumed(to.layout(), range, at.plan(), read(id, range)), at.files());
    }

    CompletionStage<Coordinator.Reduced> finish(ShardVector vector, int shard, ShardEffect.FinishReduction finish) {
        return CompletableFuture.supplyAsync(
                () -> {
                    ShardVector.Reduction sum = vector.finish(
                            finish.sparsityTarget(),
                            teacherCounted,
                            SparsityPenalty.of(at.plan().mask()));
                    return new Coordinator.Reduced(finish.stamp(), shard, sum.squaredNorms(), sum.sparsityExpected());
                },
                at.arithmetic());
    }

    CompletionStage<Void> apply(ShardVector vector, AdamW optimizer, ShardState.Order order) {
        return CompletableFuture.runAsync(() -> vector.apply(optimizer, order), at.arithmetic());
    }

    CompletionStage<Coordinator.ShardWritten> write(ShardVector vector, int shard, Stamp stamp) {
        return CompletableFuture.supplyAsync(
                () -> new Coordinator.ShardWritten(stamp, shard, vector.blockHashes(), writeRange(vector, stamp)),
                at.files());
    }

    /** Decides the cut from the masks as they are. */
    CompletionStage<Coordinator.CutDecided> decide(ShardVector vector, int shard, ParameterServer.DecideCut ask) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Layout layout = vector.layout();
                    float[] masks = vector.maskSegment();
                    long target = Budget.target(ask.keep(), teacherCounted);
                    Kept kept = Cut.cut(layout, masks, target, at.plan().mask());
                    MaskIndex index = MaskIndex.of(layout);
                    MaskGroup width = index.text().width();
                    float[] soft = Arrays.copyOfRange(index.soft(masks), width.from(), width.end());
                    double expected = Sparsity.of(layout, teacherCounted).expected(masks);
                    return new Coordinator.CutDecided(
                            ask.stamp(),
                            kept,
                            ask.widthMap().compose(kept.text().width(), soft),
                            expected);
                },
                at.arithmetic());
    }

    /** This shard's range of the next vector, with a fresh optimizer state. */
    CompletionStage<ShardVector> gather(ParameterServer.Gather gather) {
        ParameterServer.Assignment to = gather.next();
        return transition(gather)
                .thenComposeAsync(transition -> values(transition, gather), at.arithmetic())
                .thenApply(weights -> ShardVector.fresh(to.layout(), to.range(), at.plan(), weights));
    }

    private CompletionStage<float[]> values(Transition transition, ParameterServer.Gather gather) {
        Range range = gather.next().range();
        SourceRange source = transition.source(range.from(), range.to());
        return ShardWeights.fetch(at.plane(), gather.old(), new Range(source.from(), source.to()))
                .thenApply(slice -> transition.values(range.from(), range.to(), OldVector.slice(slice, source.from())));
    }

    private CompletionStage<Transition> transition(ParameterServer.Gather gather) {
        Layout before = gather.before();
        Layout after = gather.next().layout();
        Optional<Kept> kept = gather.kept();
        if (kept.isEmpty()) {
            return CompletableFuture.completedStage(
                    after.masked()
                            ? MaskStart.of(
                                    before, after, SparsityPenalty.of(at.plan().mask()))
                            : ManualInheritance.of(before, after));
        }
        Range masks = new Range(before.maskStart(), before.size());
        return ShardWeights.fetch(at.plane(), gather.old(), masks)
                .thenApply(segment -> Gather.of(before, after, kept.get(), segment));
    }

    private List<float[]> read(String id, Range range) {
        Checkpoint checkpoint = at.checkpoints()
                .newestGood()
                .filter(newest -> newest.id().equals(id))
                .orElseThrow(() -> new IllegalStateException("checkpoint [" + id + "] is not the newest any more"));
        if (range.length() == 0) {
            return List.of(new float[0], new float[0], new float[0]);
        }
        io.tinyclip.checkpoint.Range found = checkpoint.readRange(range.from(), range.to());
        return List.of(found.weights(), found.m(), found.v());
    }

    private Optional<RangeFile> writeRange(ShardVector vector, Stamp stamp) {
        if (vector.range().length() == 0) {
            return Optional.empty();
        }
        List<float[]> arrays = vector.arrays();
        String id = CheckpointStore.id(at.plan().committedSteps(stamp.cursor()));
        return Optional.of(at.checkpoints()
                .writeRange(
                        id,
                        new io.tinyclip.checkpoint.Range(
                                vector.range().from(), arrays.get(0), arrays.get(1), arrays.get(2))));
    }
}
