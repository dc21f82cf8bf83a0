package io.tinyclip.actors.message;

import java.util.Optional;

/** Compares a message's stamp with the version that its receiver is at. */
public final class Fence {
    private Fence() {}

    /**
     * The refusal of a message whose epoch is over, or that means another layout at the same step of the epoch. A higher epoch
     * is right whatever it says: the step may have been gone back behind, and come to by another cut.
     */
    public static Optional<Refused> refusal(Stamp message, Stamp at) {
        if (message.epoch() < at.epoch()) {
            return Optional.of(over(message, at.epoch()));
        }
        boolean sameStep = message.epoch() == at.epoch() && message.cursor().equals(at.cursor());
        if (sameStep && !message.layout().equals(at.layout())) {
            return refused(
                    message,
                    at,
                    "layout [" + message.layout() + "] is not the one at this step, [" + at.layout() + "]");
        }
        return Optional.empty();
    }

    /** The refusal of a message of an earlier epoch than the one obeyed. */
    public static Refused over(Stamp message, long epoch) {
        return new Refused(message, epoch, "epoch [" + message.epoch() + "] is over, this is epoch [" + epoch + "]");
    }

    /** The refusal of a message about a version that is not here yet. */
    public static Optional<Refused> refusalOfLater(Stamp message, Stamp at) {
        return at.before(message)
                ? refused(message, at, "the vector is of " + at.cursor() + ", not yet of " + message.cursor())
                : Optional.empty();
    }

    private static Optional<Refused> refused(Stamp message, Stamp at, String reason) {
        return Optional.of(new Refused(message, at.epoch(), reason));
    }
}
