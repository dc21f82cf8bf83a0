package io.tinyclip.squares;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The groups of channels that are left of a linear map, the weights that do best with them alone, and what each group's going would
 * cost. Of groups that are gone nothing is computed, and what is stored of them is dropped from time to time.
 */
final class Survivors {
    private final int width;
    private final int outputs;

    /** Of what is stored: where fewer are left, the others are dropped. */
    private static final double CROWDED = 7.0 / 8;

    /** Inverse covariance of the channels that are left: (stored, stored). */
    private final Symmetric inverse;

    /** (stored, outputs). */
    private double[][] weights;

    /** Stored groups, ascending, and whether each is left. */
    private int[] groups;

    private boolean[] left;
    private double[] errors;
    private int count;

    /** What went, and the summed squared error over outputs per row that it added. */
    record Removal(int group, double error) {}

    /**
     * All groups.
     *
     * @param covariance (n, n)
     * @param weights (n, outputs): a row for each channel, which is overwritten
     * @param width channels of a group
     */
    Survivors(Symmetric covariance, double[][] weights, int width) {
        this.width = width;
        this.weights = weights;
        outputs = weights[0].length;
        inverse = covariance.inverse();
        count = weights.length / width;
        groups = IntStream.range(0, count).toArray();
        left = new boolean[count];
        Arrays.fill(left, true);
        errors = new double[count];
        IntStream.range(0, count).parallel().forEach(place -> errors[place] = error(place));
    }

    /** tr(W_S ((C^-1)_SS)^-1 W_S'): Optimal Brain Surgeon's error, of a group. */
    private double error(int place) {
        double[][] block = inverse.block(place * width, (place + 1) * width);
        return Cholesky.factorise(block) >= 0
                ? Double.NaN
                : new Cholesky(block).squares(weights, place * width, outputs);
    }

    /** Takes away the group that costs least, the first of equals; the weights of the others make up for it. */
    Removal removeCheapest() {
        int place = cheapest();
        Removal removal = new Removal(groups[place], errors[place]);
        int from = place * width;
        Cholesky pivot = Cholesky.of(inverse.block(from, from + width));
        double[][] lines = inverse.whole(from, from + width);
        double[][] outgoing = Arrays.copyOfRange(weights, from, from + width);
        pivot.forward(lines, weights.length);
        pivot.forward(outgoing, outputs);
        left[place] = false;
        count--;
        IntStream.range(0, groups.length)
                .parallel()
                .filter(each -> left[each])
                .forEach(each -> makeUp(each, lines, outgoing));
        if (count < CROWDED * groups.length && count > 0) {
            drop();
        }
        return removal;
    }

    private int cheapest() {
        int cheapest = -1;
        for (int place = 0; place < groups.length; place++) {
            if (left[place]) {
                if (!(errors[place] >= 0)) {
                    throw new IllegalStateException(
                            "what group [" + groups[place] + "] costs is not a number; are weights and inputs finite?");
                }
                if (cheapest < 0 || errors[place] < errors[cheapest]) {
                    cheapest = place;
                }
            }
        }
        return cheapest;
    }

    /** W -= W_S ((C^-1)_SS)^-1 (C^-1)_S: and C^-1 -= (C^-1)_:S ((C^-1)_SS)^-1 (C^-1)_S:, a row for each channel of a group. */
    private void makeUp(int place, double[][] lines, double[][] outgoing) {
        for (int row = place * width; row < (place + 1) * width; row++) {
            double[] factors = Symmetric.column(lines, row);
            inverse.subtract(row, new Combination(factors, lines, width));
            new Combination(factors, outgoing, width).subtractFrom(weights[row], 0, outputs);
        }
        errors[place] = error(place);
    }

    private void drop() {
        int[] places =
                IntStream.range(0, groups.length).filter(place -> left[place]).toArray();
        int[] channels = channels(places, width);
        inverse.keep(channels);
        double[][] before = weights;
        weights = Arrays.stream(channels).mapToObj(it -> before[it]).toArray(double[][]::new);
        groups = Arrays.stream(places).map(place -> groups[place]).toArray();
        errors = Arrays.stream(places).mapToDouble(place -> errors[place]).toArray();
        left = new boolean[count];
        Arrays.fill(left, true);
    }

    /** The channels of groups, in their order. */
    static int[] channels(int[] groups, int width) {
        return Arrays.stream(groups)
                .flatMap(group -> IntStream.range(group * width, (group + 1) * width))
                .toArray();
    }
}
