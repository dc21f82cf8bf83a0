package io.tinyclip.optimize;

/** Floats {@code [from, to)} of the vector. */
public record Range(int from, int to) {
    public Range {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("[" + from + ", " + to + ") is no range");
        }
    }

    /** Floats in the range. */
    public int length() {
        return to - from;
    }
}
