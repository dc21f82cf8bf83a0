package io.tinyclip.text;

import java.util.Arrays;

/** A list of ids that takes no more than a bound and silently drops the rest. */
final class IdList {
    private final int[] ids;
    private int size;

    /** @param bound most ids before the closing one */
    IdList(int bound) {
        this.ids = new int[bound];
    }

    boolean full() {
        return size == ids.length;
    }

    void add(int id) {
        if (!full()) {
            ids[size++] = id;
        }
    }

    int[] closedBy(int id) {
        int[] closed = Arrays.copyOf(ids, size + 1);
        closed[size] = id;
        return closed;
    }
}
