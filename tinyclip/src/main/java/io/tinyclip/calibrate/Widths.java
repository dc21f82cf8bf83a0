package io.tinyclip.calibrate;

import io.tinyclip.inherit.TableMap;
import io.tinyclip.inherit.TowerSizes;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Tower;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** How wide a tower may become, and how far each width takes it by itself. */
final class Widths {
    /** Widths that are tried, as shares of 64. */
    private static final int[] SHARES = {60, 56, 52, 48, 44, 40, 36, 32, 28, 24, 20, 16};

    private static final int WHOLE = 64;

    /** What the first norm may count for beside the others, and the share of the width at which that is tried. */
    private static final double[] FIRST = {1, 0.25, 4, 16, 64, 256};

    private static final int FIRST_AT = 40;

    private final Tower tower;
    private final Optional<Narrowing> narrowing;
    private final double[][] components;
    private final List<Width> tried = new ArrayList<>();

    /** @param error how far the embeddings go */
    record Width(int channels, double error) {}

    private Widths(Tower tower, Optional<Narrowing> narrowing, double[][] components) {
        this.tower = tower;
        this.narrowing = narrowing;
        this.components = components;
        tried.add(new Width(tower.width(), 0));
    }

    /** Of a tower that stays as wide as it is. */
    static Widths whole(Tower tower) {
        return new Widths(tower, Optional.empty(), new double[0][]);
    }

    /** How many trials {@link #tried} takes. */
    static int trials(TowerSizes allowed) {
        int widths = smaller(allowed).size();
        return widths == 0 ? 0 : widths - 1 + FIRST.length;
    }

    /**
     * Tries a tower's widths.
     *
     * @param vector (P,) of the layout; stays as it is
     */
    static Widths tried(Layout layout, boolean image, TowerSizes allowed, FloatVector vector, Trials trials) {
        List<Integer> widths = smaller(allowed);
        if (widths.isEmpty()) {
            return whole(allowed.before());
        }
        Narrowing narrowing = new Narrowing(layout, image, vector, trials);
        FloatVector scratch = FloatVector.allocate(vector.size());
        scratch.floats().put(vector.floats());
        int middle = widths.stream()
                .min(Comparator.comparingInt(width ->
                        Math.abs(width * WHOLE - FIRST_AT * allowed.before().width())))
                .orElseThrow();
        double[][] best = new double[0][];
        double least = Double.POSITIVE_INFINITY;
        trials.ask();
        List<double[][]> tries = DoubleStream.of(FIRST)
                .parallel()
                .mapToObj(narrowing::components)
                .toList();
        for (double[][] components : tries) {
            narrowing.write(components, middle, scratch);
            double distance = trials.distance(image, scratch);
            if (distance < least) {
                least = distance;
                best = components;
            }
        }
        if (best.length == 0) {
            throw new IllegalStateException("the " + (image ? "image" : "text") + " tower's embeddings are not finite");
        }
        Widths all = new Widths(allowed.before(), Optional.of(narrowing), best);
        for (int width : widths) {
            if (width != middle) {
                narrowing.write(best, width, scratch);
            }
            all.tried.add(new Width(width, width == middle ? least : trials.distance(image, scratch)));
        }
        return all;
    }

    /** Widths below the whole, descending. */
    private static List<Integer> smaller(TowerSizes allowed) {
        Tower tower = allowed.before();
        int step = allowed.widthStep();
        int least = allowed.leastMixedWidth();
        TreeSet<Integer> widths = new TreeSet<>(Set.of(least));
        for (int share : SHARES) {
            widths.add((int) Math.rint((double) tower.width() * share / WHOLE / step) * step);
        }
        widths.removeIf(width -> width < least || width >= tower.width());
        return List.copyOf(widths.descendingSet());
    }

    /** The whole width, then those that were tried, descending. */
    List<Width> all() {
        return tried;
    }

    /** Makes the tower narrower in another vector (P,) of the layout, up to {@link #settle}. */
    void write(int width, FloatVector target) {
        narrowed(width).forEach(it -> it.write(components, width, target));
    }

    /** Behind everything else that is done in the layout of the whole width. */
    void settle(int width, FloatVector target) {
        narrowed(width).forEach(it -> it.settle(width, target));
    }

    /** What rows of the token table become. */
    Optional<TableMap> table(int width) {
        return narrowed(width).map(it -> it.table(components, width)).findFirst();
    }

    private Stream<Narrowing> narrowed(int width) {
        return narrowing.stream().filter(it -> width < tower.width());
    }
}
