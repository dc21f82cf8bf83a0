package io.tinyclip.actors.run;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.actors.simulation.SimulatedDisk;
import io.tinyclip.actors.worker.GradientShare;
import io.tinyclip.actors.worker.WorkerSubtrees;
import io.tinyclip.optimize.Range;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What can never be true, whatever strangers say, stops whoever would go on with it. */
class DecidersTest {
    private final Standing at = new Standing(SimulatedDisk.start());

    @Test
    void givesNoLeaseToStrangersSuspectsAndThoseWhoLeave() {
        Workers workers = new Workers();
        for (int worker = 0; worker < 3; worker++) {
            workers.joined(worker, new Workers.Identity("worker " + worker, ""), 0);
        }
        workers.suspect(1, true);
        workers.leaves(2);
        workers.requireHonest(Set.of(0, Workers.NOBODY));
        for (int other : List.of(1, 2, 3)) {
            String message = assertThrows(IllegalStateException.class, () -> workers.requireHonest(Set.of(other)))
                    .getMessage();
            assertTrue(message.contains("[" + other + "]"), message);
        }
    }

    @Test
    void waitsForNothingOnceItHasEnded() {
        at.end(new Outcome("", true));
        assertThrows(IllegalStateException.class, () -> at.await(RunMode.STEPPING));
    }

    @Test
    void staysWithinTheEpochsOfItsTerm() {
        at.goOnFrom(Epoch.first(2) - 1, SimulatedDisk.start());
        assertThrows(IllegalStateException.class, at::changeEpoch);
        assertThrows(IllegalStateException.class, () -> at.goOnFrom(Epoch.first(1), SimulatedDisk.start()));
    }

    @Test
    void addsAGradientOnceAndOnlyWhereItIsLeased() {
        WorkerSubtrees leased = new WorkerSubtrees();
        leased.lease(List.of(new Range(0, 2)));
        leased.computed(0, new GradientShare(1, 1));
        assertThrows(IllegalStateException.class, () -> leased.computed(0, new GradientShare(1, 1)));
        assertThrows(IllegalStateException.class, () -> leased.computed(2, new GradientShare(1, 1)));
    }

    @Test
    void writesOneCheckpointAtATime() {
        RunCheckpoints checkpoints = new RunCheckpoints(Fixture.compress(), 2);
        Position start = SimulatedDisk.start();
        checkpoints.begin(start.stamp(1), start, List.of());
        assertThrows(IllegalStateException.class, () -> checkpoints.begin(start.stamp(1), start, List.of()));
        checkpoints.goOnFrom(start, Optional.of("digest"));
        assertThrows(
                IllegalStateException.class,
                () -> checkpoints.begin(start.stamp(1), start, List.of()),
                "a good one is there already");
    }
}
