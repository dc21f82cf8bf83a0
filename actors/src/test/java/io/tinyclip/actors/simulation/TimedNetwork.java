package io.tinyclip.actors.simulation;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * Machines in simulated time. Every resource of a machine serves one thing at a time, in the order in which it is asked; a
 * transfer takes the sender's network card and the receiver's at once, and waits for both.
 */
final class TimedNetwork {
    /** What a machine has one of. */
    enum Resource {
        /** The processor or GPU that computes partitions. */
        DEVICE,
        /** The thread that adds and updates a shard. */
        ARITHMETIC,
        /** The thread that serializes, handles and sends messages. */
        ACTOR,
        /** The thread that serves and takes fetches. */
        PLANE,
        /** The network card, outwards. */
        OUT,
        /** The network card, inwards. */
        IN
    }

    /**
     * What things cost.
     *
     * @param bytesPerSecond of a network card, each way, as fast as the data plane fills it
     * @param latencySeconds between any two machines, one way
     * @param messageSeconds of the actor thread for a message, at either end
     * @param messageByteSeconds of the actor thread for each byte of a message, at either end
     * @param fetchSeconds of the data plane for a fetch, at either end, besides its bytes
     */
    record Costs(
            double bytesPerSecond,
            double latencySeconds,
            double messageSeconds,
            double messageByteSeconds,
            double fetchSeconds) {}

    /** A machine, and what it has done since it counts. */
    static final class Machine {
        private final double[] freeAt = new double[Resource.values().length];
        private final double[] busy = new double[Resource.values().length];
        private long messages;
        private long fetchedBytes;
        private long servedBytes;

        /** Counts from here on. */
        void countAnew() {
            Arrays.fill(busy, 0);
            messages = 0;
            fetchedBytes = 0;
            servedBytes = 0;
        }

        /** Seconds during which the resource worked. */
        double busy(Resource resource) {
            return busy[resource.ordinal()];
        }

        /** Messages sent. */
        long messages() {
            return messages;
        }

        long fetchedBytes() {
            return fetchedBytes;
        }

        long servedBytes() {
            return servedBytes;
        }
    }

    private record Event(double at, long order, Runnable then) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Double.compare(at, other.at);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }

    private final Costs costs;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long scheduled;
    private double now;

    TimedNetwork(Costs costs) {
        this.costs = costs;
    }

    /** Seconds since the beginning. */
    double now() {
        return now;
    }

    /** Lets the next thing happen. @return false where nothing is under way */
    boolean step() {
        Event event = events.poll();
        if (event == null) {
            return false;
        }
        now = event.at;
        event.then.run();
        return true;
    }

    /** Works for so many seconds once the resource is free, and then goes on. */
    void work(Machine at, Resource resource, double seconds, Runnable then) {
        schedule(begin(at, resource, seconds) + seconds, then);
    }

    /** Sends a message of so many bytes; the receiver handles it at the end. */
    void send(Machine from, Machine to, long bytes, Runnable handle) {
        from.messages++;
        double handling = costs.messageSeconds + bytes * costs.messageByteSeconds;
        work(
                from,
                Resource.ACTOR,
                handling,
                () -> transfer(from, to, bytes, () -> work(to, Resource.ACTOR, handling, handle)));
    }

    /** Fetches so many bytes; what is on the same machine costs nothing. */
    void fetch(Machine by, Machine from, long bytes, Runnable then) {
        if (by == from) {
            schedule(now, then);
            return;
        }
        by.fetchedBytes += bytes;
        from.servedBytes += bytes;
        schedule(
                now + costs.latencySeconds,
                () -> work(
                        from,
                        Resource.PLANE,
                        costs.fetchSeconds,
                        () -> transfer(from, by, bytes, () -> work(by, Resource.PLANE, costs.fetchSeconds, then))));
    }

    /** The first byte arrives a latency after it has left: both cards work at the same time. */
    private void transfer(Machine from, Machine to, long bytes, Runnable then) {
        double seconds = bytes / costs.bytesPerSecond;
        double leaves = begin(from, Resource.OUT, seconds);
        schedule(leaves + costs.latencySeconds, () -> work(to, Resource.IN, seconds, then));
    }

    private double begin(Machine at, Resource resource, double seconds) {
        int r = resource.ordinal();
        double start = Math.max(now, at.freeAt[r]);
        at.freeAt[r] = start + seconds;
        at.busy[r] += seconds;
        return start;
    }

    private void schedule(double at, Runnable then) {
        events.add(new Event(at, scheduled++, then));
    }
}
