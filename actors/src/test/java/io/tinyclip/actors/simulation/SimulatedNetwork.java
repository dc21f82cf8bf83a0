package io.tinyclip.actors.simulation;

import io.tinyclip.actors.plane.Handle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * All that is on its way in a simulated cluster. Whatever arrives next is drawn from the seed: messages come in any order,
 * twice, or never; work that a process does for itself ends in any order, once. The time is the number of draws.
 */
final class SimulatedNetwork {
    /** Shares of messages, of 1. */
    record Faults(double dropped, double doubled) {}

    private record Event(String what, SimulatedProcess receiver, boolean message, Runnable arrival) {}

    private static final int REMEMBERED = 60;

    private final Random random;
    private Faults faults;
    private final List<Event> underWay = new ArrayList<>();
    private final List<String> history = new ArrayList<>();
    private final Map<String, String> published = new HashMap<>();
    private long now;

    SimulatedNetwork(Random random, Faults faults) {
        this.random = random;
        this.faults = faults;
    }

    long now() {
        return now;
    }

    /** A message between two processes. */
    void send(String what, SimulatedProcess receiver, Runnable arrival) {
        underWay.add(new Event(what, receiver, true, arrival));
    }

    /** Something that a process does for itself. */
    void work(String what, SimulatedProcess process, Runnable end) {
        underWay.add(new Event(what, process, false, end));
    }

    boolean idle() {
        return underWay.isEmpty();
    }

    /** Whether messages get lost. */
    boolean losesMessages() {
        return faults.dropped > 0;
    }

    /** From now on messages come, each once. */
    void calmDown() {
        faults = new Faults(0, 0);
    }

    /** Lets one thing happen, or nothing but time pass. */
    void step() {
        now++;
        if (underWay.isEmpty()) {
            return;
        }
        int drawn = random.nextInt(underWay.size());
        Event event = underWay.get(drawn);
        if (event.receiver.alive() && random.nextDouble() < event.receiver.lag()) {
            return;
        }
        underWay.set(drawn, underWay.get(underWay.size() - 1));
        underWay.remove(underWay.size() - 1);
        if (!event.receiver.alive()) {
            return;
        }
        if (event.message && random.nextDouble() < faults.doubled) {
            underWay.add(event);
        }
        if (event.message && random.nextDouble() < faults.dropped) {
            return;
        }
        history.add(event.what);
        event.arrival.run();
    }

    void note(String what) {
        history.add(what);
    }

    /** What happened last, newest at the end. */
    String history() {
        return String.join("\n", history.subList(Math.max(0, history.size() - REMEMBERED), history.size()));
    }

    Handle publish(String key, String value) {
        published.put(key, value);
        return new Handle("simulated", key, value.length());
    }

    Optional<String> fetch(Handle handle) {
        return Optional.ofNullable(published.get(handle.key()));
    }

    void release(Handle handle) {
        published.remove(handle.key());
    }
}
