package io.tinyclip.calibrate;

import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.LayerKept;
import io.tinyclip.inherit.TowerKept;
import io.tinyclip.inherit.TowerSizes;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Tower;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.squares.Allocation;
import io.tinyclip.squares.Allocation.Choice;
import io.tinyclip.squares.Elimination;
import io.tinyclip.squares.Elimination.Fitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Cuts a student at once, and fits what is left (ZipLM: Kurtic, Frantar and Alistarh, NeurIPS 2023).
 *
 * <ol>
 *   <li>In each half of a layer the unit goes whose outputs the others can best make up for, one after another, as least squares
 *       tell by the moments of what the half's map is given.
 *   <li>Each half is cut to some sizes, alone, and it is measured how far that takes the tower's embeddings. These distances are
 *       taken for a sum: sizes are chosen so that it is least within the budget.
 *   <li>Half after half is cut to its size, and its map fitted to what it is given by then.
 * </ol>
 *
 * The width stays. Where calibration gives the same bits, so does this.
 */
public final class LeastSquaresCut {
    private final Layout layout;
    private final FloatVector vector;
    private final Budget budget;
    private final Calibration calibration;
    private final List<Half> halves;

    /**
     * What may stay.
     *
     * @param plan of minimum-heads and round-to
     * @param target in the unit of the costs
     */
    public record Budget(MaskPlan plan, Costs costs, long target) {}

    private LeastSquaresCut(Layout layout, FloatVector vector, Budget budget, Calibration calibration) {
        this.layout = layout;
        this.vector = vector;
        this.budget = budget;
        this.calibration = calibration;
        this.halves = Half.of(layout);
    }

    /** How many sizes are tried, for whoever shows how far it is. */
    public static int tried(Layout layout, MaskPlan plan) {
        return Half.of(layout).stream()
                .mapToInt(half -> UnitSizes.tried(half, new TowerSizes(half.tower(layout.shape()), plan))
                        .size())
                .sum();
    }

    /**
     * Decides the cut.
     *
     * @param layout of the student, without masks, whose towers are transformers
     * @param vector (P,) of it; stays as it is
     * @param calibration of this student
     * @param told hears how many sizes were tried
     */
    public static CalibratedCut cut(
            Layout layout, FloatVector vector, Budget budget, Calibration calibration, IntConsumer told) {
        FloatVector copy = FloatVector.allocate(vector.size());
        copy.floats().put(vector.floats());
        LeastSquaresCut cut = new LeastSquaresCut(layout, copy, budget, calibration);
        List<Integer> sizes = cut.sizes(told);
        return new CalibratedCut(cut.apply(sizes), copy, Optional.empty());
    }

    private List<Integer> sizes(IntConsumer told) {
        List<List<Choice>> parts = new ArrayList<>();
        int done = 0;
        for (Half half : halves) {
            List<Choice> choices = choices(half);
            parts.add(choices);
            done += UnitSizes.tried(half, allowed(half)).size();
            told.accept(done);
        }
        double fixed = costOfNothing();
        return Allocation.of(parts, budget.target - fixed).stream()
                .map(Choice::size)
                .toList();
    }

    /** What all layers cost that have lost both halves. */
    private double costOfNothing() {
        double sum = 0;
        for (Tower tower : List.of(layout.shape().vision(), layout.shape().text())) {
            for (int i = 0; i < tower.layers().size(); i++) {
                sum += budget.costs.layer(tower, i, tower.width(), 0, 0);
            }
        }
        return sum;
    }

    private TowerSizes allowed(Half half) {
        return new TowerSizes(half.tower(layout.shape()), budget.plan);
    }

    private List<Choice> choices(Half half) {
        Elimination elimination = eliminated(half);
        List<Choice> choices = new ArrayList<>();
        if (UnitSizes.most(half, allowed(half)) == half.units()) {
            choices.add(new Choice(half.units(), cost(half, half.units()), 0));
        }
        for (int size : UnitSizes.tried(half, allowed(half))) {
            Choice smaller = new Choice(size, cost(half, size), distance(half, elimination.fitted(size)));
            if (!choices.isEmpty()) {
                choices.addAll(between(half, choices.get(choices.size() - 1), smaller));
            }
            choices.add(smaller);
        }
        return choices;
    }

    /** What was not tried is taken to lie on the line between its neighbours. */
    private List<Choice> between(Half half, Choice larger, Choice smaller) {
        return UnitSizes.between(half, larger.size(), smaller.size(), allowed(half)).stream()
                .map(size -> {
                    double share = (double) (larger.size() - size) / (larger.size() - smaller.size());
                    return new Choice(
                            size, cost(half, size), larger.error() + share * (smaller.error() - larger.error()));
                })
                .toList();
    }

    private Elimination eliminated(Half half) {
        float[] weights = vector.range(half.weight().offset(), half.weight().end());
        return Elimination.of(calibration.inputs(half, vector), weights, half.outputs(), half.channels());
    }

    private double cost(Half half, int units) {
        Tower tower = half.tower(layout.shape());
        Costs costs = budget.costs;
        double nothing = costs.layer(tower, half.layer(), tower.width(), 0, 0);
        return costs.layer(tower, half.layer(), tower.width(), half.heads() ? units : 0, half.heads() ? 0 : units)
                - nothing;
    }

    /** How far the half alone takes its tower. */
    private double distance(Half half, Fitted fitted) {
        float[] weights = vector.range(half.weight().offset(), half.weight().end());
        float[] bias = vector.range(half.bias().offset(), half.bias().end());
        write(half, fitted);
        double distance = calibration.distance(half.image(), vector);
        vector.floats().put(half.weight().offset(), weights);
        vector.floats().put(half.bias().offset(), bias);
        return distance;
    }

    private void write(Half half, Fitted fitted) {
        float[] bias = vector.range(half.bias().offset(), half.bias().end());
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (float) (bias[i] + fitted.shift()[i]);
        }
        vector.floats().put(half.weight().offset(), fitted.weights());
        vector.floats().put(half.bias().offset(), bias);
    }

    private Kept apply(List<Integer> sizes) {
        List<int[]> kept = new ArrayList<>();
        for (int i = 0; i < halves.size(); i++) {
            Half half = halves.get(i);
            int size = sizes.get(i);
            if (size == half.units()) {
                kept.add(IntStream.range(0, size).toArray());
                continue;
            }
            Elimination elimination = eliminated(half);
            kept.add(elimination.kept(size));
            write(half, elimination.fitted(size));
        }
        ModelShape shape = layout.shape();
        return new Kept(kept(true, shape.vision(), kept), kept(false, shape.text(), kept));
    }

    private TowerKept kept(boolean image, Tower tower, List<int[]> kept) {
        List<LayerKept> layers = new ArrayList<>();
        for (int i = 0; i < tower.layers().size(); i++) {
            layers.add(new LayerKept(units(image, i, true, kept), units(image, i, false, kept)));
        }
        return new TowerKept(IntStream.range(0, tower.width()).toArray(), layers);
    }

    private int[] units(boolean image, int layer, boolean heads, List<int[]> kept) {
        for (int i = 0; i < halves.size(); i++) {
            Half half = halves.get(i);
            if (half.image() == image && half.layer() == layer && half.heads() == heads) {
                return kept.get(i);
            }
        }
        return new int[0];
    }
}
