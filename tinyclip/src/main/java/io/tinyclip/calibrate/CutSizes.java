package io.tinyclip.calibrate;

import io.tinyclip.calibrate.LeastSquaresCut.Budget;
import io.tinyclip.calibrate.Widths.Width;
import io.tinyclip.inherit.TowerSizes;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Tower;
import io.tinyclip.squares.Allocation;
import io.tinyclip.squares.Allocation.Choice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What stays.
 *
 * @param image channels of the image tower
 * @param text channels of the text tower
 * @param units of each half
 * @param error the sum of all ways
 */
record CutSizes(int image, int text, List<Integer> units, double error) {
    /** @param error how far a half of so many units takes its tower */
    record Way(int size, double error) {}

    /** @param ways the largest size first */
    record Part(Half half, List<Way> ways) {}

    /**
     * Those with the least sum of ways within the budget. Of those with the same the wider tower wins, image before text.
     *
     * @throws IllegalArgumentException if nothing fits
     */
    static CutSizes of(ModelShape shape, Budget budget, List<Part> parts, Widths image, Widths text) {
        Stream<Width[]> pairs =
                image.all().stream().flatMap(a -> text.all().stream().map(b -> new Width[] {a, b}));
        return pairs.toList().parallelStream()
                .map(pair -> of(shape, budget, parts, pair[0], pair[1]))
                .flatMap(Optional::stream)
                .toList()
                .stream()
                .min(Comparator.comparingDouble(CutSizes::error))
                .orElseThrow(() -> new IllegalArgumentException(
                        "nothing of what may stay costs [" + budget.target() + "] or less"));
    }

    private static Optional<CutSizes> of(ModelShape shape, Budget budget, List<Part> parts, Width image, Width text) {
        long left = budget.target()
                - nothing(budget, shape.vision(), image.channels())
                - nothing(budget, shape.text(), text.channels());
        List<List<Choice>> choices = new ArrayList<>();
        double least = 0;
        for (Part part : parts) {
            int width = part.half().image() ? image.channels() : text.channels();
            List<Choice> some = choices(part, width, shape, budget);
            if (some.isEmpty()) {
                return Optional.empty();
            }
            choices.add(some);
            least += some.stream().mapToDouble(Choice::cost).min().orElseThrow();
        }
        if (least > left) {
            return Optional.empty();
        }
        List<Choice> chosen = Allocation.of(choices, left);
        double error = image.error()
                + text.error()
                + chosen.stream().mapToDouble(Choice::error).sum();
        return Optional.of(new CutSizes(
                image.channels(),
                text.channels(),
                chosen.stream().map(Choice::size).toList(),
                error));
    }

    /** What all layers of a tower cost that have lost both halves. */
    private static long nothing(Budget budget, Tower tower, int width) {
        double sum = 0;
        for (int i = 0; i < tower.layers().size(); i++) {
            sum += budget.costs().layer(tower, i, width, 0, 0);
        }
        return (long) sum;
    }

    private static List<Choice> choices(Part part, int width, ModelShape shape, Budget budget) {
        Half half = part.half();
        int most = half.heads() ? new TowerSizes(half.tower(shape), budget.plan()).mostHeads(width) : Integer.MAX_VALUE;
        return part.ways().stream()
                .filter(way -> way.size() <= most)
                .map(way -> new Choice(way.size(), cost(half, way.size(), width, shape, budget), way.error()))
                .toList();
    }

    private static double cost(Half half, int units, int width, ModelShape shape, Budget budget) {
        Tower tower = half.tower(shape);
        double nothing = budget.costs().layer(tower, half.layer(), width, 0, 0);
        int heads = half.heads() ? units : 0;
        return budget.costs().layer(tower, half.layer(), width, heads, units - heads) - nothing;
    }
}
