package io.tinyclip.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.engine.Buffers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The terms that are softmaxes of the student's logits, for the partitions of one worker in one step.
 *
 * <p>The logits of all images and texts are cut into tiles, block of images by block of texts. A partition needs those of
 * its images with all texts and those of all images with its texts; so each tile is needed twice, by two partitions, which
 * may be one worker's or two's. Always it is the same product of the same arrays at the same place, hence the same bits,
 * and what is made of a row of tiles is added up in their order. So whoever has both partitions computes it once, and
 * nobody can tell. Exponentials are shared alike: a tile's gradient by the logits is the same for images and texts.
 *
 * <p>Logits are kept from the log-sum-exps to the gradients, and gradients from their first use to their second, as far as
 * memory lets them. From any thread: a tile is computed under its own lock, and who holds one waits for nobody.
 */
final class TileLoss {
    private final AffinityKernel kernel;
    private final Grid grid;
    private final TileMemory memory;
    private final NDManager manager;
    private final NDArray scales;
    private final NDArray weights;
    private final NDArray pairs;
    private final int models;
    private final TileBlocks blocks;
    private final Map<Long, Tile> tiles = new ConcurrentHashMap<>();
    private Optional<List<AffinityKernel.Sums>> sums = Optional.empty();

    /**
     * What is compared, and by which weight.
     *
     * @param scales (K) of the student's logits, and of each teacher's that is asked
     * @param weights (K + 1) of the student's softmaxes, each teacher's, the positives
     */
    record Softmaxes(float[] scales, float[] weights) {
        boolean paired() {
            return weights[scales.length] > 0;
        }
    }

    TileLoss(AffinityKernel kernel, GlobalBatch batch, Grid grid, TileMemory memory, Softmaxes softmaxes) {
        this.kernel = kernel;
        this.grid = grid;
        this.memory = memory;
        this.manager = batch.manager();
        this.models = softmaxes.scales.length;
        this.scales = manager.create(softmaxes.scales);
        this.weights = batch.host().create(softmaxes.weights);
        this.pairs = manager.create((float) grid.pairs());
        this.blocks = new TileBlocks(batch, grid, models, softmaxes.paired());
    }

    /** (2 K B): the student's rows and columns, then each teacher's. */
    float[] logSumExps(int partition) {
        int size = grid.partitionSize();
        float[] out = new float[2 * models * size];
        int first = grid.first(partition);
        for (int own = first; own < first + grid.perPartition(); own++) {
            List<NDArray> rows = new ArrayList<>();
            List<NDArray> columns = new ArrayList<>();
            for (int other = 0; other < grid.blocks(); other++) {
                rows.add(sums(own, other).rows());
                columns.add(sums(other, own).columns());
            }
            copy(rows, out, own, 0);
            copy(columns, out, own, size);
        }
        return out;
    }

    private AffinityKernel.Sums sums(int row, int column) {
        Tile tile = tile(row, column);
        synchronized (tile) {
            return tile.sums().orElseGet(() -> {
                NDArray logits = logits(row, column);
                AffinityKernel.Sums made = tile.keep(kernel.tileSums(logits));
                tile.keep(logits);
                return made;
            });
        }
    }

    private void copy(List<NDArray> parts, float[] out, int block, int kind) {
        try (NDArray joined = kernel.join(parts)) {
            float[] values = Buffers.floats(joined);
            int size = grid.to(block) - grid.from(block);
            int to = kind + grid.from(block) % grid.partitionSize();
            for (int model = 0; model < models; model++) {
                System.arraycopy(values, model * size, out, 2 * model * grid.partitionSize() + to, size);
            }
        }
    }

    /** @param logSumExps of each partition, from {@link #logSumExps}. @return arrays of the scope's */
    AffinityKernel.Result gradient(NDManager scope, int partition, List<float[]> logSumExps) {
        List<AffinityKernel.Sums> all = joined(logSumExps);
        NDArray image = scope.zeros(blocks.shape(GlobalBatch.STUDENT_IMAGE));
        NDArray text = scope.zeros(blocks.shape(GlobalBatch.STUDENT_TEXT));
        NDArray total = scope.zeros(new Shape(3), DataType.FLOAT64);
        for (int piece = 0; piece < grid.perPartition(); piece++) {
            int own = grid.first(partition) + piece;
            NDArray ownImage = blocks.piece(image, own);
            NDArray ownText = blocks.piece(text, own);
            for (int other = 0; other < grid.blocks(); other++) {
                NDArray texts = blocks.text(other);
                NDArray images = blocks.image(other);
                use(own, other, true, all, tile -> kernel.addRow(ownImage, total, tile, texts));
                use(other, own, false, all, tile -> kernel.addColumn(ownText, tile, images));
            }
        }
        NDArray scale = scales.get(0);
        AffinityKernel.Result result = kernel.finish(image, text, total, scale, pairs);
        scale.close();
        return result;
    }

    private void use(
            int row, int column, boolean asRow, List<AffinityKernel.Sums> all, Consumer<AffinityKernel.Gradient> what) {
        Tile tile = tile(row, column);
        synchronized (tile) {
            AffinityKernel.Gradient gradient = tile.gradient().orElseGet(() -> {
                try (NDArray logits = tile.takeLogits().orElseGet(() -> logits(row, column))) {
                    AffinityKernel.Sums own = new AffinityKernel.Sums(
                            all.get(row).rows(), all.get(column).columns());
                    return kernel.tileGradient(logits, own, weights, blocks.targets(row, column));
                }
            });
            what.accept(gradient);
            tile.used(gradient, asRow);
        }
    }

    private NDArray logits(int row, int column) {
        return kernel.tile(scales, blocks.images(row), blocks.texts(column));
    }

    private Tile tile(int row, int column) {
        return tiles.computeIfAbsent((long) row * grid.blocks() + column, key -> new Tile(memory));
    }

    /** Of each block, once a step. */
    private synchronized List<AffinityKernel.Sums> joined(List<float[]> logSumExps) {
        if (sums.isEmpty()) {
            sums = Optional.of(blocks.sums(logSumExps));
        }
        return sums.get();
    }

    /** Nothing computes any more. */
    void close() {
        tiles.values().forEach(Tile::giveBack);
        tiles.clear();
    }
}
