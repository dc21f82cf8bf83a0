package io.tinyclip.cluster.chaos.plan;

import java.time.Duration;

/**
 * A fault that is to come.
 *
 * @param number from 1 on
 * @param comes when
 * @param lasts until it is taken back; zero for what is not
 * @param pick any number; which machine of the role, which file, which bit
 */
public record Fault(int number, Card card, Comes comes, Duration lasts, int pick) {
    /** When, after the fault before. */
    public sealed interface Comes {
        /** As a person reads it. */
        String words();
    }

    /** Once the one before is over and so many more steps are committed. */
    public record AfterSteps(int steps) implements Comes {
        @Override
        public String words() {
            return steps + " steps after the one before is over";
        }
    }

    /** So long after the one before has come, whatever became of it: the two are parts of a train. */
    public record InTrain(Duration gap) implements Comes {
        @Override
        public String words() {
            return gap.toMillis() + " ms after the one before";
        }
    }

    /** As a person reads it. */
    public String words() {
        return card.words() + (lasts.isZero() ? "" : " for " + lasts.toSeconds() + " s");
    }
}
