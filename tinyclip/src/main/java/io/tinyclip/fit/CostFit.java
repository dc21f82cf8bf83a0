package io.tinyclip.fit;

import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Tower;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;
import java.util.Arrays;
import java.util.List;

/**
 * Prices of layers that explain the times of towers: those of 0 or more with the least squares of relative errors. What a tower
 * takes beside its layers, a part for itself and one for each channel, is found along with them, and is no price of a layer.
 *
 * @param seconds the prices
 * @param meanError mean of the relative errors
 * @param largestError largest of them
 */
public record CostFit(TowerSeconds seconds, double meanError, double largestError) {
    /** Of a layer: see {@link LayerSeconds}. */
    private static final int PARTS = 6;

    /** For itself, and for each channel. */
    private static final int BESIDE = 2;

    /**
     * Fits prices.
     *
     * @param times at least as many as there are prices, of towers that differ in all that a layer can have
     */
    public static CostFit of(List<TowerTime> times) {
        double[][] rows = new double[times.size()][];
        double[] ones = new double[times.size()];
        Arrays.fill(ones, 1);
        for (int i = 0; i < rows.length; i++) {
            double seconds = times.get(i).seconds();
            rows[i] = Arrays.stream(row(times.get(i).tower()))
                    .map(each -> each / seconds)
                    .toArray();
        }
        double[] prices = NonNegativeLeastSquares.solve(rows, ones);
        double sum = 0;
        double largest = 0;
        for (double[] row : rows) {
            double share = 0;
            for (int j = 0; j < prices.length; j++) {
                share += row[j] * prices[j];
            }
            sum += Math.abs(share - 1);
            largest = Math.max(largest, Math.abs(share - 1));
        }
        TowerSeconds seconds = new TowerSeconds(layer(prices, BESIDE), layer(prices, BESIDE + PARTS));
        return new CostFit(seconds, sum / rows.length, largest);
    }

    private static LayerSeconds layer(double[] prices, int at) {
        return new LayerSeconds(
                prices[at], prices[at + 1], prices[at + 2], prices[at + 3], prices[at + 4], prices[at + 5]);
    }

    /** How often a tower has each price. */
    private static double[] row(Tower tower) {
        double[] row = new double[BESIDE + 2 * PARTS];
        double width = tower.width();
        row[0] = 1;
        row[1] = width;
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerShape layer = tower.layers().get(i);
            int at = i == tower.layers().size() - 1 ? BESIDE + PARTS : BESIDE;
            row[at] += layer.heads() > 0 ? width : 0;
            row[at + 1] += layer.heads();
            row[at + 2] += layer.heads() * width;
            row[at + 3] += layer.neurons() > 0 ? width : 0;
            row[at + 4] += layer.neurons();
            row[at + 5] += layer.neurons() * width;
        }
        return row;
    }
}
