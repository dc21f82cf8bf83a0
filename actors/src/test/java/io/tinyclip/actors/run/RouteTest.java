package io.tinyclip.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import java.nio.file.Path;
import java.util.stream.IntStream;
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

    /** A learned stage may have left out more than the next one's share, and still has more than that keeps. */
    @Test
    void aLaterStageIsCalibratedWhateverSparsityTheOneBeforeItHad() {
        RunPlan plan = Fixture.simulated();
        Route calibrated = new Route(new RunRules(plan, 2, 1, 1, RunStateTest.policy(true)));
        WidthMap widths = WidthMap.identity(Fixture.SHAPE.text().width());
        Position learned = new Position(new Cursor(0, Phase.DISTILL, 3), Samples.UNMASKED, 0, widths, 0.99);
        assertTrue(calibrated.isCalibrationNext(learned, plan.start(1)));
        assertFalse(calibrated.layoutNext(learned));
        Position cut = calibrated.calibrated(
                learned, Fixture.kept(learned.layout().shape(), plan.stages().get(1)));
        assertEquals(plan.start(1), cut.cursor());
        assertEquals(1 - 0.6, cut.sparsity());
        assertFalse(calibrated.layoutNext(cut));
    }

    @Test
    void aRunThatBeginsWithACalibrationIsCutOnce() {
        RunPlan plan = Fixture.calibrated(MomentTransfer.FRESH, 1, 1, Path.of("unused"))
                .plan();
        Route calibrated = new Route(new RunRules(plan, 2, 1, 1, RunStateTest.policy(true)));
        WidthMap widths = WidthMap.identity(Fixture.SHAPE.text().width());
        Position start = new Position(plan.start(), Samples.UNMASKED, 0, widths, 0);
        assertTrue(calibrated.layoutNext(start));
        Position cut = calibrated.calibrated(
                start, Fixture.kept(start.layout().shape(), plan.stages().get(0)));
        assertEquals(plan.start(), cut.cursor());
        assertFalse(calibrated.layoutNext(cut));
    }

    /** The teacher's channels are mixed, so that none of those that are left is one of them. */
    @Test
    void aTextTowerThatBecomesNarrowerByCalibrationHasAWidthMapOfItsOwn() {
        RunPlan plan = Fixture.calibrated(MomentTransfer.CARRIED, 1, 1, Path.of("unused"))
                .plan();
        Route calibrated = new Route(new RunRules(plan, 2, 1, 1, RunStateTest.policy(true)));
        int width = Samples.UNMASKED.shape().text().width();
        WidthMap chosen = new WidthMap(width + 5, IntStream.range(3, width + 3).toArray(), new float[width]);
        Position before = new Position(plan.start(), Samples.UNMASKED, 7, chosen, 0);
        Position narrower = calibrated.calibrated(
                before, Fixture.kept(before.layout().shape(), plan.stages().get(0)));
        assertEquals(WidthMap.identity(width * 3 / 4), narrower.widthMap());
        assertEquals(width * 3 / 4, narrower.layout().shape().text().width());
        Position as = new Position(new Cursor(0, Phase.DISTILL, 3), Samples.UNMASKED, 7, chosen, 0);
        Position wide = calibrated.calibrated(
                as, Fixture.kept(as.layout().shape(), plan.stages().get(1)));
        assertEquals(chosen, wide.widthMap());
    }

    /** Nothing of what the moments were of is left as it was, whatever becomes of them elsewhere. */
    @Test
    void updatesAreCountedAnewBehindACalibrationAlone() {
        RunPlan plan = Fixture.calibrated(MomentTransfer.CARRIED, 1, 1, Path.of("unused"))
                .plan();
        Route carried = new Route(new RunRules(plan, 2, 1, 1, RunStateTest.policy(true)));
        WidthMap widths = WidthMap.identity(Samples.UNMASKED.shape().text().width());
        Position at = new Position(new Cursor(0, Phase.DISTILL, 3), Samples.UNMASKED, 7, widths, 0);
        Kept kept = Fixture.kept(at.layout().shape(), plan.stages().get(1));
        assertEquals(0, carried.calibrated(at, kept).count());
        Position next = new Position(new Cursor(1, Phase.DISTILL, 2), Samples.UNMASKED, 7, widths, 0);
        assertEquals(7, carried.entered(next, plan.start(2)).count());
    }

    private static Position behindACut() {
        WidthMap widths = WidthMap.identity(Fixture.SHAPE.text().width());
        return new Position(new Cursor(2, Phase.DISTILL, 3), Samples.UNMASKED, 0, widths, 0.7361);
    }
}
