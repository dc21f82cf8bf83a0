package io.tinyclip.calibrate;

import io.tinyclip.calibrate.CutSizes.Way;
import io.tinyclip.inherit.TowerSizes;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.squares.Elimination;
import io.tinyclip.squares.Elimination.Fitted;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Cuts halves of layers in a vector, each by the moments of what its map is given. */
final class HalfWays {
    private final Layout layout;
    private final FloatVector vector;
    private final MaskPlan plan;
    private final Trials trials;

    /** @param vector (P,) of the layout, which is cut */
    HalfWays(Layout layout, FloatVector vector, MaskPlan plan, Trials trials) {
        this.layout = layout;
        this.vector = vector;
        this.plan = plan;
        this.trials = trials;
    }

    /** How many trials {@link #of} takes. */
    static int trials(Half half, TowerSizes allowed) {
        return UnitSizes.tried(half, allowed).size();
    }

    /** How far each size of a half takes its tower, the largest first, while all else stays. */
    List<Way> of(Half half) {
        TowerSizes allowed = new TowerSizes(half.tower(layout.shape()), plan);
        Elimination elimination = eliminated(half);
        List<Way> ways = new ArrayList<>();
        if (UnitSizes.most(half, allowed) == half.units()) {
            ways.add(new Way(half.units(), 0));
        }
        for (int size : UnitSizes.tried(half, allowed)) {
            Way smaller = new Way(size, distance(half, elimination.fitted(size)));
            if (!ways.isEmpty()) {
                ways.addAll(between(half, ways.get(ways.size() - 1), smaller, allowed));
            }
            ways.add(smaller);
        }
        return ways;
    }

    /** What was not tried is taken to lie on the line between its neighbours. */
    private static List<Way> between(Half half, Way larger, Way smaller, TowerSizes allowed) {
        return UnitSizes.between(half, larger.size(), smaller.size(), allowed).stream()
                .map(size -> {
                    double share = (double) (larger.size() - size) / (larger.size() - smaller.size());
                    return new Way(size, larger.error() + share * (smaller.error() - larger.error()));
                })
                .toList();
    }

    /** Cuts a half to a size. @return the units that stay */
    int[] cut(Half half, int size) {
        if (size == half.units()) {
            return IntStream.range(0, size).toArray();
        }
        trials.ask();
        Elimination elimination = eliminated(half);
        write(half, elimination.fitted(size));
        return elimination.kept(size);
    }

    private Elimination eliminated(Half half) {
        float[] weights = vector.range(half.weight().offset(), half.weight().end());
        return Elimination.of(trials.calibration().inputs(half, vector), weights, half.outputs(), half.channels());
    }

    /** How far the half alone takes its tower. */
    private double distance(Half half, Fitted fitted) {
        float[] weights = vector.range(half.weight().offset(), half.weight().end());
        float[] bias = vector.range(half.bias().offset(), half.bias().end());
        write(half, fitted);
        double distance = trials.distance(half.image(), vector);
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
}
