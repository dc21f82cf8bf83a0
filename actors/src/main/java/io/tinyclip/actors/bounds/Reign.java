package io.tinyclip.actors.bounds;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Stamp;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The highest term that a machine was told of when it was taken in. Only whoever leads raises epochs, and only within the term that it
 * has claimed; so an epoch of a later term than that of the newest invitation is nobody's, and obeying it would fence off whoever
 * really leads. And an order says where it is answered: at the door that this machine was told of when it was taken in, which no other
 * member knows. May be used from any thread.
 */
public final class Reign {
    private final AtomicLong term;
    private final boolean anybody;
    private final Set<ActorRef<CoordinatorCommand>> doors = ConcurrentHashMap.newKeySet();

    private Reign(long term, boolean anybody) {
        this.term = new AtomicLong(term);
        this.anybody = anybody;
    }

    /** Of a run in one process: whoever speaks there is its own. */
    public static Reign any() {
        return new Reign(Long.MAX_VALUE, true);
    }

    public static Reign of(long term) {
        return new Reign(term, false);
    }

    /** Another coordinator has taken this machine in. */
    public void told(long newer) {
        term.accumulateAndGet(newer, Math::max);
    }

    /** Orders that are answered there are whose who has taken this machine in; those of the terms before are, too. */
    public void answersAt(ActorRef<CoordinatorCommand> door) {
        doors.add(door);
    }

    void check(Check check, Stamp stamp, ActorRef<CoordinatorCommand> answered) {
        check.that(
                anybody || doors.contains(answered),
                "an order that is not answered at this machine's door: it is not of whoever has taken it in");
        check.that(
                Epoch.term(stamp.epoch()) <= term.get(),
                "epoch [" + stamp.epoch() + "] is of term [" + Epoch.term(stamp.epoch())
                        + "], and this machine was taken in for no later one than [" + term.get() + "]");
    }
}
