package io.tinyclip.plan;

import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What a stage's {@code keep} is a share of: attention and feed-forward of both towers, counted in one unit.
 *
 * @param unit that is counted in
 * @param image what the image tower's layers cost, where they were measured; otherwise nothing
 * @param text the same of the text tower
 */
public record BudgetPlan(Unit unit, TowerSeconds image, TowerSeconds text) {
    /** Parameters, biases included, as TinyCLIP's code counts. */
    public static final BudgetPlan PARAMETERS = new BudgetPlan(Unit.PARAMETERS, TowerSeconds.NONE, TowerSeconds.NONE);

    /** Multiply-accumulates of a pair. */
    public static final BudgetPlan MACS = new BudgetPlan(Unit.MACS, TowerSeconds.NONE, TowerSeconds.NONE);

    /** A setting: its values are these names in lower case. */
    public enum Unit {
        /** Weights and biases. */
        PARAMETERS,
        /** Multiply-accumulates of one picture and one text of full length. */
        MACS,
        /** Measured seconds of one picture and one text. */
        SECONDS;

        /** As settings and sentences have it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public BudgetPlan {
        boolean priced = Stream.of(image, text).anyMatch(TowerSeconds::any);
        if (priced != (unit == Unit.SECONDS)) {
            throw new IllegalArgumentException(
                    "measured costs belong to seconds, and to no other unit than them; it is [" + unit + "]");
        }
    }

    /** Seconds as they were measured. */
    public static BudgetPlan seconds(TowerSeconds image, TowerSeconds text) {
        return new BudgetPlan(Unit.SECONDS, image, text);
    }

    /** Of a tower: the last layer is asked for the pooled token alone, and costs less. */
    public record TowerSeconds(LayerSeconds inner, LayerSeconds last) {
        static final TowerSeconds NONE = new TowerSeconds(LayerSeconds.NONE, LayerSeconds.NONE);

        boolean any() {
            return inner.any() || last.any();
        }
    }

    /**
     * Seconds that a layer of D channels, H heads and M neurons takes: a linear model, of which attention has a part wherever a
     * head is left, and feed-forward wherever a neuron is. Each is 0 or more.
     *
     * @param anyHead for each channel, if any head is left
     * @param head for each head
     * @param headChannel for each head and channel
     * @param anyNeuron for each channel, if any neuron is left
     * @param neuron for each neuron
     * @param neuronChannel for each neuron and channel
     */
    public record LayerSeconds(
            double anyHead, double head, double headChannel, double anyNeuron, double neuron, double neuronChannel) {
        /** Not measured. */
        public static final LayerSeconds NONE = new LayerSeconds(0, 0, 0, 0, 0, 0);

        public LayerSeconds {
            DoubleStream.of(anyHead, head, headChannel, anyNeuron, neuron, neuronChannel)
                    .filter(cost -> !(cost >= 0 && Double.isFinite(cost)))
                    .findFirst()
                    .ifPresent(cost -> {
                        throw new IllegalArgumentException("a layer's seconds [" + cost
                                + "] must be 0 or more, and finite; measure them by bench --costs");
                    });
        }

        boolean any() {
            return anyHead + head + headChannel + anyNeuron + neuron + neuronChannel > 0;
        }
    }
}
