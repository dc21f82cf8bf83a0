package io.tinyclip.squares;

/**
 * A sum of rows, each by its own factor, of which the first so many count.
 *
 * @param factors at least that many
 * @param rows at least that many
 */
record Combination(double[] factors, double[][] rows, int count) {
    /** Takes the sum away from a row, the first term first. Four terms go at a time, which spares memory and changes no bit. */
    void subtractFrom(double[] target, int from, int to) {
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            four(i, target, from, to);
        }
        for (; i < count; i++) {
            one(factors[i], rows[i], target, from, to);
        }
    }

    private void four(int at, double[] target, int from, int to) {
        double f0 = factors[at];
        double f1 = factors[at + 1];
        double f2 = factors[at + 2];
        double f3 = factors[at + 3];
        double[] r0 = rows[at];
        double[] r1 = rows[at + 1];
        double[] r2 = rows[at + 2];
        double[] r3 = rows[at + 3];
        for (int k = from; k < to; k++) {
            target[k] = target[k] - f0 * r0[k] - f1 * r1[k] - f2 * r2[k] - f3 * r3[k];
        }
    }

    static void one(double factor, double[] row, double[] target, int from, int to) {
        for (int k = from; k < to; k++) {
            target[k] -= factor * row[k];
        }
    }
}
