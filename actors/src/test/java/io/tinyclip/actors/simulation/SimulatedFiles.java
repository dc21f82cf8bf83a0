package io.tinyclip.actors.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A coordinator's files: one thing after another. Its disk may freeze: what is asked of it then takes until it goes on, which
 * may be never.
 */
final class SimulatedFiles {
    private final SimulatedNetwork network;
    private final SimulatedProcess of;
    private final Deque<Consumer<Runnable>> waiting = new ArrayDeque<>();
    private boolean busy;
    private long frozenUntil;
    private OptionalLong since = OptionalLong.empty();

    SimulatedFiles(SimulatedNetwork network, SimulatedProcess of) {
        this.network = network;
        this.of = of;
    }

    /** @param until simulated nanoseconds; {@link Long#MAX_VALUE} for never */
    void freeze(long until) {
        frozenUntil = Math.max(frozenUntil, until);
    }

    /** Goes on at once, unless it never does. */
    void thaw() {
        frozenUntil = frozenUntil == Long.MAX_VALUE ? frozenUntil : 0;
    }

    /** Once all that was asked before is done. @param task runs its argument at its end */
    void afterwards(Consumer<Runnable> task) {
        waiting.add(task);
        next();
    }

    private void next() {
        if (!busy && !waiting.isEmpty()) {
            busy = true;
            waiting.remove().accept(() -> {
                busy = false;
                next();
            });
        }
    }

    /** Reads or writes for so long. */
    void disk(String what, long nanos, Runnable end) {
        since = OptionalLong.of(network.now());
        network.work(what, of, nanos, () -> awake(what, end));
    }

    /** For how long it has been at the same thing. */
    long busyNanos() {
        return since.isPresent() ? network.now() - since.getAsLong() : 0;
    }

    private void awake(String what, Runnable end) {
        if (network.now() >= frozenUntil) {
            since = OptionalLong.empty();
            end.run();
        } else {
            network.timer(of, SimulatedNetwork.SECOND, () -> awake(what, end));
        }
    }
}
