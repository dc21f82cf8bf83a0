package io.tinyclip.inherit;

import io.tinyclip.mask.Costs;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Tower;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decides which units stay when the inherit phase ends.
 *
 * <p>A group (a tower's width, a layer's heads or neurons) keeps round(sum P) of its units, the strongest by logAlpha,
 * ties by index. Then the sizes are moved until the budget is met:
 *
 * <ol>
 *   <li>While there is too much, the weakest unit goes. Neurons and heads are looked at together, a head only while the
 *       excess is worth a head; when no neuron is left, any head; width only when neither is left.
 *   <li>Then, while some unit fits into what is missing, the strongest neuron or head that fits comes back; a width
 *       channel only when neither fits.
 *   <li>If that brought back every neuron, nothing fine is left to fill the rest with: one more head (or width channel)
 *       comes back, and both steps are done again.
 * </ol>
 *
 * <p>Among equal scores the group that has kept the larger share of its units gives first and gets last, so that
 * saturated masks are cut evenly; then the earlier stays: image before text, by layer, heads before neurons.
 * So the count never exceeds the target, and misses it by less than any unit that could still be added: a neuron,
 * wherever something coarser can make room for one. Where the student is to be exportable, a layer never has more heads
 * than the width has room for; a narrower width always has room, as it is only left with the fewest heads.
 *
 * <p>Where the budget counts padding, see {@link DenseCut}, the same rule moves other units: the neurons of all layers of a
 * tower are one group, which begins whole, and whose step is a neuron of every layer, judged by their mean score; heads have
 * no sizes of their own. So the student as such formats hold it never exceeds the target either.
 */
public final class Cut {
    /** Digits of the smallest possible {@code keep} in a refusal. */
    private static final int KEEP_DIGITS = 3;

    private static final Comparator<CutGroup> EVENLY = Comparator.comparingDouble(CutGroup::share);

    private final List<TowerCut> towers;
    private final List<CutGroup> widths;
    private final List<CutGroup> heads;
    private final List<CutGroup> neurons;
    private final List<CutGroup> fine;
    private final long target;
    private final Costs costs;

    private Cut(List<TowerCut> towers, long target, Costs costs) {
        this.towers = towers;
        this.target = target;
        this.costs = costs;
        this.widths = towers.stream().map(TowerCut::width).toList();
        this.heads = towers.stream().flatMap(tower -> tower.heads().stream()).toList();
        this.neurons =
                towers.stream().flatMap(tower -> tower.neurons().stream()).toList();
        this.fine = towers.stream().flatMap(tower -> tower.fine().stream()).toList();
    }

    /**
     * The units that stay.
     *
     * @param masked layout before the cut
     * @param maskSegment logAlpha, from {@link Layout#maskStart}
     * @param target what may stay, as the plan counts it, see {@link Costs#target}
     * @param costs of the run
     * @throws InvalidInputException if minimum-heads and round-to keep more than the target
     */
    public static Kept cut(Layout masked, float[] maskSegment, long target, MaskPlan plan, Costs costs) {
        MaskIndex index = MaskIndex.of(masked);
        index.requireSize(maskSegment);
        Cut cut = new Cut(
                index.towers().stream()
                        .map(tower -> TowerCut.of(maskSegment, tower, plan, costs))
                        .toList(),
                target,
                costs);
        cut.shrink();
        cut.grow();
        cut.makeRoomForNeurons();
        return new Kept(cut.towers.get(0).kept(), cut.towers.get(1).kept());
    }

    /** Of a run that begins as its teacher is; otherwise as {@link #requirePossible(ModelShape, ModelShape, RunPlan)}. */
    public static void requirePossible(ModelShape teacher, RunPlan plan) {
        requirePossible(teacher, teacher, plan);
    }

    /**
     * Refuses, before anything is trained, a plan of which a cut could only fail: whatever the masks will be, a tower keeps
     * {@code round-to} channels and each layer {@code minimum-heads} heads, as far as the teacher has so many, and channels
     * for these heads where the student is to be exportable.
     *
     * @param start the student's shape at the start
     * @throws InvalidInputException if that is more than a stage may keep, or a tower of the teacher can't be masked, or
     *     can't be left exportable
     */
    public static void requirePossible(ModelShape teacher, ModelShape start, RunPlan plan) {
        Costs costs = Costs.of(plan.mask().budget(), teacher);
        ModelShape before = start;
        boolean narrowed = false;
        for (StagePlan stage : plan.stages()) {
            before = stage.shape(before);
            if (stage.decides()) {
                requirePossible(stage, costs, before, plan.mask(), narrowed);
            }
            narrowed |= stage.inheritSteps() > 0
                    || stage.calibration().filter(CalibrationPlan::width).isPresent();
        }
    }

