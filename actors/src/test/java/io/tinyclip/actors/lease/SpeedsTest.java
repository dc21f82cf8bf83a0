package io.tinyclip.actors.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.Lease;
import io.tinyclip.random.Counter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For how long speeds count. */
class SpeedsTest {
    private static final int PARTITIONS = 16;
    private static final List<Integer> TWO = List.of(0, 1);
    private static final List<Integer> THREE = List.of(0, 1, 2);
    private static final Map<Integer, Double> ONE_TO_THREE = Map.of(0, 1.0, 1, 3.0);

    private final Speeds speeds = new Speeds();

    @Test
    void leasesAreEqualUntilTheFirstStepsAreMeasuredAndThenAsTheWorkersAreFast() {
        for (int step = 0; step < Speeds.STEPS; step++) {
            assertEquals(Lease.cut(0, PARTITIONS, TWO), leases(TWO), "step " + step);
            speeds.committed(ONE_TO_THREE);
        }
        assertEquals(List.of(new Lease(0, 0, 4), new Lease(1, 4, 16)), leases(TWO));
    }

    @Test
    void aSlowFirstStepAndADisturbedOneDoNotCount() {
        leases(TWO);
        speeds.committed(Map.of(0, 0.01, 1, 0.02));
        speeds.committed(Map.of(0, 1.0, 1, 0.1));
        for (int step = 2; step < Speeds.STEPS; step++) {
            speeds.committed(ONE_TO_THREE);
        }
        assertEquals(List.of(new Lease(0, 0, 4), new Lease(1, 4, 16)), leases(TWO));
    }

    /** By up to a fifth, up and down, for ten thousand steps. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void speedsThatJitterChangeNoLease(int count) {
        Map<Integer, Double> usual = new TreeMap<>();
        for (int worker = 0; worker < count; worker++) {
            usual.put(worker, 1.0 + worker % 3);
        }
        List<Integer> workers = List.copyOf(usual.keySet());
        long key = Counter.key(count);
        Set<List<Lease>> seen = new HashSet<>();
        for (int step = 0; step < 10_000; step++) {
            List<Lease> leases = leases(workers);
            if (step >= Speeds.STEPS) {
                seen.add(leases);
            }
            Map<Integer, Double> measured = new TreeMap<>();
            for (int worker : workers) {
                double factor = 0.8 + 0.4 * Counter.uniform(key, (long) step * count + worker);
                measured.put(worker, usual.get(worker) * factor);
            }
            speeds.committed(measured);
        }
        assertEquals(1, seen.size());
    }

    @Test
    void aNewcomerGetsTheMeanAtOnceAndItsOwnAfterItsFirstSteps() {
        run(TWO, ONE_TO_THREE, Speeds.STEPS);
        Map<Integer, Double> three = Map.of(0, 1.0, 1, 3.0, 2, 12.0);
        for (int step = 0; step < Speeds.STEPS; step++) {
            assertEquals(
                    new Shares(Map.of(0, 1.0, 1, 3.0, 2, 2.0)).cut(PARTITIONS, THREE), leases(THREE), "step " + step);
            speeds.committed(three);
        }
        assertEquals(List.of(new Lease(0, 0, 1), new Lease(1, 1, 4), new Lease(2, 4, 16)), leases(THREE));
    }

    @Test
    void theOthersGoOnByTheirSpeedsAtOnceWhenOneIsGone() {
        Map<Integer, Double> three = Map.of(0, 1.0, 1, 3.0, 2, 12.0);
        run(THREE, three, Speeds.STEPS);
        assertEquals(List.of(new Lease(0, 0, 4), new Lease(1, 4, 16)), leases(TWO));
    }

    @Test
    void whoSitsOutForAStepComesBackWithItsSpeed() {
        Map<Integer, Double> three = Map.of(0, 1.0, 1, 3.0, 2, 12.0);
        run(THREE, three, Speeds.STEPS);
        List<Lease> before = leases(THREE);
        run(TWO, ONE_TO_THREE, 1);
        assertEquals(before, leases(THREE));
    }

    @Test
    void aMachineThatBecomesMuchSlowerIsMeasuredAgainOnceInFiftySteps() {
        run(TWO, ONE_TO_THREE, Speeds.STEPS);
        Map<Integer, Double> slow = Map.of(0, 1.0, 1, 1.0);
        List<Lease> before = leases(TWO);
        run(TWO, slow, Speeds.LEAST_FIXED + Speeds.STEPS - 1);
        assertEquals(before, leases(TWO), "not sooner");
        run(TWO, slow, 1);
        assertEquals(Lease.cut(0, PARTITIONS, TWO), leases(TWO));
    }

    @Test
    void aMachineThatIsSlowNowAndThenIsNotMeasuredAgain() {
        run(TWO, ONE_TO_THREE, Speeds.STEPS);
        List<Lease> before = leases(TWO);
        for (int time = 0; time < 50; time++) {
            run(TWO, Map.of(0, 1.0, 1, 1.0), Speeds.IN_A_ROW - 1);
            run(TWO, ONE_TO_THREE, 1);
        }
        assertEquals(before, leases(TWO));
    }

    /** As when the model becomes smaller. */
    @Test
    void allBecomingFasterChangesNothing() {
        run(TWO, ONE_TO_THREE, Speeds.STEPS);
        List<Lease> before = leases(TWO);
        run(TWO, Map.of(0, 4.0, 1, 12.5), 500);
        assertEquals(before, leases(TWO));
    }

