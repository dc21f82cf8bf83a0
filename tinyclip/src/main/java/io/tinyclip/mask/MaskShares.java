package io.tinyclip.mask;

import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * How open the masks are, for people: a probability for each head; and of a layer's neurons and a tower's width, which are many,
 * the most open first, in at most {@link #MOST} equal parts with the mean of each. What the sparsity counts, and what the cut will
 * leave, can be seen from it; the cut itself is decided by the masks.
 *
 * @param towers image, then text
 */
public record MaskShares(List<TowerShares> towers) {
    /** Parts of a group that is told in parts. */
    public static final int MOST = 16;

    /** At the most so many times an inherit phase, and at its end. */
    private static final int TIMES = 100;

    public MaskShares {
        towers = List.copyOf(towers);
    }

    /**
     * Of a tower.
     *
     * @param name of the tower
     * @param widthSize channels that the masks choose among
     * @param width means of parts, the most open first
     */
    public record TowerShares(String name, int widthSize, float[] width, List<LayerShares> layers) {
        public TowerShares {
            layers = List.copyOf(layers);
        }
    }

    /**
     * Of a layer.
     *
     * @param heads probability that each is open
     * @param neuronSize neurons that the masks choose among
     * @param neurons means of parts, the most open first
     */
    public record LayerShares(float[] heads, int neuronSize, float[] neurons) {}

    /** Whether a step tells how open its masks are. */
    public static boolean isTold(RunPlan plan, Cursor cursor) {
        if (cursor.phase() != Phase.INHERIT) {
            return false;
        }
        int steps = plan.steps(cursor);
        int every = Math.max(1, (steps + TIMES - 1) / TIMES);
        return cursor.step() % every == 0 || cursor.step() == steps - 1;
    }

    /**
     * As they travel: group by group in the order of {@link MaskIndex#groups}.
     *
     * @param maskSegment logAlpha
     */
    public static float[] flat(Layout masked, float[] maskSegment) {
        MaskIndex index = MaskIndex.of(masked);
        index.requireSize(maskSegment);
        List<float[]> parts = new ArrayList<>();
        for (TowerMasks tower : index.towers()) {
            parts.add(inParts(open(maskSegment, tower.width())));
            for (LayerMasks layer : tower.layers()) {
                parts.add(open(maskSegment, layer.heads()));
                parts.add(inParts(open(maskSegment, layer.neurons())));
            }
        }
        float[] flat = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, flat, at, part.length);
            at += part.length;
        }
        return flat;
    }

    /**
     * From what has travelled.
     *
     * @throws IllegalArgumentException if it cannot be of this layout
     */
    public static MaskShares of(Layout masked, float[] flat) {
        MaskIndex index = MaskIndex.of(masked);
        Reading reading = new Reading(flat);
        List<TowerShares> towers = Stream.of("image", "text")
                .map(name -> reading.tower(name, name.equals("image") ? index.image() : index.text()))
                .toList();
        if (reading.at != flat.length) {
            throw reading.wrong();
        }
        return new MaskShares(towers);
    }

    private static float[] open(float[] maskSegment, MaskGroup group) {
        float[] open = new float[group.size()];
        for (int i = 0; i < open.length; i++) {
            open[i] = (float) HardConcrete.openProbability(maskSegment[group.from() + i]);
        }
        return open;
    }

    private static float[] inParts(float[] open) {
        float[] sorted = open.clone();
        Arrays.sort(sorted);
        int parts = Math.min(MOST, sorted.length);
        float[] means = new float[parts];
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) part * sorted.length / parts);
            int to = (int) ((part + 1L) * sorted.length / parts);
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += sorted[sorted.length - 1 - i];
            }
            means[part] = (float) (sum / (to - from));
        }
        return means;
    }

    private static final class Reading {
        private final float[] flat;
        private int at;

        Reading(float[] flat) {
            this.flat = flat;
        }

        TowerShares tower(String name, TowerMasks tower) {
            float[] width = take(Math.min(MOST, tower.width().size()));
            List<LayerShares> layers = new ArrayList<>();
            for (LayerMasks layer : tower.layers()) {
                float[] heads = take(layer.heads().size());
                int neurons = layer.neurons().size();
                layers.add(new LayerShares(heads, neurons, take(Math.min(MOST, neurons))));
            }
            return new TowerShares(name, tower.width().size(), width, layers);
        }

        private float[] take(int count) {
            if (at + count > flat.length) {
                throw wrong();
            }
            at += count;
            return Arrays.copyOfRange(flat, at - count, at);
        }

        IllegalArgumentException wrong() {
            return new IllegalArgumentException(
                    "[" + flat.length + "] numbers cannot say how open the masks of this layout are");
        }
    }
}
