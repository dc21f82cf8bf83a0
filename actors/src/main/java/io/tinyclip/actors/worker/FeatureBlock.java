package io.tinyclip.actors.worker;

import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A partition's features as one array for the data plane: student image, student text, and alike of each teacher. Where places
 * are empty, a flag for each place up to the last of them follows, 1 where it is empty: a number that any rounding leaves as
 * it is.
 */
public final class FeatureBlock {
    private static final float EMPTY = 1;

    private FeatureBlock() {}

    /** Floats of each model's image features, as many as of its text features; the student's first. */
    public static List<Integer> floats(PartitionFeatures features) {
        return features.all().map(model -> model.image().length).toList();
    }

    public static float[] join(PartitionFeatures features) {
        List<Integer> empty = features.empty();
        int flags = length(floats(features));
        float[] block = new float[flags + (empty.isEmpty() ? 0 : empty.get(empty.size() - 1) + 1)];
        int to = 0;
        for (Embedded model : features.all().toList()) {
            int floats = model.image().length;
            System.arraycopy(model.image(), 0, block, to, floats);
            System.arraycopy(model.text(), 0, block, to + floats, floats);
            to += 2 * floats;
        }
        empty.forEach(place -> block[flags + place] = EMPTY);
        return block;
    }

    /**
     * @param floats as {@link #floats} had them when it was joined
     * @throws IllegalArgumentException if the block is not of so many, and flags behind them
     */
    static PartitionFeatures split(float[] block, List<Integer> floats) {
        int flags = length(floats);
        boolean flagged = flags < block.length && block[block.length - 1] == EMPTY;
        if (floats.isEmpty() || flags != block.length && !flagged) {
            throw new IllegalArgumentException(
                    "a block of [" + block.length + "] floats is not image and text features of " + floats);
        }
        List<Embedded> models = new ArrayList<>();
        int from = 0;
        for (int each : floats) {
            float[] image = Arrays.copyOfRange(block, from, from + each);
            models.add(new Embedded(image, Arrays.copyOfRange(block, from + each, from + 2 * each)));
            from += 2 * each;
        }
        List<Integer> empty = IntStream.range(flags, block.length)
                .filter(at -> block[at] == EMPTY)
                .mapToObj(at -> at - flags)
                .toList();
        return new PartitionFeatures(models.get(0), models.subList(1, models.size()), empty);
    }

    private static int length(List<Integer> floats) {
        return floats.stream().mapToInt(each -> 2 * each).sum();
    }
}
