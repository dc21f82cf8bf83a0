package io.tinyclip.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.OptimizerPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainedRangesTest {
    private static final OptimizerPlan TRAINED = new OptimizerPlan(1e-3, 2, 0.9, 0.98, 1e-6, 0.2, 5);
    private static final OptimizerPlan STAYS = TRAINED.tokenRate(0);
    private static final ModelShape SHAPE = new ModelShape(
            16,
            Activation.GELU,
            new VisionTransformer(8, 4, 32, 8, List.of(new LayerShape(4, 64))),
            new TextTower(8, 5000, 64, 8, List.of(new LayerShape(8, 128))));

    private final Layout layout = Layout.of(SHAPE, 4000, false, false);
    private final Segment table = layout.segment(TokenRows.TABLE);

    @Test
    void allOfItWhereTheTableIsTrained() {
        Range range = new Range(0, layout.size());
        assertEquals(List.of(range), TrainedRanges.within(TRAINED, layout, range));
        assertEquals(layout.size(), TrainedRanges.count(TRAINED, layout));
    }

    @Test
    void whatLiesBesideATableThatStays() {
        assertEquals(
                List.of(new Range(0, table.offset()), new Range(table.end(), layout.size())),
                TrainedRanges.within(STAYS, layout, new Range(0, layout.size())));
        assertEquals(layout.size() - 4000 * 64, TrainedRanges.count(STAYS, layout));
    }

    @Test
    void ofAShardThatTheTableBeginsOrEndsIn() {
        int cut = table.offset() + 100_000;
        assertEquals(List.of(new Range(10, table.offset())), TrainedRanges.within(STAYS, layout, new Range(10, cut)));
        assertEquals(
                List.of(new Range(table.end(), layout.size())),
                TrainedRanges.within(STAYS, layout, new Range(cut, layout.size())));
        assertEquals(List.of(), TrainedRanges.within(STAYS, layout, new Range(cut, cut + 70_000)));
        assertEquals(List.of(), TrainedRanges.within(STAYS, layout, new Range(cut, cut)));
    }

    @Test
    void whatIsShorterThanABlockGoesAlong() {
        Layout small = Layout.of(SHAPE, 1000, false, false);
        Range all = new Range(0, small.size());
        assertEquals(List.of(all), TrainedRanges.within(STAYS, small, all));
        Range end = new Range(table.end() - 10, layout.size());
        assertEquals(List.of(end), TrainedRanges.within(STAYS, layout, end));
    }
}
