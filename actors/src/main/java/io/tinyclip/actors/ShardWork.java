package io.tinyclip.actors;

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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A parameter server's work away from its actor: arithmetic and fetching. */
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

    /** @return empty where a part could not be fetched */
    CompletionStage<Optional<ShardVector>> load(ParameterServer.Load load) {
        ParameterServer.Assignment to = load.assignment();
        return CompletableFuture.supplyAsync(() -> Part.fetch(at.plane(), load.parts(), to.range()), at.arithmetic())
                .thenCompose(ShardWork::fetched)
                .thenApply(
                        found -> found.map(arrays -> ShardVector.resumed(to.layout(), to.range(), at.plan(), arrays)));
    }

    /** Whoever publishes may be gone: that is no failure of this server. */
    private static <T> CompletionStage<Optional<T>> fetched(CompletionStage<T> fetching) {
        return fetching.handle((value, failure) -> failure == null ? Optional.of(value) : Optional.empty());
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

    /** This shard's range of the next vector, with a fresh optimizer state. @return empty where it cannot be fetched */
    CompletionStage<Optional<ShardVector>> gather(ParameterServer.Gather gather) {
        return masks(gather)
                .thenApplyAsync(masks -> masks.map(segment -> transition(gather, segment)), at.arithmetic())
                .thenCompose(transition -> transition
                        .map(found -> values(found, gather))
                        .orElseGet(() -> CompletableFuture.completedStage(Optional.empty())));
    }

    private CompletionStage<Optional<ShardVector>> values(Transition transition, ParameterServer.Gather gather) {
        ParameterServer.Assignment to = gather.next();
        Range range = to.range();
        SourceRange source = transition.source(range.from(), range.to());
        return fetched(ShardWeights.fetch(at.plane(), gather.old(), new Range(source.from(), source.to())))
                .thenApplyAsync(
                        found -> found.map(slice -> {
                            OldVector old = OldVector.slice(slice, source.from());
                            float[] weights = transition.values(range.from(), range.to(), old);
                            return ShardVector.fresh(to.layout(), range, at.plan(), weights);
                        }),
                        at.arithmetic());
    }

    /** The old masks, where the cut is decided by them. */
    private CompletionStage<Optional<float[]>> masks(ParameterServer.Gather gather) {
        if (!gather.before().masked()) {
            return CompletableFuture.completedStage(Optional.of(new float[0]));
        }
        Layout before = gather.before();
        return fetched(ShardWeights.fetch(at.plane(), gather.old(), new Range(before.maskStart(), before.size())));
    }

    private Transition transition(ParameterServer.Gather gather, float[] masks) {
        Layout before = gather.before();
        Layout after = gather.next().layout();
        return gather.kept()
                .<Transition>map(kept ->
                        before.masked() ? Gather.of(before, after, kept, masks) : Gather.chosen(before, after, kept))
                .orElseGet(() -> after.masked()
                        ? MaskStart.of(
                                before, after, SparsityPenalty.of(at.plan().mask()))
                        : ManualInheritance.of(before, after));
    }
}
