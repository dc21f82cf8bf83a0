package io.tinyclip.inherit;

import io.tinyclip.mask.Costs;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.plan.MaskPlan;

/** The sizes that a plan lets a cut choose from in one tower. */
public record TowerSizes(Tower before, MaskPlan plan) {
    /** Widths are multiples of this, or the whole width. */
    public int widthStep() {
        if (!plan.fitsUniformLayers()) {
            return plan.roundTo();
        }
        int headWidth = before.headWidth();
        return plan.roundTo() / greatestDivisor(plan.roundTo(), headWidth) * headWidth;
    }

    /** Channels that stay at least: a step, or as many as the heads need that must stay. */
    int leastWidth() {
        int step = widthStep();
        int heads = before.layers().stream().mapToInt(this::leastHeads).max().orElse(0);
        int needed = plan.fitsUniformLayers() ? heads * before.headWidth() : 0;
        return Math.min(before.width(), Math.max(1, (needed + step - 1) / step) * step);
    }

    /** The same where channels are mixed: two, as a norm makes nothing of one, and more than the rank of a token table. */
    public int leastMixedWidth() {
        int step = widthStep();
        int rank = before instanceof TextTower text ? text.tokenRank() : 0;
        int needed = Math.max(leastWidth(), Math.max(2, rank + 1));
        return Math.min(before.width(), (needed + step - 1) / step * step);
    }

    /** Heads of a layer that stay at least. */
    public int leastHeads(LayerShape layer) {
        return Math.min(Math.min(plan.minimumHeads(), layer.heads()), mostHeads(before.width()));
    }

    /** Heads that a layer may keep beside a width. */
    public int mostHeads(int width) {
        return plan.fitsUniformLayers() ? width / before.headWidth() : Integer.MAX_VALUE;
    }

    /** What stays at least, as the budget counts it. */
    long least(Costs costs) {
        int width = leastWidth();
        if (plan.countsPadding()) {
            return costs.padded(before, width, 0);
        }
        return least(costs, width);
    }

    /** The same where channels are mixed. */
    long leastOfMixedWidth(Costs costs) {
        return least(costs, leastMixedWidth());
    }

    /** The same where channels of the width don't go. */
    long leastOfWholeWidth(Costs costs) {
        return least(costs, before.width());
    }

    private long least(Costs costs, int width) {
        double count = 0;
        for (int i = 0; i < before.layers().size(); i++) {
            count += costs.layer(before, i, width, leastHeads(before.layers().get(i)), 0);
        }
        return (long) count;
    }

    private static int greatestDivisor(int a, int b) {
        return b == 0 ? a : greatestDivisor(b, a % b);
    }
}
