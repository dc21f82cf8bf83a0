package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.Checksum;
import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.OldShards;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Errands;
import io.tinyclip.actors.plane.Fetcher;
import io.tinyclip.actors.task.FailedWork;
import io.tinyclip.failpoint.Failpoint;
import io.tinyclip.inherit.Cut;
import io.tinyclip.inherit.Factorisation;
import io.tinyclip.inherit.Gather;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.ManualInheritance;
import io.tinyclip.inherit.MaskStart;
import io.tinyclip.inherit.OldVector;
import io.tinyclip.inherit.SourceRange;
import io.tinyclip.inherit.Transition;
import io.tinyclip.mask.Costs;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.MaskShares;
import io.tinyclip.mask.Sparsity;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.ShardOptimizer;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * A parameter server's work away from its actor: arithmetic and fetching. What is asked for ends at once when it is not
 * wanted any more. Its methods are called by the actor.
 */
final class ShardWork {
    private final ShardTools at;
    private final ShardOptimizer optimizer;
    private final Costs costs;
    private final Errands<Node> slices;
    private Errand vector;

    ShardWork(ShardTools tools) {
        this.at = tools;
        this.optimizer = new ShardOptimizer(tools.plan().optimizer());
        this.costs = Costs.of(tools.plan().mask().budget(), tools.teacher());
        this.slices = new Errands<>(tools.plane());
        this.vector = tools.plane().errand();
    }

    /** What a server holds before it is told. */
    ShardVector empty() {
        ModelShape shape = at.teacher();
        return ShardVector.fresh(
                Layout.of(shape, 0, false, false), new Range(0, 0), at.plan(), FloatVector.allocate(0));
    }

    /** Nothing of what is being fetched is wanted any more. */
    void endFetches() {
        slices.endAll();
        vector.close();
    }

    /** Slices of these nodes' sums are of no use any more. */
    void endSlicesUnless(Predicate<Node> wanted) {
        slices.endUnless(wanted);
    }

    /** Another version is fetched from now on, and nothing for the one before. */
    private Fetcher nextVector() {
        endFetches();
        vector = at.plane().errand();
        return vector;
    }

    /** @return empty where a part could not be fetched */
    CompletionStage<Optional<ShardVector>> load(ServerCommand.Load load) {
        ServerCommand.Assignment to = load.assignment();
        Fetcher by = nextVector();
        return CompletableFuture.supplyAsync(() -> Part.fetch(by, load.parts(), to.range()), at.arithmetic())
                .thenCompose(ShardWork::fetched)
                .thenApply(
                        found -> found.map(arrays -> ShardVector.resumed(to.layout(), to.range(), at.plan(), arrays)));
    }

    /** Whoever publishes may be gone: that is no failure of this server. */
    private static <T> CompletionStage<Optional<T>> fetched(CompletionStage<T> fetching) {
        return fetching.handle((value, failure) -> {
            if (failure == null) {
                return Optional.of(value);
            }
            FailedWork.requireOthers(failure);
            return Optional.empty();
        });
    }

    /** Fetches this shard's slice of a node's sum, and adds it to the gradient. */
    CompletionStage<Void> addSlice(ShardVector adding, ShardEffect.FetchSlice fetch) {
        TreeSum<FloatVector> tree = adding.tree();
        FloatVector slice = adding.slice();
        ShardWeights sum = new ShardWeights(new Range(0, adding.layout().size()), fetch.handle());
        return ShardWeights.fetchInto(
                        slices.of(fetch.node()),
                        List.of(sum),
                        adding.trained(),
                        adding.range().from(),
                        slice.floats())
                .thenRunAsync(
                        () -> {
                            requireChecksum(fetch, adding, slice);
                            adding.add(tree, fetch.node(), slice);
                        },
                        at.arithmetic());
    }

    /** What was changed between its sum and here is as good as gone: its worker announces it again. */
    private static void requireChecksum(ShardEffect.FetchSlice fetch, ShardVector adding, FloatVector slice) {
        int first = adding.range().from();
        List<Range> fetched = adding.trained().stream()
                .map(range -> new Range(range.from() - first, range.to() - first))
                .toList();
        if (Checksum.of(slice, fetched) != fetch.checksum()) {
            throw new IllegalStateException("the slice of [" + fetch.handle() + "] is not the one that was announced");
        }
    }

    CompletionStage<CoordinatorCommand.Reduced> finish(
            ShardVector vector, int shard, ShardEffect.FinishReduction finish) {
        return CompletableFuture.supplyAsync(
                () -> {
                    ShardVector.Reduction sum = vector.finish(
                            finish.sparsityTarget(),
                            costs,
                            SparsityPenalty.of(at.plan().mask()));
                    return new CoordinatorCommand.Reduced(
                            finish.stamp(), shard, sum.squaredNorms(), sum.sparsityExpected(), masks(vector, finish));
                },
                at.arithmetic());
    }

