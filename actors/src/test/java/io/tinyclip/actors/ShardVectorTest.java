package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.AdamW;
import io.tinyclip.optimize.BlockSums;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShardVectorTest {
    private static final Node ALL = new Node(0, 0);

    private final Layout layout = Layout.of(Fixture.SHAPE, 10, false, false);
    private final Range range = new Range(0, layout.size());

    @Test
    void sliceThatComesAfterItsStepWasAppliedIsDropped() {
        ShardVector shard = ShardVector.fresh(layout, range, 1, new float[layout.size()]);
        TreeSum first = shard.tree();
        shard.add(first, ALL, filled(1));
        shard.finish(0, 1, SparsityPenalty.TWO_SIDED);
        shard.apply(new AdamW(new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5)), order());
        shard.add(first, ALL, filled(2));
        shard.add(shard.tree(), ALL, filled(3));
        assertArrayEquals(
                norms(3), shard.finish(0, 1, SparsityPenalty.TWO_SIDED).squaredNorms());
    }

    private static ShardState.Order order() {
        Stamp stamp = new Stamp(1, new Cursor(0, Phase.DISTILL, 0), "layout");
        return new ShardState.Order(stamp, stamp, 1, new Rates(1e-3, 0, 0, 0), 1, false);
    }

    /** The logit scale is fixed: it has no part in a norm. */
    private double[] norms(float value) {
        float[] gradient = filled(value);
        gradient[layout.segment("logit_scale").offset()] = 0;
        return BlockSums.squaredNorms(layout, range, gradient);
    }

    private float[] filled(float value) {
        float[] values = new float[layout.size()];
        Arrays.fill(values, value);
        return values;
    }
}
