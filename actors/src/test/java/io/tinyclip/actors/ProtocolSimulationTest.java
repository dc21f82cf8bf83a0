package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Runs the protocol's state classes through schedules that seeds decide: messages lost, doubled and out of order, workers
 * that die and come, stops, and the death of everything. After every event the invariants are checked; every schedule
 * ends in the same digest line.
 *
 * <p>{@code -Dsimulation.seeds=N} tries N seeds, {@code -Dsimulation.seed=K} only that one; {@code scripts/simulate} says so too.
 */
class ProtocolSimulationTest {
    private static final long SEEDS = Long.getLong("simulation.seeds", 200);
    private static final int MOST_LIVES = 1_000;

    @Test
    void everyScheduleEndsInTheLastStage() {
        Optional<Long> only = Optional.ofNullable(Long.getLong("simulation.seed"));
        only.map(LongStream::of).orElseGet(() -> LongStream.range(0, SEEDS)).forEach(ProtocolSimulationTest::check);
    }

    private static void check(long seed) {
        Random random = new Random(seed);
        SimulatedCluster.Durable durable = SimulatedCluster.Durable.start();
        Optional<Outcome> outcome = Optional.empty();
        for (int life = 0; outcome.filter(Outcome::finished).isEmpty(); life++) {
            assertTrue(life < MOST_LIVES, "the run makes no progress; seed " + seed);
            SimulatedCluster cluster = new SimulatedCluster(random, durable);
            try {
                durable = cluster.live();
                outcome = cluster.outcome();
                assertTrue(Fixture.compress().committedSteps(durable.position().cursor()) >= 0);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(
                        "seed " + seed + ", life " + life + "; replay it by\n  mvn -pl actors -am test -Dtest="
                                + "ProtocolSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed="
                                + seed + "\nwhat happened last:\n" + cluster.history(),
                        failure);
            }
        }
        assertFalse(durable.digest().isEmpty());
        assertEquals(durable.digest(), outcome.map(Outcome::digest));
        assertTrue(Fixture.compress().phaseComplete(durable.position().cursor()));
        assertEquals(1, durable.position().cursor().stage());
        assertEquals(2, durable.position().count());
    }
}
