package io.tinyclip.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Inner products of many vectors with many others. Each is added up in float in the order of the channels, whatever the
 * block or thread it falls into, so the bits are the same everywhere.
 */
final class Products {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final int ROW_BLOCK = 32;

    /** Columns whose vectors stay in the second-level cache while the rows of a block pass by. */
    private static final int COLUMN_BLOCK = 512;

    /**
     * Channels that one pass over a row's sums adds; a single store a pass lets the compiler use vector instructions.
     */
    private static final int CHANNELS_AT_A_TIME = 4;

    /** Channel by channel, so that the innermost loop runs over columns; padded with channels of zeros. */
    private final float[] transposed;

    private final int columns;
    private final int channels;

    /** @param right (columns, channels) row-major */
    Products(float[] right, int columns, int channels) {
        if (right.length != columns * channels) {
            throw new IllegalArgumentException(right.length + " values for " + columns + " x " + channels);
        }
        this.columns = columns;
        this.channels = channels;
        int padded = (channels + CHANNELS_AT_A_TIME - 1) / CHANNELS_AT_A_TIME * CHANNELS_AT_A_TIME;
        this.transposed = new float[columns * padded];
        for (int column = 0; column < columns; column++) {
            for (int c = 0; c < channels; c++) {
                transposed[c * columns + column] = right[column * channels + c];
            }
        }
    }

    /** Takes the products of one left vector with all right ones. */
    @FunctionalInterface
    interface RowConsumer {
        /**
         * @param products (columns,); not used again afterwards; calls come from several threads, in any order of rows
         */
        void accept(int row, float[] products);
    }

    /** @param left (rows, channels) row-major */
    void forEachRow(float[] left, RowConsumer consumer) {
        int rows = left.length / channels;
        inParallel((rows + ROW_BLOCK - 1) / ROW_BLOCK, block -> () -> {
            int first = block * ROW_BLOCK;
            float[][] sums = new float[Math.min(ROW_BLOCK, rows - first)][columns];
            for (int from = 0; from < columns; from += COLUMN_BLOCK) {
                for (int r = 0; r < sums.length; r++) {
                    fill(left, (first + r) * channels, sums[r], from);
                }
            }
            for (int r = 0; r < sums.length; r++) {
                consumer.accept(first + r, sums[r]);
            }
        });
    }

    /** One row's products with one block of columns. */
    private void fill(float[] left, int row, float[] sums, int from) {
        int to = Math.min(columns, from + COLUMN_BLOCK);
        for (int c = 0; c < channels; c += CHANNELS_AT_A_TIME) {
            float[] scales = new float[CHANNELS_AT_A_TIME];
            System.arraycopy(left, row + c, scales, 0, Math.min(CHANNELS_AT_A_TIME, channels - c));
            addScaled(sums, scales, c * columns, from, to);
        }
    }

    private void addScaled(float[] sums, float[] scales, int channel, int from, int to) {
        float[] right = transposed;
        int second = channel + columns;
        int third = second + columns;
        int fourth = third + columns;
        float a = scales[0];
        float b = scales[1];
        float c = scales[2];
        float d = scales[3];
        for (int i = from; i < to; i++) {
            sums[i] = sums[i]
                    + a * right[channel + i]
                    + b * right[second + i]
                    + c * right[third + i]
                    + d * right[fourth + i];
        }
    }

    private static void inParallel(int count, IntFunction<Runnable> work) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(threads.submit(work.apply(i)));
            }
            for (Future<?> future : running) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while multiplying", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
