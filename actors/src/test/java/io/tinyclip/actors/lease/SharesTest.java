package io.tinyclip.actors.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.Lease;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How partitions are dealt. */
class SharesTest {
    @Test
    void aWorkerThreeTimesAsFastGetsThreeTimesAsMuch() {
        assertEquals(
                List.of(new Lease(7, 0, 4), new Lease(9, 4, 16)),
                new Shares(Map.of(7, 2.5, 9, 7.5)).cut(16, List.of(7, 9)));
    }

    /** Two workers of any speeds up to 1 : 8, as whole partitions allow. */
    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void twoWorkersReachNineTenthsOfTheSumOfTheirSpeedsWhateverTheseAre(int partitions) {
        for (int percent = 100; percent <= 800; percent++) {
            Map<Integer, Double> speeds = Map.of(0, 100.0, 1, (double) percent);
            double share = reached(speeds, new Shares(speeds).cut(partitions, List.of(0, 1)), partitions);
            assertTrue(share > 0.9, share + " of what 1 : " + percent / 100.0 + " could do");
        }
    }

    @Test
    void speedsOfOneToThreeReachAllOfTheirSumAtSixteenPartitions() {
        Map<Integer, Double> speeds = Map.of(0, 1.0, 1, 3.0);
        assertEquals(1, reached(speeds, new Shares(speeds).cut(16, List.of(0, 1)), 16), 1e-9);
    }

    @Test
    void whoeverWouldMakeTheOthersWaitForOnePartitionGetsNone() {
        Shares shares = new Shares(Map.of(0, 20.0, 1, 1.0));
        assertEquals(List.of(new Lease(0, 0, 16)), shares.cut(16, List.of(0, 1)));
        assertEquals(
                List.of(new Lease(0, 0, 30), new Lease(1, 30, 32)),
                new Shares(Map.of(0, 15.0, 1, 1.0)).cut(32, List.of(0, 1)));
    }

    @Test
    void theFastestKeepLeasesWhereThereAreMoreWorkersThanPartitions() {
        Shares shares = new Shares(Map.of(0, 1.0, 1, 2.0, 2, 1.5, 3, 2.0));
        assertEquals(List.of(new Lease(1, 0, 1), new Lease(3, 1, 2)), shares.cut(2, List.of(0, 1, 2, 3)));
    }

    @Test
    void leasesAreContiguousAndCoverEveryPartitionOnceWhateverTheSpeeds() {
        for (int seed = 0; seed < 500; seed++) {
            long key = Counter.key(seed);
            int partitions = 1 << Counter.below(key, 0, 8);
            List<Integer> workers =
                    IntStream.range(0, 1 + Counter.below(key, 1, 12)).boxed().toList();
            Map<Integer, Double> speeds = new TreeMap<>();
            workers.forEach(worker -> speeds.put(worker, 0.01 + Counter.uniform(key, 2 + worker)));
            List<Lease> leases = new Shares(speeds).cut(partitions, workers);
            int covered = 0;
            for (Lease lease : leases) {
                assertEquals(covered, lease.from());
                assertTrue(lease.to() > lease.from());
                covered = lease.to();
            }
            assertEquals(partitions, covered);
            assertEquals(leases, new Shares(speeds).cut(partitions, workers), "the same speeds, the same leases");
        }
    }

    @Test
    void equalSharesAreThoseOfEqualLeases() {
        assertEquals(Lease.cut(0, 8, List.of(4, 5, 6)), Shares.EQUAL.cut(8, List.of(4, 5, 6)));
    }

    @Test
    void aSpareTakesAllOfWhatADeadWorkerHadWhereTheOthersHaveAsMuch() {
        List<Lease> had = List.of(new Lease(0, 0, 4), new Lease(1, 8, 12));
        assertEquals(List.of(new Lease(5, 4, 8)), Shares.EQUAL.cut(4, 8, List.of(0, 1, 5), had));
    }

    @Test
    void whatNobodyIsFreeForGoesToThoseWhoAreDoneFirst() {
        Shares shares = new Shares(Map.of(0, 4.0, 1, 1.0));
        List<Lease> had = new ArrayList<>(List.of(new Lease(0, 0, 4), new Lease(1, 4, 5)));
        assertEquals(List.of(new Lease(0, 5, 8)), shares.cut(5, 8, List.of(0, 1), had));
    }

    private static double reached(Map<Integer, Double> speeds, List<Lease> leases, int partitions) {
        double end = leases.stream()
                .mapToDouble(lease -> (lease.to() - lease.from()) / speeds.get(lease.worker()))
                .max()
                .orElseThrow();
        return partitions / end / speeds.values().stream().mapToDouble(it -> it).sum();
    }
}
