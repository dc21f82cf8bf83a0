package io.tinyclip.compute;

import io.tinyclip.model.ModelShape;
import io.tinyclip.random.Counter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Asks a teacher's forward whether the bits of a row depend on its place in a batch or on its companions: every row is embedded
 * in a full batch, at the other end of it, and alone. Each shape of a batch that a run uses is asked about.
 */
final class RowProbe {
    private static final long SEED = 0x726f7773L;
    /** Of normalised pixels. */
    private static final double BOUND = 2;

    private final RowForward forward;

    private RowProbe(RowForward forward) {
        this.forward = forward;
    }

    /** Whose bits depend on more than the row, in words; empty where none do. */
    static Optional<String> dependence(RowForward forward) {
        RowProbe probe = new RowProbe(forward);
        Optional<String> pictures = difference(probe.pictures(), probe::images).map(what -> "pictures: " + what);
        if (pictures.isPresent()) {
            return pictures;
        }
        int longest = forward.shape().text().contextLength();
        TreeSet<Integer> lengths = new TreeSet<>();
        IntStream.rangeClosed(2, longest).forEach(tokens -> lengths.add(forward.length(tokens)));
        for (int length : lengths) {
            Optional<String> texts = difference(probe.texts(length), forward::texts)
                    .map(what -> "texts of " + length + " tokens: " + what);
            if (texts.isPresent()) {
                return texts;
            }
        }
        return Optional.empty();
    }

    static <T> Optional<String> difference(List<T> rows, Function<List<T>, List<float[]>> embed) {
        List<float[]> full = embed.apply(rows);
        List<T> turned = new ArrayList<>(rows);
        Collections.reverse(turned);
        List<float[]> others = new ArrayList<>(embed.apply(turned));
        Collections.reverse(others);
        for (int row = 0; row < full.size(); row++) {
            if (!Arrays.equals(full.get(row), others.get(row))) {
                return Optional.of("row [" + row + "] has other bits at another place");
            }
        }
        int middle = RowForward.ROWS / 2 + 1;
        float[] alone = embed.apply(List.of(rows.get(middle))).get(0);
        return Arrays.equals(full.get(middle), alone)
                ? Optional.empty()
                : Optional.of("row [" + middle + "] has other bits without its companions");
    }

    private List<float[]> images(List<float[]> pictures) {
        FloatBuffer pixels = FloatBuffer.allocate(pictures.size() * pictures.get(0).length);
        pictures.forEach(pixels::put);
        return forward.images(pixels.flip(), pictures.size());
    }

    private List<float[]> pictures() {
        ModelShape shape = forward.shape();
        int side = shape.image().imageSize();
        List<float[]> pictures = new ArrayList<>();
        for (int row = 0; row < RowForward.ROWS; row++) {
            float[] picture = new float[3 * side * side];
            for (int i = 0; i < picture.length; i++) {
                picture[i] = (float) (BOUND * (2 * Counter.uniform(Counter.key(SEED, row), i) - 1));
            }
            pictures.add(picture);
        }
        return pictures;
    }

    /** Of all lengths that are computed in so many tokens. */
    private List<int[]> texts(int length) {
        List<int[]> texts = new ArrayList<>();
        for (int row = 0; row < RowForward.ROWS; row++) {
            int shorter = length - row % RowForward.LENGTH_UNIT;
            int tokens = shorter > 0 && forward.length(shorter) == length ? shorter : length;
            int[] text = new int[tokens];
            for (int i = 0; i < tokens; i++) {
                text[i] = forward.token(Counter.bits(Counter.key(SEED, length, row), i));
            }
            texts.add(text);
        }
        return texts;
    }
}
