package io.tinyclip.actors.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * All that is on its way in a simulated cluster, by the time at which it arrives. Delays are drawn from the seed: messages
 * overtake each other, come twice, or never; a link that is cut takes none, and what is on it is lost or waits.
 */
final class SimulatedNetwork {
    static final long SECOND = 1_000_000_000L;

    /** Shares of messages, of 1. @param late that take up to ten seconds */
    record Faults(double dropped, double doubled, double late) {
        static final Faults NONE = new Faults(0, 0, 0);
    }

    private record Event(
            long at, long order, boolean timer, String what, Optional<SimulatedProcess> receiver, Runnable arrival)
            implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }

    private record Link(SimulatedProcess from, SimulatedProcess to) {}

    private record Note(long at, String what) {}

    private static final boolean TRACE = Boolean.getBoolean("simulation.trace");
    private static final int REMEMBERED = 120;
    private static final long SHORTEST_LATE = 1_000_000;
    private static final double LATE_DECADES = 4;
    private static final long TINY = 1_000;

    private final Random random;
    private final long message;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Link, List<Runnable>> cuts = new LinkedHashMap<>();
    private final Deque<Note> history = new ArrayDeque<>();
    private Faults faults;
    private long scheduled;
    private long underWay;
    private long now;

    /** @param message nanoseconds that one takes, as a rule */
    SimulatedNetwork(Random random, Faults faults, long message) {
        this.random = random;
        this.faults = faults;
        this.message = message;
    }

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    /** A message between two processes. */
    void send(String what, SimulatedProcess from, SimulatedProcess to, Runnable arrival) {
        List<Runnable> waiting = cuts.get(new Link(from, to));
        if (waiting != null) {
            if (random.nextBoolean()) {
                waiting.add(() -> send(what, from, to, arrival));
            }
            return;
        }
        if (chance(faults.doubled)) {
            schedule(delay(), false, what, Optional.of(to), arrival);
        }
        if (!chance(faults.dropped)) {
            schedule(delay(), false, what, Optional.of(to), arrival);
        }
    }

    private long delay() {
        return chance(faults.late)
                ? (long) (SHORTEST_LATE * Math.pow(10, LATE_DECADES * random.nextDouble()))
                : (long) (message * (0.5 + random.nextDouble()));
    }

    /** Something that a process does for itself, or that comes to it by itself. */
    void work(String what, SimulatedProcess at, long nanos, Runnable end) {
        long takes = (long) (nanos * (0.5 + random.nextDouble()) * at.slowness());
        schedule(TINY + takes, false, what, Optional.of(at), end);
    }

    /** Bytes, which come to nobody in particular once they are here. */
    void transfer(long nanos, Runnable end) {
        schedule(nanos, false, "", Optional.empty(), end);
    }

    /** A process' timer: nobody waits for it. */
    void timer(SimulatedProcess at, long nanos, Runnable then) {
        schedule(nanos, true, "", Optional.of(at), then);
    }

    /** What happens to the cluster from outside. */
    void after(long nanos, Runnable then) {
        schedule(nanos, true, "", Optional.empty(), then);
    }

    private void schedule(long nanos, boolean timer, String what, Optional<SimulatedProcess> at, Runnable arrival) {
        underWay += timer ? 0 : 1;
        events.add(new Event(now + nanos, scheduled++, timer, what, at, arrival));
    }

    /** Whether nothing is under way but time. */
    boolean idle() {
        return underWay == 0;
    }

    /** Whether messages get lost. */
    boolean losesMessages() {
        return faults.dropped > 0;
    }

    /** From now on messages come soon, each once, over every link. */
    void calmDown() {
        faults = Faults.NONE;
        List.copyOf(cuts.keySet()).forEach(link -> heal(link.from, link.to));
    }

    boolean isCut(SimulatedProcess one, SimulatedProcess other) {
        return cuts.containsKey(new Link(one, other)) || cuts.containsKey(new Link(other, one));
    }

    /** From now on nothing gets from one to the other. */
    void cut(SimulatedProcess from, SimulatedProcess to) {
        cuts.computeIfAbsent(new Link(from, to), link -> new ArrayList<>());
    }

    void heal(SimulatedProcess from, SimulatedProcess to) {
        List<Runnable> waiting = cuts.remove(new Link(from, to));
        if (waiting != null) {
            waiting.forEach(Runnable::run);
        }
    }

    /** It goes on where it was, with all that has come meanwhile. */
    void thaw(SimulatedProcess frozen) {
        long later = TINY;
        for (Runnable event : frozen.thaw()) {
            schedule(later, false, "thawed", Optional.of(frozen), event);
            later += TINY;
        }
    }

    /** Lets the next thing happen. @return where it has happened, if anywhere in particular */
    Optional<SimulatedProcess> step() {
        Event event = events.remove();
        now = event.at;
        underWay -= event.timer ? 0 : 1;
        if (event.receiver.isEmpty() || event.receiver.get().alive()) {
            boolean frozen = event.receiver.filter(SimulatedProcess::frozen).isPresent();
            if (frozen) {
                event.receiver.get().hold(event.arrival);
            } else {
                if (!event.what.isEmpty()) {
                    note(event.what);
                }
                event.arrival.run();
            }
        }
        return event.receiver;
    }

    void note(String what) {
        if (TRACE) {
            System.out.printf(Locale.ROOT, "%10.3f %s%n", now / (double) SECOND, what);
        }
        history.add(new Note(now, what));
        if (history.size() > REMEMBERED) {
            history.remove();
        }
    }

    /** What happened last, newest at the end, each with its second. */
    String history() {
        StringBuilder text = new StringBuilder();
        history.forEach(note -> text.append(String.format(Locale.ROOT, "%10.3f ", note.at / (double) SECOND))
                .append(note.what)
                .append('\n'));
        return text.toString();
    }

    private boolean chance(double share) {
        return share > 0 && random.nextDouble() < share;
    }
}
