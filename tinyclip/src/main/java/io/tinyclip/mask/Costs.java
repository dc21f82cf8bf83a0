package io.tinyclip.mask;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;
import io.tinyclip.plan.BudgetPlan.Unit;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * What the models of a run cost, in the unit of its budget, in whole numbers: every decision is exact, and the same on every
 * machine.
 *
 * <p>Parameters and multiply-accumulates are whole by themselves. Measured seconds are counted in ticks: the power of two of a
 * second by which the teacher costs from 2^51 to 2^52 of them, to which every coefficient is rounded. So what is rounded away is
 * nothing beside what is measured, sums of products of whole sizes are exact in a double, and the scale of the seconds does not
 * matter: only proportions do.
 */
public final class Costs {
    /** Of ticks that the teacher costs. */
    private static final int EXPONENT = 51;

    private static final double PERCENT = 100;

    private final Unit unit;
    /** Ticks of a second are 2 to the power of this. */
    private final int tickExponent;

    private final Ticks image;
    private final Ticks text;
    private final long teacher;

    /** Of a tower. */
    private record Ticks(ProductCost inner, ProductCost last) {}

    private Costs(BudgetPlan plan, int tickExponent, ModelShape teacher) {
        this.unit = plan.unit();
        this.tickExponent = tickExponent;
        this.image = ticks(plan.image());
        this.text = ticks(plan.text());
        this.teacher = counted(teacher);
    }

    private Ticks ticks(TowerSeconds seconds) {
        DoubleUnaryOperator ticks = it -> Math.rint(Math.scalb(it, tickExponent));
        return new Ticks(ProductCost.of(seconds.inner(), ticks), ProductCost.of(seconds.last(), ticks));
    }

    /**
     * The costs of a run.
     *
     * @param teacher whose whole cost a {@code keep} is a share of
     * @throws InvalidInputException if the unit cannot count this teacher
     */
    public static Costs of(BudgetPlan plan, ModelShape teacher) {
        if (plan.unit() != Unit.PARAMETERS && !(teacher.image() instanceof VisionTransformer)) {
            throw new InvalidInputException(
                    "tinyclip.budget.unit [" + plan.unit().word()
                            + "] counts layers with heads and neurons, but the teacher's image tower is a residual network; set it to"
                            + " parameters");
        }
        return new Costs(plan, plan.unit() == Unit.SECONDS ? tickExponent(plan, teacher) : 0, teacher);
    }

    private static int tickExponent(BudgetPlan plan, ModelShape teacher) {
        double seconds = inSeconds(plan.image(), teacher.vision()) + inSeconds(plan.text(), teacher.text());
        if (!(seconds > 0 && seconds < Double.POSITIVE_INFINITY)) {
            throw new InvalidInputException("by tinyclip.budget.costs the teacher takes [" + seconds
                    + "] seconds a pair; measure them by bench --costs");
        }
        return EXPONENT - Math.getExponent(seconds);
    }

    private static double inSeconds(TowerSeconds seconds, Tower tower) {
        double sum = 0;
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerShape layer = tower.layers().get(i);
            sum += ProductCost.of(isLast(tower, i) ? seconds.last() : seconds.inner(), it -> it)
                    .of(LayerSize.of(tower.width(), layer.heads(), layer.neurons()));
        }
        return sum;
    }

    private static boolean isLast(Tower tower, int layer) {
        return layer == tower.layers().size() - 1;
    }

    /** The unit that is counted in. */
    public Unit unit() {
        return unit;
    }

    /** What the teacher costs. */
    public long teacher() {
        return teacher;
    }

    /** What a student may cost, in the unit that is counted in. */
    public long target(double keep) {
        return Math.round(keep * teacher);
    }

    /** What both towers cost; a residual network costs nothing. */
    public long counted(ModelShape shape) {
        long image = shape.image() instanceof Tower tower ? counted(tower) : 0;
        return image + counted(shape.text());
    }

    /** What one tower costs. */
    public long counted(Tower tower) {
        double count = 0;
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerShape layer = tower.layers().get(i);
            count += layer(tower, i, tower.width(), layer.heads(), layer.neurons());
        }
        return (long) count;
    }

    /** What a layer of a tower costs at these sizes. */
    public double layer(Tower tower, int layer, int width, int heads, int neurons) {
        return cost(tower, layer).of(LayerSize.of(width, heads, neurons));
    }

    /**
     * What a tower costs as formats with uniform layers hold it: every layer has as many heads as fit the width, and the most
     * neurons that one has, but at least one.
     *
     * @param width a multiple of the head width
     * @param neurons the most of a layer
     */
    public long padded(Tower tower, int width, int neurons) {
        LayerSize size = LayerSize.padded(width, tower.headWidth(), Math.max(1, neurons));
        double count = 0;
        for (int i = 0; i < tower.layers().size(); i++) {
            count += cost(tower, i).of(size);
        }
        return (long) count;
    }

    LayerCost cost(Tower tower, int layer) {
        return switch (unit) {
            case PARAMETERS -> new ParameterCost(tower.headWidth());
            case MACS -> ProductCost.macs(tokens(tower), tower.headWidth());
            case SECONDS -> {
                Ticks ticks = tower instanceof TextTower ? text : image;
                yield isLast(tower, layer) ? ticks.last : ticks.inner;
            }
        };
    }

    private static int tokens(Tower tower) {
        return tower instanceof VisionTransformer image ? 1 + image.patches() : ((TextTower) tower).contextLength();
    }

    /** The unit in a sentence about a count. */
    public String noun() {
        return switch (unit) {
            case PARAMETERS -> "counted parameters";
            case MACS -> "counted multiply-accumulates";
            case SECONDS -> "counted microseconds";
        };
    }

    /** A count, for people: in parameters, multiply-accumulates or microseconds. */
    public String told(long count) {
        return unit == Unit.SECONDS
                ? String.format(Locale.ROOT, "%.3f", 1e6 * Math.scalb((double) count, -tickExponent))
                : Long.toString(count);
    }

    /** A share of the teacher's budget for people, such as {@code 25.00 % of the teacher's seconds}. */
    public static String share(double keep, Unit unit) {
        return String.format(Locale.ROOT, "%.2f %% of the teacher's %s", PERCENT * keep, unit.word());
    }
}
