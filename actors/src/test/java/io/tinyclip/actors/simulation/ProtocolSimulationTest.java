package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.simulation.SimulatedCluster.Life;
import io.tinyclip.plan.RunPlan;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Runs the protocol's state classes through schedules that seeds decide: messages lost, doubled and out of order; workers,
 * servers and coordinators that come, go, die, freeze and are followed by others; stops, and the death of everything, after
 * which the run is begun again. After every event the invariants are checked; once faults stop every schedule finishes, in
 * the state of the undisturbed one.
 *
 * <p>{@code -Dsimulation.seeds=N} tries N seeds, {@code -Dsimulation.seed=K} only that one; {@code scripts/simulate} says so too.
 */
class ProtocolSimulationTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final long SEEDS = Long.getLong("simulation.seeds", 400);
    private static final String UNDISTURBED = undisturbed();

    /** The one after so many has no faults. */
    private static final int DISTURBED_LIVES = 20;

    private static final int MOST_CALM = 100_000;

    @Test
    void everyScheduleEndsInTheSameState() {
        Optional<Long> only = Optional.ofNullable(Long.getLong("simulation.seed"));
        only.map(LongStream::of).orElseGet(() -> LongStream.range(0, SEEDS)).forEach(seed -> check(seed, MOST_CALM));
    }

    /** No run ends after one event. */
    @Test
    void aRunThatDoesNotEndFailsWithItsSeedAndTheCommandThatReplaysIt() {
        String message = assertThrows(AssertionError.class, () -> check(0, 1)).getMessage();
        assertTrue(message.contains("-Dsimulation.seed=0\n"), message);
    }

    /** @param mostCalm events without faults until which a run has to end */
    private static void check(long seed, int mostCalm) {
        SimulatedDisk disk = new SimulatedDisk(PLAN);
        Random random = new Random(seed);
        for (int life = 0; ; life++) {
            Life kind = new Life(seed % 4 == 3, life == DISTURBED_LIVES, mostCalm);
            SimulatedCluster cluster = new SimulatedCluster(random, disk, kind);
            try {
                Optional<Outcome> outcome = cluster.live();
                if (outcome.filter(Outcome::finished).isPresent()) {
                    checkEnd(disk, outcome.get(), kind);
                    return;
                }
                assertFalse(kind.calm(), "nothing disturbed the run, but it was not finished");
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(
                        "seed " + seed + ", life " + life + "; replay it by\n  mvn -pl actors -am test -Dtest="
                                + "ProtocolSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed="
                                + seed + "\nwhat happened last:\n" + cluster.history(),
                        failure);
            }
        }
    }

    private static void checkEnd(SimulatedDisk disk, Outcome outcome, Life life) {
        SimulatedDisk.Stored last = disk.newest(OptionalLong.empty());
        assertEquals(last.digest(), outcome.digest());
        assertEquals(UNDISTURBED, life.liars() ? SimulatedVector.sound(outcome.digest()) : outcome.digest());
        assertTrue(PLAN.phaseComplete(last.position().cursor()));
        assertEquals(1, last.position().cursor().stage());
        assertEquals(2, last.position().count());
    }

    private static String undisturbed() {
        Life calm = new Life(false, true, MOST_CALM);
        return new SimulatedCluster(new Random(0), new SimulatedDisk(PLAN), calm)
                .live()
                .orElseThrow()
                .digest();
    }
}
