package io.tinyclip.checkpoint;

import java.util.ArrayList;
import java.util.List;

/** A journal in memory. */
final class Remembered implements Journal {
    final List<Long> newest = new ArrayList<>();
    long term;

    @Override
    public long term() {
        return term;
    }

    @Override
    public void claimed(long claimed) {
        term = claimed;
    }

    @Override
    public void newest(long steps) {
        newest.add(steps);
    }
}
