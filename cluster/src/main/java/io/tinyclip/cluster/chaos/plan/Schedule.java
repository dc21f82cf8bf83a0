package io.tinyclip.cluster.chaos.plan;

import io.tinyclip.random.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Which faults come, in what order and how close: a function of the seed, their number and the families alone. */
public final class Schedule {
    /** Committed steps that a fault takes of a run at the most, so that all of them find it running. */
    public static final int MOST_STEPS = 8;

    private static final int LEAST_STEPS = 2;
    /** Of four faults, so many follow the one before in a train. */
    private static final int IN_TRAIN = 1;

    private static final int OUT_OF = 4;
    private static final int LEAST_GAP_MILLIS = 1000;
    private static final int MOST_GAP_MILLIS = 7000;
    /** A moment; longer than a heartbeat may be late; longer than any time limit of a member. */
    private static final List<Integer> FROZEN_SECONDS = List.of(2, 6, 14, 35);

    private static final List<Integer> DISTURBED_SECONDS = List.of(2, 5, 10, 20);
    /** Long enough for a checkpoint to be due. */
    private static final List<Integer> FULL_SECONDS = List.of(10, 15, 20, 25);

    private static final int ANY = 1 << 20;

    /** What a fault's draws are for. */
    private enum Draw {
        TRAIN,
        GAP,
        STEPS,
        LASTS,
        PICK
    }

    private Schedule() {}

    /**
     * @param seed from 1 on; the seeds from 1 on, each of so many faults, deal one deck after another
     * @param count of faults
     */
    public static List<Fault> of(long seed, int count, Set<Family> families) {
        Deck deck = Deck.of(families);
        List<Card> cards = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            cards.add(deck.dealt((seed - 1) * count + i));
        }
        // What needs a transition must come while there are some ahead.
        cards.sort(Comparator.comparing(card -> !card.needsTransition()));
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            faults.add(fault(seed, i, cards.get(i)));
        }
        return List.copyOf(faults);
    }

    private static Fault fault(long seed, int index, Card card) {
        long key = Counter.key(seed, index);
        boolean follows = index > 0 && below(key, Draw.TRAIN, OUT_OF) < IN_TRAIN;
        Fault.Comes comes = follows
                ? new Fault.InTrain(Duration.ofMillis(
                        LEAST_GAP_MILLIS + below(key, Draw.GAP, MOST_GAP_MILLIS - LEAST_GAP_MILLIS + 1)))
                : new Fault.AfterSteps(LEAST_STEPS + below(key, Draw.STEPS, MOST_STEPS - LEAST_STEPS + 1));
        return new Fault(index + 1, card, comes, lasts(key, card.kind()), below(key, Draw.PICK, ANY));
    }

    private static Duration lasts(long key, Kind kind) {
        if (!kind.lasts()) {
            return Duration.ZERO;
        }
        List<Integer> seconds =
                switch (kind) {
                    case FREEZE, HANG -> FROZEN_SECONDS;
                    case FILL -> FULL_SECONDS;
                    default -> DISTURBED_SECONDS;
                };
        return Duration.ofSeconds(seconds.get(below(key, Draw.LASTS, seconds.size())));
    }

    private static int below(long key, Draw draw, int bound) {
        return Counter.below(key, draw.ordinal(), bound);
    }
}
