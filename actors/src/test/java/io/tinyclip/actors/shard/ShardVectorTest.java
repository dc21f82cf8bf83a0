package io.tinyclip.actors.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.mask.Costs;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.optimize.BlockSums;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.ShardOptimizer;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import io.tinyclip.rounding.Rounding;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardVectorTest {
    private static final Node ALL = new Node(0, 0);
    private static final RunPlan PLAN = Fixture.inOnePartition();
    private static final Costs COSTS = Costs.of(BudgetPlan.PARAMETERS, Fixture.SHAPE);

    private final Layout layout = Layout.of(Fixture.SHAPE, 10, false, false);
    private final Range range = new Range(0, layout.size());

    @Test
    void sliceThatComesAfterItsStepWasAppliedIsDropped() {
        ShardVector shard = ShardVector.fresh(layout, range, PLAN, FloatVector.allocate(layout.size()));
        TreeSum<FloatVector> first = shard.tree();
        shard.add(first, ALL, FloatVector.of(filled(1)));
        shard.finish(0, COSTS, SparsityPenalty.TWO_SIDED);
        shard.apply(new ShardOptimizer(new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5)), order(false));
        shard.add(first, ALL, FloatVector.of(filled(2)));
        shard.add(shard.tree(), ALL, FloatVector.of(filled(3)));
        assertArrayEquals(
                norms(3), shard.finish(0, COSTS, SparsityPenalty.TWO_SIDED).squaredNorms());
    }

    @Test
    void momentThatIsNotFiniteAsksForASkipWhichChangesNothing() {
        ModelShape resnet = new ModelShape(
                4,
                Activation.GELU,
                new ResNet(32, 2, 16, List.of(1, 1, 1, 1)),
                new TextTower(4, 8, 4, 4, List.of(new LayerShape(1, 8))));
        Layout statistics = Layout.of(resnet, 8, false, true);
        float[] start = new float[statistics.size()];
        ShardVector shard = ShardVector.fresh(statistics, new Range(0, statistics.size()), PLAN, FloatVector.of(start));
        float[] gradient = new float[statistics.size()];
        gradient[statistics.segment("visual.bn1.running_var").offset()] = Float.POSITIVE_INFINITY;
        shard.add(shard.tree(), ALL, FloatVector.of(gradient));
        double[] norms = shard.finish(0, COSTS, SparsityPenalty.TWO_SIDED).squaredNorms();
        assertTrue(Double.isNaN(BlockSums.total(norms)));
        shard.apply(new ShardOptimizer(new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5)), order(true));
        assertArrayEquals(start, shard.weights().toArray());
    }

    @Test
    void gradientOfATableThatStaysIsNoPieceForCopies() {
        Layout masked = Layout.of(Fixture.SHAPE, Fixture.TOKEN_ROWS, true, false);
        Segment table = masked.segment(TokenRows.TABLE);
        RunPlan stays = new RunPlan(
                        1, 4, 1, 4, PLAN.stages(), false, PLAN.optimizer().tokenRate(0), PLAN.mask())
                .with(new WirePlan(Rounding.FP32, Rounding.BF16, Rounding.FP32));
        Range beside = new Range(table.offset() - 10, masked.size());
        ShardVector shard = ShardVector.fresh(masked, beside, stays, FloatVector.allocate(beside.length()));
        FloatVector slice = shard.slice();
        float[] ones = new float[slice.size()];
        Arrays.fill(ones, 1);
        slice.floats().put(ones);
        shard.add(shard.tree(), ALL, slice);
        shard.finish(0, COSTS, SparsityPenalty.TWO_SIDED);
        List<ShardVector.Piece> pieces = shard.exactPieces();
        assertEquals(
                List.of(
                        new Range(table.offset() - 10, table.offset()),
                        new Range(table.end(), masked.maskStart()),
                        new Range(masked.maskStart(), masked.size())),
                pieces.stream().map(ShardVector.Piece::range).toList());
        assertEquals(
                List.of(Encoding.BF16, Encoding.BF16, Encoding.FP32),
                pieces.stream().map(ShardVector.Piece::encoding).toList());
        pieces.forEach(
                piece -> assertEquals(piece.range().length(), piece.values().remaining()));
        Range within = new Range(table.offset(), table.end());
        ShardVector none = ShardVector.fresh(masked, within, stays, FloatVector.allocate(within.length()));
        assertEquals(List.of(), none.trained());
        assertArrayEquals(new float[within.length()], none.slice().toArray());
    }

    private static CommitOrder order(boolean skip) {
        Stamp stamp = new Stamp(1, new Cursor(0, Phase.DISTILL, 0), "layout");
        return new CommitOrder(stamp, stamp, 1, new Rates(1e-3, 0, 0, 0), 1, skip, Samples.MEASURES);
    }

    /** The logit scale is fixed: it has no part in a norm. */
    private double[] norms(float value) {
        float[] gradient = filled(value);
        gradient[layout.segment("logit_scale").offset()] = 0;
        return BlockSums.squaredNorms(layout, range, FloatVector.of(gradient));
    }

    private float[] filled(float value) {
        float[] values = new float[layout.size()];
        Arrays.fill(values, value);
        return values;
    }
}
