package io.tinyclip.data;

import io.tinyclip.random.Counter;
import java.util.Arrays;

/**
 * A random order of the pairs of shards in which neighbours stay together, so that a step reads a few runs of shards instead
 * of as many places as it has pairs.
 *
 * <p>A pass puts the shards in a random order and cuts that order into windows of {@value #WINDOW} shards and a few more. All
 * shards of a window are read at once, from front to back: the window is cut into slices of about a batch, and slice t of T
 * takes of a shard with n pairs those from {@code n t / T} to {@code n (t + 1) / T}, both rounded down. A shard is a ring that
 * begins anywhere, by pass. So each pair comes exactly once in a pass, however uneven the shards are, and a place is found
 * from the pass's order of shards and one slice of a window; both are pure functions of the key, and only the last are kept.
 */
final class ShardOrder {
    /** Shards read at once: so many sources mix in a batch, and so many indexes are in use. */
    static final int WINDOW = 64;

    private static final long SHARDS = 0x736861726473L;
    private static final long RING = 0x72696e67L;

    private final int[] starts;
    private final int batch;
    private final Permutation permutation;
    private volatile Passes passes;
    private volatile Slice lastSlice;

    /**
     * An order of pairs.
     *
     * @param starts the first pair of each shard, and the number of all pairs behind them; shards may be empty
     * @param batch pairs in a step
     */
    ShardOrder(int[] starts, int batch) {
        this.starts = starts.clone();
        this.batch = batch;
        this.permutation = new Permutation(starts.length - 1);
        Pass none = pass(0);
        this.passes = new Passes(none, none);
        this.lastSlice = slice(none, 0, 0);
    }

    /** Two, because the next step is prepared while one is computed, and a pass may end between them. */
    private record Passes(Pass last, Pass before) {}

    /** Shards in the order of a pass, and how many pairs lie before each window. */
    private record Pass(long key, int[] shards, int[] windows) {
        /** The first shard of a window. */
        int first(int window) {
            return (int) ((long) shards.length * window / (windows.length - 1));
        }
    }

    /**
     * Pairs that follow each other in a pass.
     *
     * @param key of the pass
     * @param first shard of its window, in the pass's order
     * @param from each shard's first pair in this slice, counted from where its ring begins
     * @param places of the pass at which the shards' runs begin, and where the last one ends
     */
    private record Slice(long key, int first, int[] from, int[] places) {
        boolean holds(long pass, int place) {
            return key == pass && places[0] <= place && place < places[places.length - 1];
        }
    }

    /**
     * The pair at a place of a pass.
     *
     * @param key of the pass
     * @param place 0 to the number of pairs - 1
     */
    int at(long key, int place) {
        Pass pass = passOf(key);
        Slice slice = lastSlice;
        if (!slice.holds(key, place)) {
            slice = sliceAt(pass, place);
            lastSlice = slice;
        }
        int run = last(slice.places, place);
        int shard = pass.shards[slice.first + run];
        int size = size(shard);
        long ring = Counter.below(Counter.key(key, RING), shard, size);
        long within = ring + slice.from[run] + (place - slice.places[run]);
        return (int) (starts[shard] + within % size);
    }

    private Pass passOf(long key) {
        Passes known = passes;
        if (known.last.key == key) {
            return known.last;
        }
        if (known.before.key == key) {
            return known.before;
        }
        Pass pass = pass(key);
        passes = new Passes(pass, known.last);
        return pass;
    }

    private int size(int shard) {
        return starts[shard + 1] - starts[shard];
    }

    private Pass pass(long key) {
        int count = starts.length - 1;
        long own = Counter.key(key, SHARDS);
        int[] shards = new int[count];
        for (int place = 0; place < count; place++) {
            shards[place] = permutation.at(own, place);
        }
        Pass pass = new Pass(key, shards, new int[Math.max(1, count / WINDOW) + 1]);
        for (int window = 0; window + 1 < pass.windows.length; window++) {
            int pairs = 0;
            for (int place = pass.first(window); place < pass.first(window + 1); place++) {
                pairs += size(shards[place]);
            }
            pass.windows[window + 1] = pass.windows[window] + pairs;
        }
        return pass;
    }

    private Slice sliceAt(Pass pass, int place) {
        int window = last(pass.windows, place);
        long pairs = pass.windows[window + 1] - pass.windows[window];
        long slices = slices(pairs);
        // No slice begins behind its share of the window, so the one that is sought is this or a later one.
        long number = (place - pass.windows[window]) * slices / pairs;
        Slice slice = slice(pass, window, number);
        while (slice.places[slice.places.length - 1] <= place) {
            number++;
            slice = slice(pass, window, number);
        }
        return slice;
    }

    private long slices(long pairs) {
        return Math.max(1, (pairs + batch / 2) / batch);
    }

    private Slice slice(Pass pass, int window, long number) {
        int first = pass.first(window);
        int count = pass.first(window + 1) - first;
        long slices = slices(pass.windows[window + 1] - pass.windows[window]);
        int[] from = new int[count];
        int[] places = new int[count + 1];
        places[0] = pass.windows[window];
        for (int run = 0; run < count; run++) {
            long size = size(pass.shards[first + run]);
            from[run] = (int) (size * number / slices);
            places[0] += from[run];
            places[run + 1] = (int) (size * (number + 1) / slices) - from[run];
        }
        for (int run = 0; run < count; run++) {
            places[run + 1] += places[run];
        }
        return new Slice(pass.key, first, from, places);
    }

    /** The last entry that is at most the value; of equal ones, the last, as those before are empty. */
    private static int last(int[] sorted, int value) {
        int found = Arrays.binarySearch(sorted, value);
        int at = found >= 0 ? found : -found - 2;
        while (at + 1 < sorted.length && sorted[at + 1] == value) {
            at++;
        }
        return at;
    }
}
