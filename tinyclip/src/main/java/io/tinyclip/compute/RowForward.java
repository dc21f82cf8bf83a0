package io.tinyclip.compute;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.hash.Sha256;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.KernelSource;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TokenRows;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A teacher's forward of pictures and texts in batches of one shape, whatever is asked: pictures by {@value #ROWS}, and texts by as
 * many and in a length that depends on the text alone. What is missing in a batch is zeros. So the embedding of a row depends on
 * the row alone, where a kernel's rows do not depend on their places and companions; {@link RowProbe} tells whether they do.
 */
final class RowForward {
    /** B of every batch. */
    static final int ROWS = 32;

    /** L is a multiple of this, or the longest. */
    static final int LENGTH_UNIT = 16;

    private final TensorScope home;
    private final Source source;
    private final ClipKernel kernel;
    private final Tensor weights;

    /**
     * Who is asked.
     *
     * @param rows of the teacher's token table, where it has not all
     */
    record Source(Teacher teacher, TokenRows rows, Precision precision, ComputeDevice device) {
        ModelShape shape() {
            return teacher.layout().shape();
        }

        private int row(int token) {
            return teacher.layout().tokenRows() == rows.vocabulary() ? token : rows.row(token);
        }
    }

    /** @param home owns the kernel and, on a GPU, a copy of the weights */
    RowForward(TensorScope home, Source source) {
        Layout layout = source.teacher.layout();
        this.home = home;
        this.source = source;
        this.kernel = ClipKernel.compile(home, layout, source.precision);
        this.weights = home.over(source.teacher.vector().bytes(), layout.size());
    }

    /** SHA-256, in hex, of the source of a teacher's kernel. */
    static String kernelHash(Layout layout, Precision precision, boolean gpu) {
        return Sha256.hex(KernelSource.of(layout, precision, gpu).getBytes(StandardCharsets.UTF_8));
    }

    ModelShape shape() {
        return source.shape();
    }

    /** Any token of those that the teacher knows, by random bits. */
    int token(long bits) {
        return source.rows.token((int) Long.remainderUnsigned(bits, source.rows.rows()));
    }

    /** In how many tokens a text of so many is computed. */
    int length(int tokens) {
        int above = (tokens + LENGTH_UNIT - 1) / LENGTH_UNIT * LENGTH_UNIT;
        return Math.min(above, source.shape().text().contextLength());
    }

    /**
     * Embeds pictures.
     *
     * @param pixels (count, 3, S, S), which are taken
     * @return (E) of each
     */
    List<float[]> images(FloatBuffer pixels, int count) {
        Torch.gradients(false);
        int side = source.shape().image().imageSize();
        long[] shape = {ROWS, 3, side, side};
        int floats = 3 * side * side;
        List<float[]> embedded = new ArrayList<>(count);
        for (int from = 0; from < count; from += ROWS) {
            int here = Math.min(ROWS, count - from);
            try (TensorScope scope = home.newScope()) {
                Tensor batch = scope.written(
                        source.device.copies(),
                        out -> {
                            FloatBuffer part = pixels.slice(pixels.position(), here * floats);
                            pixels.position(pixels.position() + here * floats);
                            out.put(part);
                            out.put(new float[out.remaining()]);
                        },
                        shape);
                addRows(kernel.image(weights, batch).floats(), here, embedded);
            }
        }
        return embedded;
    }

    /**
     * Embeds texts.
     *
     * @param texts tokens of each, start and end token included
     * @return (E) of each
     */
    List<float[]> texts(List<int[]> texts) {
        Torch.gradients(false);
        SortedMap<Integer, List<Integer>> byLength = new TreeMap<>();
        for (int i = 0; i < texts.size(); i++) {
            byLength.computeIfAbsent(length(texts.get(i).length), none -> new ArrayList<>())
                    .add(i);
        }
        float[][] embedded = new float[texts.size()][];
        byLength.forEach((length, places) -> {
            for (int from = 0; from < places.size(); from += ROWS) {
                List<Integer> here = places.subList(from, Math.min(places.size(), from + ROWS));
                List<float[]> rows = batch(here.stream().map(texts::get).toList(), length);
                for (int i = 0; i < here.size(); i++) {
                    embedded[here.get(i)] = rows.get(i);
                }
            }
        });
        return Arrays.asList(embedded);
    }

    private List<float[]> batch(List<int[]> texts, int length) {
        long[] tokens = new long[ROWS * length];
        long[] ends = new long[ROWS];
        for (int i = 0; i < texts.size(); i++) {
            int[] text = texts.get(i);
            for (int j = 0; j < text.length; j++) {
                tokens[i * length + j] = source.row(text[j]);
            }
            ends[i] = text.length - 1L;
        }
        List<float[]> rows = new ArrayList<>();
        try (TensorScope scope = home.newScope()) {
            Tensor in = scope.longs(tokens, ROWS, length);
            addRows(kernel.text(weights, in, scope.longs(ends)).floats(), texts.size(), rows);
        }
        return rows;
    }

    private static void addRows(float[] batch, int count, List<float[]> to) {
        int width = batch.length / ROWS;
        for (int row = 0; row < count; row++) {
            to.add(Arrays.copyOfRange(batch, row * width, (row + 1) * width));
        }
    }
}
