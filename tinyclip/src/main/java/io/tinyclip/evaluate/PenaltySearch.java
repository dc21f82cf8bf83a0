package io.tinyclip.evaluate;

import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Finds the penalty with which pictures that were put aside are told best: powers of ten from 100 to a millionth are tried every
 * two, then nearer and nearer around the best, down to half a power, as Radford et al. (2021, A.3) do.
 */
final class PenaltySearch {
    private static final long SEED = 6_173L;

    /** In half powers of ten. */
    private static final int STRONGEST = 4;

    private static final int WEAKEST = -12;
    private static final int FIRST_STEP = 4;
    private static final double PERCENT = 100;

    private final LogisticRegression regression;
    private final LogisticRegression.Rows aside;
    private final Consumer<String> heard;
    private final Map<Integer, Integer> right = new TreeMap<>();

    private PenaltySearch(LogisticRegression regression, LogisticRegression.Rows aside, Consumer<String> heard) {
        this.regression = regression;
        this.aside = aside;
        this.heard = heard;
    }

    /**
     * The best penalty.
     *
     * @param share of the rows of a class, one in so many is put aside, the same ones always; none of a class with less
     * @param heard gets a line for each that was tried
     */
    static double best(LogisticRegression.Rows rows, int share, int classes, Consumer<String> heard) {
        List<Integer> learned = new ArrayList<>();
        List<Integer> aside = new ArrayList<>();
        for (int label = 0; label < classes; label++) {
            int own = label;
            List<Integer> all = IntStream.range(0, rows.labels().length)
                    .filter(i -> rows.labels()[i] == own)
                    .boxed()
                    .sorted(Comparator.comparingLong((Integer i) -> Counter.bits(SEED, i))
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
            aside.addAll(all.subList(0, all.size() / share));
            learned.addAll(all.subList(all.size() / share, all.size()));
        }
        if (aside.isEmpty()) {
            heard.accept("no class has " + share + " pictures, so that none is put aside; the penalty is 1");
            return 1;
        }
        return new PenaltySearch(
                        new LogisticRegression(rows.only(numbers(learned)), classes), rows.only(numbers(aside)), heard)
                .search();
    }

    private double search() {
        int best = STRONGEST;
        for (int halves = STRONGEST; halves >= WEAKEST; halves -= FIRST_STEP) {
            best = better(best, halves);
        }
        for (int step = FIRST_STEP / 2; step > 0; step /= 2) {
            int middle = best;
            best = better(best, Math.min(STRONGEST, middle + step));
            best = better(best, Math.max(WEAKEST, middle - step));
        }
        return penalty(best);
    }

    /** The one with which more is told right; the stronger one if both are equal. */
    private int better(int one, int other) {
        int difference = right(one) - right(other);
        if (difference == 0) {
            return Math.max(one, other);
        }
        return difference > 0 ? one : other;
    }

    private int right(int halves) {
        return right.computeIfAbsent(halves, key -> {
            int[] ranks = regression.fit(penalty(key)).ranks(aside);
            int count = (int) IntStream.of(ranks).filter(rank -> rank == 0).count();
            heard.accept(String.format(
                    Locale.ROOT,
                    "penalty %.3g: %.2f %% of [%d] pictures that were put aside",
                    penalty(key),
                    PERCENT * count / ranks.length,
                    ranks.length));
            return count;
        });
    }

    private static double penalty(int halves) {
        return StrictMath.pow(10, halves / 2.0);
    }

    private static int[] numbers(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).sorted().toArray();
    }
}