    @Test
    void workersThatMeasureNothingAreLeasedEqually() {
        for (int step = 0; step < 20; step++) {
            assertEquals(Lease.cut(0, PARTITIONS, THREE), leases(THREE));
            speeds.committed(Map.of());
        }
    }

    @Test
    void aSpareThatWasNotMeasuredDisplacesNobody() {
        List<Integer> workers = List.of(0, 1, 2);
        Shares first = speeds.shares(workers);
        assertEquals(List.of(0, 1, 2), workersOf(Lease.cut(0, 3, workers)));
        for (int step = 0; step < Speeds.STEPS; step++) {
            speeds.committed(Map.of(1, 1.0, 2, 2.0));
        }
        Shares measured = speeds.shares(workers);
        assertNotEquals(first, measured);
        assertEquals(List.of(1, 2), workersOf(measured.cut(2, workers)));
    }

    @Test
    void aWorkerThatIsNotMeasuredInAStepStillGetsItsSpeed() {
        leases(TWO);
        for (int step = 0; step < Speeds.STEPS; step++) {
            speeds.committed(step == 2 ? Map.of(0, 1.0) : ONE_TO_THREE);
        }
        assertEquals(List.of(new Lease(0, 0, 4), new Lease(1, 4, 16)), leases(TWO));
    }

    @Test
    void aStepsSpeedIsThatOfWhoeverHasToldOfAllItHad() {
        StepSpeeds step = new StepSpeeds();
        for (int partition = 0; partition < 4; partition++) {
            step.computed(0, partition, (partition + 1) * 500_000_000L);
            step.computed(0, partition, 99_000_000_000L);
        }
        step.computed(1, 4, 1_000_000_000L);
        step.computed(2, 6, 0);
        step.computed(2, 7, 0);
        Map<Integer, Double> found = step.of(List.of(new Lease(0, 0, 4), new Lease(1, 4, 6), new Lease(2, 6, 8)));
        assertEquals(Map.of(0, 2.0), found);
        assertTrue(step.of(List.of()).isEmpty());
    }

    private static List<Integer> workersOf(List<Lease> leases) {
        return leases.stream().map(Lease::worker).toList();
    }

    private List<Lease> leases(List<Integer> workers) {
        return speeds.shares(workers).cut(PARTITIONS, workers);
    }

    private void run(List<Integer> workers, Map<Integer, Double> measured, int steps) {
        for (int step = 0; step < steps; step++) {
            leases(workers);
            speeds.committed(measured);
        }
    }
}