    /** @param narrowed whether masks or a calibration have decided the width by then, of which then nothing is known */
    private static void requirePossible(
            StagePlan stage, Costs costs, ModelShape before, MaskPlan mask, boolean narrowed) {
        if (before.image() instanceof ResNet) {
            throw new InvalidInputException(
                    "the teacher's image tower is a residual network, which has no heads and neurons to choose from; name a"
                            + " student in tinyclip.stages instead of keep");
        }
        if (mask.fitsUniformLayers()) {
            requireExportable("image", before.vision());
            requireExportable("text", before.text());
        }
        boolean calibrated = stage.calibration().isPresent();
        boolean wide = calibrated && !stage.calibration().get().width() && !narrowed;
        TowerSizes image = new TowerSizes(before.vision(), mask);
        TowerSizes text = new TowerSizes(before.text(), mask);
        double keep = stage.keep();
        long target = costs.target(keep);
        long least = Stream.of(image, text)
                .mapToLong(it ->
                        wide ? it.leastOfWholeWidth(costs) : calibrated ? it.leastOfMixedWidth(costs) : it.least(costs))
                .sum();
        if (target < least) {
            BigDecimal possible =
                    BigDecimal.valueOf((double) least / costs.teacher()).setScale(KEEP_DIGITS, RoundingMode.CEILING);
            String sizes = wide
                    ? "mask minimum-heads [" + mask.minimumHeads()
                            + "] and the whole width, which calibration-width [false] leaves, hold ["
                    : "mask minimum-heads [" + mask.minimumHeads() + "] and round-to [" + mask.roundTo() + "] hold [";
            throw new InvalidInputException("keep [" + keep + "] of the teacher's [" + costs.told(costs.teacher())
                    + "] " + costs.noun() + " is [" + costs.told(target) + "], but " + sizes + costs.told(least)
                    + "]; raise keep to [" + possible + "] or more, or lower minimum-heads"
                    + (wide ? ", or set calibration-width to true" : " or round-to")
                    + (mask.fitsUniformLayers() && !wide ? ", or set mask exportable to false" : ""));
        }
    }

    private static void requireExportable(String name, Tower tower) {
        if (tower.width() % tower.headWidth() != 0) {
            throw new InvalidInputException(
                    "tinyclip.mask.exportable needs towers whose width is a multiple of their head width ["
                            + tower.headWidth() + "], but that of the " + name + " tower is [" + tower.width()
                            + "]; set it to false");
        }
    }

    private void shrink() {
        for (long excess = counted() - target; excess > 0; excess = counted() - target) {
            long worth = excess;
            Predicate<CutGroup> fits = group -> worthOfStep(group, group.smaller()) <= worth;
            CutGroup weakest = weakest(fine, group -> neurons.contains(group) || fits.test(group))
                    .or(() -> weakest(heads, group -> true))
                    .or(() -> weakest(widths, group -> true))
                    .orElseThrow(this::refusal);
            weakest.resize(weakest.smaller());
        }
    }

    private void grow() {
        Optional<CutGroup> strongest;
        do {
            long missing = target - counted();
            Predicate<CutGroup> fits = group -> worthOfStep(group, group.larger()) <= missing;
            strongest = strongest(fine, fits).or(() -> strongest(widths, fits));
            strongest.ifPresent(group -> group.resize(group.larger()));
        } while (strongest.isPresent());
    }

    private void makeRoomForNeurons() {
        if (target == counted() || neurons.stream().anyMatch(CutGroup::canGrow)) {
            return;
        }
        strongest(heads, group -> true)
                .or(() -> strongest(widths, group -> true))
                .ifPresent(group -> {
                    group.resize(group.larger());
                    shrink();
                    grow();
                });
    }

    private static Optional<CutGroup> weakest(List<CutGroup> groups, Predicate<CutGroup> allowed) {
        Comparator<CutGroup> order =
                Comparator.comparingDouble(CutGroup::scoreBelow).thenComparing(EVENLY.reversed());
        return groups.stream()
                .filter(CutGroup::canShrink)
                .filter(allowed)
                .reduce((a, b) -> order.compare(b, a) <= 0 ? b : a);
    }

    private static Optional<CutGroup> strongest(List<CutGroup> groups, Predicate<CutGroup> allowed) {
        Comparator<CutGroup> order =
                Comparator.comparingDouble(CutGroup::scoreAbove).reversed().thenComparing(EVENLY);
        return groups.stream()
                .filter(CutGroup::canGrow)
                .filter(allowed)
                .reduce((a, b) -> order.compare(b, a) < 0 ? b : a);
    }

    /** What the budget counts between the group's size and another. */
    private long worthOfStep(CutGroup group, int otherSize) {
        int size = group.size();
        long now = counted();
        group.resize(otherSize);
        long then = counted();
        group.resize(size);
        return Math.abs(then - now);
    }

    private long counted() {
        return towers.stream().mapToLong(TowerCut::counted).sum();
    }

    private InvalidInputException refusal() {
        return new InvalidInputException(
                "[" + costs.told(counted()) + "] " + costs.noun() + " stay at least, but the stage may keep ["
                        + costs.told(target) + "]; raise keep, or lower mask minimum-heads or round-to");
    }
}
