package io.tinyclip.calibrate;

import io.tinyclip.calibrate.CutSizes.Part;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.LayerKept;
import io.tinyclip.inherit.TowerKept;
import io.tinyclip.inherit.TowerSizes;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Tower;
import io.tinyclip.plan.MaskPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Cuts a student at once, and fits what is left (ZipLM: Kurtic, Frantar and Alistarh, NeurIPS 2023).
 *
 * <ol>
 *   <li>In each half of a layer the unit goes whose outputs the others can best make up for, one after another, as least squares
 *       tell by the moments of what the half's map is given.
 *   <li>Each half is cut to some sizes, alone, and each tower made narrower, see {@link Narrowing}; it is measured how far that takes
 *       the tower's embeddings. These distances are taken for a sum: widths and sizes are chosen so that it is least within the
 *       budget.
 *   <li>Towers become as narrow as was chosen. Half after half is cut to its size, and its map fitted to what it is given by then.
 * </ol>
 *
 * Where calibration gives the same bits, so does this.
 */
public final class LeastSquaresCut {
    private final Layout layout;
    private final Budget budget;
    private final List<Half> halves;

    /**
     * What may stay.
     *
     * @param plan of minimum-heads and round-to
     * @param target in the unit of the costs
     * @param width whether towers may become narrower
     */
    public record Budget(MaskPlan plan, Costs costs, long target, boolean width) {}

    private LeastSquaresCut(Layout layout, Budget budget) {
        this.layout = layout;
        this.budget = budget;
        this.halves = Half.of(layout);
    }

    /** How much is tried, for whoever shows how far it is. */
    public static int tried(Layout layout, Budget budget) {
        LeastSquaresCut cut = new LeastSquaresCut(layout, budget);
        int sizes = cut.halves.stream()
                .mapToInt(half -> HalfWays.trials(half, cut.allowed(half.image())))
                .sum();
        return budget.width ? sizes + Widths.trials(cut.allowed(true)) + Widths.trials(cut.allowed(false)) : sizes;
    }

    /**
     * Decides the cut.
     *
     * @param layout of the student, without masks, whose towers are transformers
     * @param vector (P,) of it; stays as it is
     * @param calibration of this student
     * @param told hears how much was tried, now and then
     */
    public static CalibratedCut cut(
            Layout layout, FloatVector vector, Budget budget, Calibration calibration, IntConsumer told) {
        return new LeastSquaresCut(layout, budget).cut(vector, new Trials(calibration, told));
    }

    private CalibratedCut cut(FloatVector vector, Trials trials) {
        FloatVector copy = FloatVector.allocate(vector.size());
        copy.floats().put(vector.floats());
        HalfWays ways = new HalfWays(layout, copy, budget.plan, trials);
        List<Part> parts =
                halves.stream().map(half -> new Part(half, ways.of(half))).toList();
        Widths image = widths(true, vector, trials);
        Widths text = widths(false, vector, trials);
        trials.ask();
        CutSizes sizes = CutSizes.of(layout.shape(), budget, parts, image, text);
        image.write(sizes.image(), copy);
        text.write(sizes.text(), copy);
        List<int[]> units = new ArrayList<>();
        for (int i = 0; i < halves.size(); i++) {
            units.add(ways.cut(halves.get(i), sizes.units().get(i)));
        }
        trials.ask();
        image.settle(sizes.image(), copy);
        text.settle(sizes.text(), copy);
        Kept kept = new Kept(kept(true, sizes.image(), units), kept(false, sizes.text(), units));
        return new CalibratedCut(kept, copy, text.table(sizes.text()));
    }

    private Widths widths(boolean image, FloatVector vector, Trials trials) {
        return budget.width ? Widths.tried(layout, image, allowed(image), vector, trials) : Widths.whole(tower(image));
    }

    private TowerSizes allowed(boolean image) {
        return new TowerSizes(tower(image), budget.plan);
    }

    private Tower tower(boolean image) {
        return image ? layout.shape().vision() : layout.shape().text();
    }

    private TowerKept kept(boolean image, int width, List<int[]> units) {
        List<LayerKept> layers = new ArrayList<>();
        for (int i = 0; i < tower(image).layers().size(); i++) {
            layers.add(new LayerKept(units(image, i, true, units), units(image, i, false, units)));
        }
        return new TowerKept(IntStream.range(0, width).toArray(), layers);
    }

    private int[] units(boolean image, int layer, boolean heads, List<int[]> units) {
        for (int i = 0; i < halves.size(); i++) {
            Half half = halves.get(i);
            if (half.image() == image && half.layer() == layer && half.heads() == heads) {
                return units.get(i);
            }
        }
        return new int[0];
    }
}