    /** For people: how open the masks are that the step was computed with. */
    private float[] masks(ShardVector vector, ShardEffect.FinishReduction finish) {
        return Shards.holdsMasks(vector.layout(), vector.range())
                        && MaskShares.isTold(at.plan(), finish.stamp().cursor())
                ? MaskShares.flat(vector.layout(), vector.maskSegment())
                : new float[0];
    }

    CompletionStage<Void> apply(ShardVector vector, CommitOrder order) {
        return CompletableFuture.runAsync(
                () -> Failpoint.APPLY.around(() -> vector.apply(optimizer, order)), at.arithmetic());
    }

    /** Decides the cut from the masks as they are. */
    CompletionStage<CoordinatorCommand.CutDecided> decide(ShardVector vector, int shard, ServerCommand.DecideCut ask) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Layout layout = vector.layout();
                    float[] masks = vector.maskSegment();
                    MaskPlan plan = at.plan().mask();
                    Kept kept = Cut.cut(layout, masks, costs.target(ask.keep()), plan, costs);
                    MaskIndex index = MaskIndex.of(layout);
                    MaskGroup width = index.text().width();
                    float[] soft = Arrays.copyOfRange(index.soft(masks), width.from(), width.end());
                    double expected =
                            Sparsity.of(layout, costs, plan.countsPadding()).expected(masks);
                    return new CoordinatorCommand.CutDecided(
                            ask.stamp(),
                            kept,
                            ask.widthMap().compose(kept.text().width(), soft),
                            expected);
                },
                at.arithmetic());
    }

    /** This shard's range of the next vector. @return empty where it cannot be fetched */
    CompletionStage<Optional<ShardVector>> gather(ServerCommand.Gather gather) {
        Fetcher by = nextVector();
        return masks(by, gather)
                .thenApplyAsync(masks -> masks.map(segment -> transition(gather, segment)), at.arithmetic())
                .thenCompose(transition -> transition
                        .map(found -> values(by, found, gather))
                        .orElseGet(() -> CompletableFuture.completedStage(Optional.empty())));
    }

    private CompletionStage<Optional<ShardVector>> values(
            Fetcher by, Transition transition, ServerCommand.Gather gather) {
        Range range = gather.next().range();
        SourceRange source = transition.source(range.from(), range.to());
        SourceRange momentSource = transition.momentSource(range.from(), range.to());
        return fetched(slices(by, gather.old(), source, momentSource))
                .thenApplyAsync(found -> found.map(old -> vector(transition, gather.next(), old)), at.arithmetic());
    }

    /** Old weights, and both old moments where they go along. */
    private static CompletionStage<List<OldVector>> slices(
            Fetcher by, OldShards old, SourceRange wanted, SourceRange wantedMoments) {
        CompletionStage<OldVector> weights = slice(by, old.weights(), wanted);
        if (!old.haveMoments()) {
            return weights.thenApply(List::of);
        }
        CompletionStage<List<OldVector>> moments =
                slice(by, old.first(), wantedMoments).thenCombine(slice(by, old.second(), wantedMoments), List::of);
        return weights.thenCombine(moments, (values, both) -> List.of(values, both.get(0), both.get(1)));
    }

    private static CompletionStage<OldVector> slice(Fetcher by, List<ShardWeights> shards, SourceRange wanted) {
        Range range = new Range(wanted.from(), wanted.to());
        FloatVector target = FloatVector.allocate(range.length());
        return ShardWeights.fetchInto(by, shards, range, target.floats())
                .thenApply(nothing -> OldVector.slice(target.floats(), range.from()));
    }

    private ShardVector vector(Transition transition, ServerCommand.Assignment to, List<OldVector> old) {
        Range range = to.range();
        List<FloatVector> arrays = new ArrayList<>();
        arrays.add(FloatVector.of(transition.values(range.from(), range.to(), old.get(0))));
        for (OldVector moment : old.subList(1, old.size())) {
            arrays.add(FloatVector.of(transition.moments(MomentTransfer.CARRIED, range.from(), range.to(), moment)));
        }
        return arrays.size() == 1
                ? ShardVector.fresh(to.layout(), range, at.plan(), arrays.get(0))
                : ShardVector.resumed(to.layout(), range, at.plan(), arrays);
    }

    /** The old masks, where the cut is decided by them. */
    private static CompletionStage<Optional<float[]>> masks(Fetcher by, ServerCommand.Gather gather) {
        if (!gather.before().masked()) {
            return CompletableFuture.completedStage(Optional.of(new float[0]));
        }
        Layout before = gather.before();
        return fetched(ShardWeights.fetch(by, gather.old().weights(), new Range(before.maskStart(), before.size())));
    }

    private Transition transition(ServerCommand.Gather gather, float[] masks) {
        Layout before = gather.before();
        Layout after = gather.next().layout();
        if (Factorisation.isOne(before, after)) {
            return Factorisation.of(before, after);
        }
        return gather.kept()
                .<Transition>map(kept ->
                        before.masked() ? Gather.of(before, after, kept, masks) : Gather.chosen(before, after, kept))
                .orElseGet(() -> after.masked()
                        ? MaskStart.of(
                                before, after, SparsityPenalty.of(at.plan().mask()))
                        : ManualInheritance.of(before, after));
    }
}
