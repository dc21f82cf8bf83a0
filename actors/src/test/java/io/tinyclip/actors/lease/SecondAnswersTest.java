package io.tinyclip.actors.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which partitions are computed twice, and by whom. */
class SecondAnswersTest {
    private static final int PARTITIONS = 64;
    private static final List<Integer> WORKERS = List.of(0, 1, 2, 3);
    private static final List<Lease> LEASES = Lease.cut(0, PARTITIONS, WORKERS);

    @Test
    void aShareOfZeroCostsNothingAndOneIsEveryPartition() {
        Leasing none = new Leasing(LeasePolicy.EQUAL, Fixture.compress(), false);
        assertEquals(new Leasing.Dealt(Lease.cut(0, 8, WORKERS), List.of()), none.deal(step(0), WORKERS));
        assertEquals(new Leasing.Dealt(LEASES, List.of()), new SecondAnswers(0, 1).of(step(0), LEASES, WORKERS));
        Leasing.Dealt all = new SecondAnswers(1, 1).of(step(0), LEASES, WORKERS);
        assertEquals(PARTITIONS, all.seconds().size());
        assertEquals(PARTITIONS, all.leases().size());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.5})
    void drawsTheShareThatIsAskedForOverManySteps(double share) {
        SecondAnswers seconds = new SecondAnswers(share, 1);
        int steps = 4000;
        long drawn = IntStream.range(0, steps)
                .mapToLong(step ->
                        seconds.of(step(step), LEASES, WORKERS).seconds().size())
                .sum();
        double all = (double) steps * PARTITIONS;
        double deviation = Math.sqrt(share * (1 - share) / all);
        assertEquals(share, drawn / all, 4 * deviation);
    }

    /** With a share s, one that is wrong in k partitions of each step is found after 1 / (1 - (1 - s)^k) steps on average. */
    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void findsWhoIsAlwaysWrongAfterTheStepsThatAreExpected(int wrong) {
        double share = 0.05;
        int runs = 2000;
        long steps = 0;
        for (int seed = 0; seed < runs; seed++) {
            SecondAnswers seconds = new SecondAnswers(share, seed);
            int step = 0;
            while (!anyDrawn(seconds, step(step), wrong)) {
                step++;
            }
            steps += step + 1;
        }
        double chance = 1 - Math.pow(1 - share, wrong);
        double deviation = Math.sqrt(1 - chance) / chance / Math.sqrt(runs);
        assertEquals(1 / chance, (double) steps / runs, 4 * deviation);
    }

    private static boolean anyDrawn(SecondAnswers seconds, Cursor step, int partitions) {
        return IntStream.range(0, partitions).anyMatch(p -> seconds.drawn(step, p));
    }

    @Test
    void aDrawnPartitionIsALeaseOfItsOwnAndItsSecondAnotherWorker() {
        for (int step = 0; step < 200; step++) {
            Leasing.Dealt dealt = new SecondAnswers(0.1, 1).of(step(step), LEASES, WORKERS);
            int covered = 0;
            for (Lease lease : dealt.leases()) {
                assertEquals(covered, lease.from());
                int from = lease.from();
                assertEquals(holder(LEASES, from), lease.worker(), "nobody has another's partition");
                covered = lease.to();
            }
            assertEquals(PARTITIONS, covered);
            for (Lease second : dealt.seconds()) {
                assertTrue(dealt.leases()
                        .contains(new Lease(holder(LEASES, second.from()), second.from(), second.from() + 1)));
                assertNotEquals(holder(LEASES, second.from()), second.worker());
            }
        }
    }

    @Test
    void theSameSeedAndStepDrawTheSameAndOthersDoNot() {
        SecondAnswers seconds = new SecondAnswers(0.2, 1);
        assertEquals(seconds.of(step(3), LEASES, WORKERS), new SecondAnswers(0.2, 1).of(step(3), LEASES, WORKERS));
        Set<BitSet> seen = new HashSet<>();
        for (Cursor step :
                List.of(step(3), step(4), new Cursor(1, Phase.INHERIT, 3), new Cursor(0, Phase.DISTILL, 3))) {
            seen.add(drawn(seconds, step));
        }
        seen.add(drawn(new SecondAnswers(0.2, 2), step(3)));
        assertEquals(5, seen.size());
    }

    @Test
    void sparesAreAskedFirstAndAllOthersInTurns() {
        Leasing.Dealt dealt = new SecondAnswers(1, 1).of(step(0), LEASES, List.of(0, 1, 2, 3, 9));
        assertTrue(dealt.seconds().stream().allMatch(second -> second.worker() == 9));
        Leasing.Dealt busy = new SecondAnswers(1, 1).of(step(0), LEASES, WORKERS);
        assertEquals(
                Set.copyOf(WORKERS),
                Set.copyOf(busy.seconds().stream().map(Lease::worker).toList()));
    }

    private static BitSet drawn(SecondAnswers seconds, Cursor step) {
        BitSet drawn = new BitSet();
        IntStream.range(0, PARTITIONS).filter(p -> seconds.drawn(step, p)).forEach(drawn::set);
        return drawn;
    }

    private static int holder(List<Lease> leases, int partition) {
        return leases.stream()
                .filter(lease -> lease.from() <= partition && partition < lease.to())
                .findFirst()
                .orElseThrow()
                .worker();
    }

    private static Cursor step(int step) {
        return new Cursor(0, Phase.INHERIT, step);
    }
}
