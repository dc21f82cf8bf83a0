package io.tinyclip.actors.bounds;

import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Stamp;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The highest term that a machine was told of when it was taken in. Only whoever leads raises epochs, and only within the term that it
 * has claimed; so an epoch of a later term than that of the newest invitation is nobody's, and obeying it would fence off whoever
 * really leads. May be used from any thread.
 */
public final class Reign {
    private final AtomicLong term;

    private Reign(long term) {
        this.term = new AtomicLong(term);
    }

    /** Of a run in one process: whoever speaks there is its own. */
    public static Reign any() {
        return new Reign(Long.MAX_VALUE);
    }

    public static Reign of(long term) {
        return new Reign(term);
    }

    /** Another coordinator has taken this machine in. */
    public void told(long newer) {
        term.accumulateAndGet(newer, Math::max);
    }

    void check(Check check, Stamp stamp) {
        check.that(
                Epoch.term(stamp.epoch()) <= term.get(),
                "epoch [" + stamp.epoch() + "] is of term [" + Epoch.term(stamp.epoch())
                        + "], and this machine was taken in for no later one than [" + term.get() + "]");
    }
}
