package io.tinyclip.actors.bounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.plan.RunPlan;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoordinatorBoundsTest {
    private static final RunPlan PLAN = Fixture.compress();

    /** A coordinator that takes over has no map of its own yet, and two shards of the one before are to move to one server. */
    @Test
    void aCopyOfAShardThatIsTakenOverIsHeard() {
        assertEquals(Optional.empty(), said(0, 2, 1));
        assertEquals(Optional.empty(), said(1, 2, 1));
    }

    @Test
    void aCopyOfAShardThatNobodyHasIsRefused() {
        assertTrue(said(2, 1, 2).isPresent());
        assertTrue(said(1, 1, 1).isPresent());
    }

    private static Optional<String> said(int shards, int before, int shard) {
        Position start = Samples.position(PLAN.start(), Samples.MASKED);
        CoordinatorBounds bounds =
                new CoordinatorBounds(PLAN, () -> new CoordinatorBounds.Frame(7, start, start, shards, before, 1));
        Stamp version = start.stamp(7);
        return bounds.wrong(new CoordinatorCommand.CopyReady(version, shard, Samples.PUBLISHED));
    }
}
