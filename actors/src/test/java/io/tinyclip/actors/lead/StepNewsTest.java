package io.tinyclip.actors.lead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CoordinatorCommand;
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
        news.leasedAgain(sent(0, 0));
        news.masks(reduced(1, OPEN));
        assertEquals(Optional.empty(), news.masks(cursor(0)));
        news.masks(reduced(0, OPEN));
        assertTrue(news.masks(cursor(0)).isPresent());
        assertEquals(Optional.empty(), news.masks(cursor(1)));
        news.leasedAgain(sent(1, 0));
        assertEquals(Optional.empty(), news.masks(cursor(1)), "the next step tells of its own");
    }

    @Test
    void masksThatCannotBeOfTheLayoutAreIgnored() {
        news.leasedAgain(sent(0, 0));
        news.masks(reduced(0, new float[] {1, 2, 3}));
        assertEquals(Optional.empty(), news.masks(cursor(0)));
    }

    @Test
    void onlyAHigherAttemptOfTheSameStepIsNews() {
        assertFalse(news.leasedAgain(sent(0, 0)));
        assertFalse(news.leasedAgain(sent(0, 0)), "sent again as it was");
        assertTrue(news.leasedAgain(sent(0, 1)));
        assertFalse(news.leasedAgain(sent(0, 1)));
        assertFalse(news.leasedAgain(sent(1, 0)));
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
        return new RunEffect.SendStep(
                stamp(step), attempt, LAYOUT, List.of(), List.of(), List.of(), ShardMap.NONE, Optional.empty());
    }
}
