package io.tinyclip.actors.lead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.ShardMap;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.MaskShares;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepNewsTest {
    private static final Layout LAYOUT = Layout.of(Fixture.SHAPE, Fixture.TOKEN_ROWS, true, false);
    private static final float[] OPEN =
            MaskShares.flat(LAYOUT, new float[MaskIndex.of(LAYOUT).size()]);

    private final StepNews news = new StepNews();

    @Test
    void masksAreToldWithTheirStepAndNoOther() {
        leasedAgain(sent(0, 0));
        news.masks(reduced(1, OPEN));
        assertEquals(Optional.empty(), news.masks(cursor(0)));
        news.masks(reduced(0, OPEN));
        assertTrue(news.masks(cursor(0)).isPresent());
        assertEquals(Optional.empty(), news.masks(cursor(1)));
        leasedAgain(sent(1, 0));
        assertEquals(Optional.empty(), news.masks(cursor(1)), "the next step tells of its own");
    }

    @Test
    void masksThatCannotBeOfTheLayoutAreIgnored() {
        leasedAgain(sent(0, 0));
        news.masks(reduced(0, new float[] {1, 2, 3}));
        assertEquals(Optional.empty(), news.masks(cursor(0)));
    }

    @Test
    void onlyAHigherAttemptOfTheSameStepIsNews() {
        assertFalse(leasedAgain(sent(0, 0)));
        assertFalse(leasedAgain(sent(0, 0)), "sent again as it was");
        assertTrue(leasedAgain(sent(0, 1)));
        assertFalse(leasedAgain(sent(0, 1)));
        assertFalse(leasedAgain(sent(1, 0)));
    }

    @Test
    void whoLosesPartitionsIsNamed() {
        news.leasedAgain(leased(0, new Lease(0, 0, 2), new Lease(1, 2, 3), new Lease(2, 3, 4)), StepNewsTest::name);
        RunEffect.SendStep again = leased(1, new Lease(0, 0, 2), new Lease(0, 2, 3), new Lease(2, 3, 4));
        assertEquals(
                Optional.of("partitions of worker 1 go to others, attempt 2"),
                news.leasedAgain(again, StepNewsTest::name));
    }

    private boolean leasedAgain(RunEffect.SendStep sent) {
        return news.leasedAgain(sent, StepNewsTest::name).isPresent();
    }

    private static String name(int worker) {
        return "worker " + worker;
    }

    private static Cursor cursor(int step) {
        return new Cursor(0, Phase.INHERIT, step);
    }

    private static Stamp stamp(int step) {
        return new Stamp(1, cursor(step), LAYOUT.hash());
    }

    private static CoordinatorCommand.Reduced reduced(int step, float[] masks) {
        return new CoordinatorCommand.Reduced(stamp(step), 0, new double[] {1}, 0.5, masks);
    }

    private static RunEffect.SendStep sent(int step, int attempt) {
        return sent(step, attempt, List.of());
    }

    private static RunEffect.SendStep leased(int attempt, Lease... leases) {
        return sent(0, attempt, List.of(leases));
    }

    private static RunEffect.SendStep sent(int step, int attempt, List<Lease> leases) {
        return new RunEffect.SendStep(
                stamp(step), attempt, LAYOUT, leases, List.of(), List.of(), ShardMap.NONE, Optional.empty());
    }
}
