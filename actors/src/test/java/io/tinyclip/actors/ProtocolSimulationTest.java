package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.plan.RunPlan;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Runs the protocol's state classes through schedules that seeds decide: messages lost, doubled and out of order; workers,
 * servers and coordinators that come, go, die, freeze and are followed by others; stops, and the death of everything.
 * After every event the invariants are checked; every schedule ends in the same state.
 *
 * <p>{@code -Dsimulation.seeds=N} tries N seeds, {@code -Dsimulation.seed=K} only that one; {@code scripts/simulate} says so too.
 */
class ProtocolSimulationTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final long SEEDS = Long.getLong("simulation.seeds", 200);
    private static final int MOST_LIVES = 1_000;

    @Test
    void everyScheduleEndsInTheSameState() {
        Optional<Long> only = Optional.ofNullable(Long.getLong("simulation.seed"));
        only.map(LongStream::of).orElseGet(() -> LongStream.range(0, SEEDS)).forEach(ProtocolSimulationTest::check);
    }

    static void check(long seed) {
        Random random = new Random(seed);
        boolean liars = seed % 4 == 3;
        SimulatedDisk disk = new SimulatedDisk(PLAN);
        Optional<Outcome> outcome = Optional.empty();
        for (int life = 0; outcome.filter(Outcome::finished).isEmpty(); life++) {
            assertTrue(life < MOST_LIVES, "the run makes no progress; seed " + seed);
            SimulatedCluster cluster = new SimulatedCluster(random, disk, liars);
            try {
                outcome = cluster.live();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(
                        "seed " + seed + ", life " + life + "; replay it by\n  mvn -pl actors -am test -Dtest="
                                + "ProtocolSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed="
                                + seed + "\nwhat happened last:\n" + cluster.history(),
                        failure);
            }
        }
        SimulatedDisk.Stored last = disk.newest(OptionalLong.empty());
        assertEquals(Optional.of(last.digest()), outcome.map(Outcome::digest));
        assertTrue(PLAN.phaseComplete(last.position().cursor()));
        assertEquals(1, last.position().cursor().stage());
        assertEquals(2, last.position().count());
        if (!liars) {
            assertEquals(SimulatedShard.content(last.position().stamp(0)), last.content(), "nobody lied");
        }
    }
}
