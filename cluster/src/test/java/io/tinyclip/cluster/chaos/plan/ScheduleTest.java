package io.tinyclip.cluster.chaos.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
    private static final Set<Family> ALL = EnumSet.allOf(Family.class);
    private static final int FAULTS = 20;
    private static final int SEEDS = 12;

    @Test
    void theSameSeedGivesTheSameFaults() {
        assertEquals(Schedule.of(3, FAULTS, ALL), Schedule.of(3, FAULTS, ALL));
        assertNotEquals(Schedule.of(3, FAULTS, ALL), Schedule.of(4, FAULTS, ALL));
    }

    @Test
    void faultsAreNumberedAndAsManyAsAsked() {
        assertEquals(
                IntStream.rangeClosed(1, FAULTS).boxed().toList(),
                Schedule.of(5, FAULTS, ALL).stream().map(Fault::number).toList());
    }

    /** What is measured by twelve seeds counts only if nothing is left out. */
    @Test
    void twelveSeedsOfTwentyMeetEveryFaultAtLeastThreeTimes() {
        List<Card> dealt = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Schedule.of(seed, FAULTS, ALL).forEach(fault -> dealt.add(fault.card()));
        }
        for (Card card : Deck.of(ALL).cards()) {
            long times = dealt.stream().filter(card::equals).count();
            assertTrue(times >= 3, card.words() + " comes " + times + " times");
        }
    }

    @Test
    void whatIsLeftOutNeverComes() {
        Set<Family> some = EnumSet.of(Family.SIGNALS, Family.CHECKPOINTS);
        assertTrue(Schedule.of(1, 100, some).stream()
                .allMatch(fault -> some.contains(fault.card().kind().family())));
    }

    @Test
    void whatNeedsATransitionComesBeforeAllElse() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            List<Boolean> needs = Schedule.of(seed, FAULTS, ALL).stream()
                    .map(fault -> fault.card().needsTransition())
                    .toList();
            int first = needs.contains(false) ? needs.indexOf(false) : needs.size();
            assertTrue(needs.subList(first, needs.size()).stream().noneMatch(need -> need), "seed " + seed);
        }
    }

    @Test
    void trainsAreOneToSevenSecondsApartAndTheFirstFaultWaitsForSteps() {
        List<Fault> faults = LongStream.rangeClosed(1, SEEDS)
                .boxed()
                .flatMap(seed -> Schedule.of(seed, FAULTS, ALL).stream())
                .toList();
        assertTrue(faults.stream()
                .filter(fault -> fault.number() == 1)
                .allMatch(fault -> fault.comes() instanceof Fault.AfterSteps));
        List<Long> gaps = faults.stream()
                .filter(fault -> fault.comes() instanceof Fault.InTrain)
                .map(fault -> ((Fault.InTrain) fault.comes()).gap().toMillis())
                .toList();
        assertTrue(gaps.size() > SEEDS, "only " + gaps.size() + " faults in trains");
        assertTrue(gaps.stream().allMatch(gap -> gap >= 1000 && gap <= 7000), gaps.toString());
    }

    @Test
    void onlyWhatIsTakenBackLasts() {
        for (Fault fault : Schedule.of(1, 200, ALL)) {
            assertEquals(fault.card().kind().lasts(), !fault.lasts().isZero(), fault.words());
        }
    }
}
