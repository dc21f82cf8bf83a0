package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.simulation.SimulatedCluster.Life;
import io.tinyclip.plan.RunPlan;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs the protocol's state classes through schedules that seeds decide: messages lost, doubled and out of order; transfers that
 * take time and are torn; workers, servers and coordinators that come, go, die in trains, freeze and are followed by others;
 * links and disks that fail. After every event the invariants are checked. Once faults stop every schedule finishes soon, in
 * the state of the undisturbed one: nothing else lets a seed pass. In one of five somebody may stop the run, or all die at
 * once; then it is begun again.
 *
 * <p>{@code -Dsimulation.seeds=N} tries N seeds, {@code -Dsimulation.seed=K} only that one, {@code -Dsimulation.trace=true}
 * prints what happens in it; {@code scripts/simulate} says so too.
 */
class ProtocolSimulationTest {
    private static final RunPlan PLAN = Fixture.simulated();
    private static final long SEEDS = Long.getLong("simulation.seeds", 300);
    private static final double MOST_CALM = 1;
    private static final String UNDISTURBED = undisturbed();

    /** The one after so many has no faults. */
    private static final int DISTURBED_LIVES = 20;

    private static final int WORST = 5;
    private static final double PERCENT = 100;

    private record Passed(long seed, double recovery, double mostCalm, boolean hangs) {}

    @Test
    void everyScheduleEndsInTheSameState() {
        ConcurrentSkipListMap<Long, AssertionError> failures = new ConcurrentSkipListMap<>();
        long began = System.nanoTime();
        List<Passed> passed = Optional.ofNullable(Long.getLong("simulation.seed"))
                .map(LongStream::of)
                .orElseGet(() -> LongStream.range(0, SEEDS))
                .parallel()
                .mapToObj(seed -> {
                    try {
                        return Optional.of(check(seed, MOST_CALM));
                    } catch (AssertionError failure) {
                        failures.put(seed, failure);
                        return Optional.<Passed>empty();
                    }
                })
                .flatMap(Optional::stream)
                .toList();
        if (!failures.isEmpty()) {
            failures.forEach((seed, failure) ->
                    System.out.println("SEED " + seed + " " + failure.getCause().getMessage()));
            throw new AssertionError(
                    "seeds " + failures.keySet() + " failed; the first:",
                    failures.firstEntry().getValue());
        }
        if (Long.getLong("simulation.seeds") == null) {
            return;
        }
        double minutes = (System.nanoTime() - began) / 60e9;
        System.out.printf(Locale.ROOT, "%,d seeds, %,.0f a minute%n", passed.size(), passed.size() / minutes);
        report(passed);
    }

    private static void report(List<Passed> passed) {
        report(
                "%5.1f %% ended within %.0f simulated seconds of the last fault%n",
                passed.stream().filter(it -> !it.hangs));
        report(
                "%5.1f %% where work or a disk hangs for ever: %.0f%n",
                passed.stream().filter(it -> it.hangs));
        passed.stream()
                .sorted(Comparator.comparingDouble(it -> it.mostCalm / it.recovery))
                .limit(WORST)
                .forEach(it -> System.out.printf(
                        Locale.ROOT,
                        "seed %d ended after %.0f s of at most %.0f%n",
                        it.seed,
                        it.recovery,
                        it.mostCalm));
    }

    private static void report(String line, Stream<Passed> some) {
        double[] recoveries = some.mapToDouble(Passed::recovery).sorted().toArray();
        if (recoveries.length == 0) {
            return;
        }
        for (double share : new double[] {0.5, 0.9, 0.99, 0.999}) {
            double within = recoveries[(int) (share * (recoveries.length - 1))];
            System.out.printf(Locale.ROOT, line, PERCENT * share, within);
        }
    }

    /** No run ends after no time. */
    @Test
    void aRunThatDoesNotEndFailsWithItsSeedAndTheCommandThatReplaysIt() {
        String message = assertThrows(AssertionError.class, () -> check(0, 0)).getMessage();
        assertTrue(message.contains("-Dsimulation.seed=0\n"), message);
    }

    private static Passed check(long seed, double mostCalm) {
        SimulatedDisk disk = new SimulatedDisk(PLAN);
        Random random = new Random(seed);
        for (int life = 0; ; life++) {
            Life kind = new Life(PLAN, seed % 4 == 3, seed % 5 == 4, life == DISTURBED_LIVES, mostCalm);
            SimulatedCluster cluster = new SimulatedCluster(random, disk, kind);
            try {
                Optional<Outcome> outcome = cluster.live();
                if (outcome.filter(Outcome::finished).isPresent()) {
                    checkEnd(disk, outcome.get(), kind);
                    return new Passed(seed, cluster.recovery(), cluster.mostRecovery(), cluster.hangs());
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
        SimulatedDisk.Stored last = disk.sealedLast();
        assertEquals(last.digest(), outcome.digest());
        assertEquals(UNDISTURBED, life.liars() ? SimulatedVector.sound(outcome.digest()) : outcome.digest());
        assertTrue(PLAN.phaseComplete(last.position().cursor()));
        assertEquals(PLAN.stages().size() - 1, last.position().cursor().stage());
        assertEquals(2, last.position().count());
    }

    private static String undisturbed() {
        Life calm = new Life(PLAN, false, false, true, MOST_CALM);
        return new SimulatedCluster(new Random(0), new SimulatedDisk(PLAN), calm)
                .live()
                .orElseThrow()
                .digest();
    }
}
