package io.tinyclip.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import org.junit.jupiter.api.Test;

class RouteTest {
    private static final RunPlan PLAN = Fixture.factorised(MomentTransfer.FRESH);

    private final Route route = new Route(new RunRules(PLAN, 2, 1, 1, RunStateTest.policy(true)));

    @Test
    void anotherTokenTableLeavesOutWhatTheCutBeforeItDid() {
        Position entered = route.entered(behindACut(), PLAN.start(3));
        assertEquals(5, entered.layout().shape().text().tokenRank());
        assertEquals(0.7361, entered.sparsity());
    }

    @Test
    void aStudentByHandLeavesOutWhatItsShapeDoes() {
        Position entered = route.entered(behindACut(), PLAN.start(1));
        assertEquals(1 - PLAN.stages().get(1).keep(), entered.sparsity());
    }

    private static Position behindACut() {
        WidthMap widths = WidthMap.identity(Fixture.SHAPE.text().width());
        return new Position(new Cursor(2, Phase.DISTILL, 3), Samples.UNMASKED, 0, widths, 0.7361);
    }
}
