package io.tinyclip.squares;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which sizes several parts get, so that their errors sum to the least within a budget. Exact but for costs that are rounded up to
 * the grid's unit, never above the budget; what rounding left over is given to the parts that gain most by it.
 */
public final class Allocation {
    /** Units of the budget; a budget that is smaller is its own grid, and nothing is rounded. */
    private static final int GRID = 8192;

    /** Whole numbers up to here stand in doubles, and some thousand of them in a long. */
    private static final double LARGEST = 0x1p52;

    private static final Comparator<Choice> CHEAPEST = Comparator.comparingDouble(Choice::cost)
            .thenComparingDouble(Choice::error)
            .thenComparing(Comparator.comparingInt(Choice::size).reversed());

    private final List<List<Choice>> parts;
    private final long budget;
    private final int grid;

    /** Of the parts from one on, by what is left of the grid: the least error, and its true cost. */
    private final double[] errors;

    private final long[] costs;

    private Allocation(List<List<Choice>> parts, long budget) {
        this.parts = parts;
        this.budget = budget;
        grid = (int) Math.min(GRID, budget);
        errors = new double[grid + 1];
        costs = new long[grid + 1];
    }

    /**
     * One size that a part may have.
     *
     * @param size names it
     * @param cost a whole number up to 2^52
     * @param error what it loses
     */
    public record Choice(int size, double cost, double error) {
        public Choice {
            if (!(cost >= 0 && cost <= LARGEST && cost == StrictMath.rint(cost)) || !Double.isFinite(error)) {
                throw new IllegalArgumentException("size [" + size + "] of cost [" + cost + "] and error [" + error
                        + "]; a cost is a whole number from 0 to 2^52, and an error is finite");
            }
        }
    }

    /**
     * Chooses a size for each part. Of those with the same error the cheaper wins, then the larger size in the earlier part.
     *
     * @param parts what each may have
     * @param budget what their costs may sum to
     * @return as many as there are parts
     * @throws IllegalArgumentException where not even the cheapest fit
     */
    public static List<Choice> of(List<List<Choice>> parts, double budget) {
        List<Choice> cheapest = new ArrayList<>();
        for (List<Choice> part : parts) {
            cheapest.add(part.stream()
                    .min(CHEAPEST)
                    .orElseThrow(() -> new IllegalArgumentException("a part that may have no size")));
        }
        if (!(budget >= 0) || cost(cheapest) > (long) budget) {
            throw new IllegalArgumentException("the cheapest sizes of [" + parts.size() + "] parts cost ["
                    + cost(cheapest) + "], and the budget is [" + budget + "]");
        }
        Allocation allocation = new Allocation(parts, (long) budget);
        int[][] best = allocation.best();
        List<Choice> chosen =
                allocation.errors[allocation.grid] < Double.POSITIVE_INFINITY ? allocation.chosen(best) : cheapest;
        boolean bought = true;
        while (bought) {
            bought = allocation.spend(chosen);
        }
        return List.copyOf(chosen);
    }

    private static long cost(List<Choice> choices) {
        return choices.stream().mapToLong(it -> (long) it.cost()).sum();
    }

    /** Which choice is best in each part, by what is left of the grid for it and all later ones. */
    private int[][] best() {
        int[][] best = new int[parts.size()][];
        for (int part = parts.size() - 1; part >= 0; part--) {
            best[part] = best(parts.get(part));
        }
        return best;
    }

    private int[] best(List<Choice> choices) {
        double[] laterErrors = errors.clone();
        long[] laterCosts = costs.clone();
        int[] best = new int[grid + 1];
        Arrays.fill(errors, Double.POSITIVE_INFINITY);
        for (int i = 0; i < choices.size(); i++) {
            Choice choice = choices.get(i);
            int units = units(choice);
            for (int left = units; left <= grid; left++) {
                double error = choice.error() + laterErrors[left - units];
                long cost = (long) choice.cost() + laterCosts[left - units];
                boolean tie = error == errors[left] && error < Double.POSITIVE_INFINITY;
                boolean better = error < errors[left]
                        || tie && cost < costs[left]
                        || tie
                                && cost == costs[left]
                                && choice.size() > choices.get(best[left]).size();
                if (better) {
                    errors[left] = error;
                    costs[left] = cost;
                    best[left] = i;
                }
            }
        }
        return best;
    }

    /** Units of the grid, rounded up: exactly, since a double's rounding could step over the budget. */
    private int units(Choice choice) {
        if (choice.cost() > budget) {
            return grid + 1;
        }
        BigInteger whole = BigInteger.valueOf(Math.max(1, budget));
        return BigInteger.valueOf((long) choice.cost())
                .multiply(BigInteger.valueOf(grid))
                .add(whole)
                .subtract(BigInteger.ONE)
                .divide(whole)
                .intValueExact();
    }

    private List<Choice> chosen(int[][] best) {
        List<Choice> chosen = new ArrayList<>();
        int left = grid;
        for (int part = 0; part < best.length; part++) {
            Choice choice = parts.get(part).get(best[part][left]);
            chosen.add(choice);
            left -= units(choice);
        }
        return chosen;
    }

    /** Changes the part that gains most by costing more, within what truly is left. */
    private boolean spend(List<Choice> chosen) {
        long left = budget - cost(chosen);
        int changed = -1;
        Choice change = null;
        double most = 0;
        for (int part = 0; part < chosen.size(); part++) {
            Choice now = chosen.get(part);
            for (Choice choice : parts.get(part)) {
                double dearer = choice.cost() - now.cost();
                double gain = now.error() - choice.error();
                boolean fits = dearer > 0 && dearer <= left;
                boolean tie = change != null && changed == part && gain == most && CHEAPEST.compare(choice, change) < 0;
                if (fits && (gain > most || tie)) {
                    changed = part;
                    change = choice;
                    most = gain;
                }
            }
        }
        if (change != null) {
            chosen.set(changed, change);
        }
        return change != null;
    }
}
