package io.tinyclip.text;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * The ids of one word while neighbours are joined: the earliest learned merge first, from the left where there are several
 * of it. A list with links and a queue of merges, so that a word of any length takes little more than linear time.
 */
final class Symbols {
    /** The id at a place that was joined to the one before it. */
    private static final int GONE = -1;

    private final Merges merges;
    private final int[] ids;
    private final int[] previous;
    private final int[] next;

    /** {@code id << 32 | place} of merges that were possible when they were added. */
    private final PriorityQueue<Long> waiting = new PriorityQueue<>();

    /** @param ids of single bytes; changed */
    Symbols(int[] ids, Merges merges) {
        this.merges = merges;
        this.ids = ids;
        this.previous = new int[ids.length];
        this.next = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            previous[i] = i - 1;
            next[i] = i + 1;
        }
    }

    /** Joins until no merge is left; call it once. */
    int[] joined() {
        for (int i = 0; i < ids.length; i++) {
            await(i);
        }
        for (Long earliest = waiting.poll(); earliest != null; earliest = waiting.poll()) {
            int place = earliest.intValue();
            int id = (int) (earliest >> Integer.SIZE);
            if (merge(place) == id) {
                join(place, id);
            }
        }
        return Arrays.stream(ids).filter(id -> id != GONE).toArray();
    }

    private void join(int place, int id) {
        ids[place] = id;
        ids[next[place]] = GONE;
        next[place] = next[next[place]];
        if (next[place] < ids.length) {
            previous[next[place]] = place;
        }
        await(place);
        if (previous[place] >= 0) {
            await(previous[place]);
        }
    }

    private void await(int place) {
        int id = merge(place);
        if (id != Merges.NONE) {
            waiting.add(((long) id << Integer.SIZE) | place);
        }
    }

    /** The id of a place and its next neighbour in one. */
    private int merge(int place) {
        return ids[place] == GONE || next[place] == ids.length
                ? Merges.NONE
                : merges.merge(ids[place], ids[next[place]]);
    }
}
