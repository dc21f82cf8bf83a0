package io.tinyclip.loss;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

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
 * memory lets them. From any thread: a tile is computed under its own lock, and who holds one waits for nobody; what is made
 * of a row or a column of tiles is under another, whose holder waits for tiles alone.
 */
final class TileLoss {
    private final AffinityKernel kernel;
    private final Grid grid;
    private final TileMemory memory;
    private final TensorScope scope;
    private final Tensor scales;
    private final Tensor scale;
    private final Tensor weights;
    private final Tensor pairs;
    private final int models;
    private final TileBlocks blocks;
    private final Map<Long, Tile> tiles = new ConcurrentHashMap<>();
    private final Map<Integer, Block> made = new ConcurrentHashMap<>();
    private final Once<List<AffinityKernel.Sums>> sums = new Once<>();

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
        this.scope = batch.scope();
        this.models = softmaxes.scales.length;
        this.scales = scope.floats(softmaxes.scales);
        this.scale = scope.scalar(softmaxes.scales[0]);
        this.weights = batch.host().floats(softmaxes.weights);
        this.pairs = scope.scalar((float) grid.pairs());
        this.blocks = new TileBlocks(batch, grid, models, softmaxes.paired());
    }

    /** (2 K B), B the pairs that the partition has: the student's rows and columns, then each teacher's. */
    float[] logSumExps(int partition) {
        float[] out = new float[2 * models * grid.partitionSize(partition)];
        for (Grid.Part part : grid.ofPartition(partition)) {
            Block block = block(part.block());
            inTurn(partition, () -> copy(rows(block), out, part, 0), () -> copy(columns(block), out, part, 1));
        }
        return out;
    }

    /** Two threads that ask for neighbours begin at different ends, so that neither waits for the other's whole work. */
    private static void inTurn(int partition, Runnable rows, Runnable columns) {
        (partition % 2 == 0 ? rows : columns).run();
        (partition % 2 == 0 ? columns : rows).run();
    }

    /** (K, R) of all logits. */
    private float[] rows(Block block) {
        return block.rows.get(() -> joined(other -> sums(block.number, other).rows()));
    }

    /** (K, C) of all logits. */
    private float[] columns(Block block) {
        return block.columns.get(() -> joined(other -> sums(other, block.number).columns()));
    }

    private float[] joined(IntFunction<Tensor> parts) {
        List<Tensor> all = IntStream.range(0, grid.blocks()).mapToObj(parts).toList();
        try (Tensor joined = kernel.join(all)) {
            return joined.floats();
        }
    }

    private void copy(float[] block, float[] out, Grid.Part part, int kind) {
        int size = block.length / models;
        for (int model = 0; model < models; model++) {
            int to = (2 * model + kind) * grid.partitionSize(part.partition()) + part.inPartition();
            System.arraycopy(block, model * size + part.inBlock(), out, to, part.size());
        }
    }

    private AffinityKernel.Sums sums(int row, int column) {
        Tile tile = tile(row, column);
        synchronized (tile) {
            return tile.sums().orElseGet(() -> {
                Tensor logits = logits(row, column);
                AffinityKernel.Sums made = tile.keep(kernel.tileSums(logits));
                tile.keep(logits);
                return made;
            });
        }
    }

    /** @param logSumExps of each partition, from {@link #logSumExps}. @return arrays of the scope's */
    AffinityKernel.Result gradient(TensorScope own, int partition, List<float[]> logSumExps) {
        List<AffinityKernel.Sums> all = sums.get(() -> blocks.sums(logSumExps));
        Total image;
        Tensor text;
        if (grid.joins()) {
            Grid.Part part = grid.ofPartition(partition).get(0);
            Block block = block(part.block());
            inTurn(partition, () -> image(block, all), () -> text(block, all));
            image = image(block, all).of(own, part);
            text = TileBlocks.rows(own, text(block, all), part.inBlock(), part.size());
        } else {
            int size = grid.partitionSize(partition);
            image = zeros(own, size);
            text = own.zeros(blocks.shape(GlobalBatch.STUDENT_TEXT, size));
            for (Grid.Part part : grid.ofPartition(partition)) {
                addRow(part.block(), image.piece(own, part), all);
                addColumn(part.block(), TileBlocks.rows(own, text, part.inPartition(), part.size()), all);
            }
        }
        return kernel.finish(image.image, text, image.sums, scale, pairs);
    }

    /** What a row of tiles adds up to: (R, E), and loss, entropy, d logit scale (3, R). */
    private record Total(Tensor image, Tensor sums) {
        Total of(TensorScope scope, Grid.Part part) {
            return rows(scope, part.inBlock(), part.size());
        }

        Total piece(TensorScope scope, Grid.Part part) {
            return rows(scope, part.inPartition(), part.size());
        }

        private Total rows(TensorScope scope, int from, int size) {
            Tensor ownSums = sums.narrow(scope, 1, from, size);
            return new Total(TileBlocks.rows(scope, image, from, size), ownSums);
        }
    }

    private Total zeros(TensorScope scope, int size) {
        Tensor image = scope.zeros(blocks.shape(GlobalBatch.STUDENT_IMAGE, size));
        return new Total(image, scope.doubles(new double[3 * size], 3, size));
    }

    private Total image(Block block, List<AffinityKernel.Sums> all) {
        return block.image.get(() -> {
            Total total = zeros(scope, grid.size(block.number));
            addRow(block.number, total, all);
            return total;
        });
    }

    private Tensor text(Block block, List<AffinityKernel.Sums> all) {
        return block.text.get(() -> {
            Tensor text = scope.zeros(blocks.shape(GlobalBatch.STUDENT_TEXT, grid.size(block.number)));
            addColumn(block.number, text, all);
            return text;
        });
    }

    private void addRow(int own, Total to, List<AffinityKernel.Sums> all) {
        for (int other = 0; other < grid.blocks(); other++) {
            Tensor text = blocks.text(other);
            use(own, other, true, all, tile -> kernel.addRow(to.image, to.sums, tile, text));
        }
    }

    private void addColumn(int own, Tensor to, List<AffinityKernel.Sums> all) {
        for (int other = 0; other < grid.blocks(); other++) {
            Tensor image = blocks.image(other);
            use(other, own, false, all, tile -> kernel.addColumn(to, tile, image));
        }
    }

    private void use(
            int row, int column, boolean asRow, List<AffinityKernel.Sums> all, Consumer<AffinityKernel.Gradient> what) {
        Tile tile = tile(row, column);
        synchronized (tile) {
            AffinityKernel.Gradient gradient = tile.gradient().orElseGet(() -> {
                try (Tensor logits = tile.takeLogits().orElseGet(() -> logits(row, column))) {
                    AffinityKernel.Sums own = new AffinityKernel.Sums(
                            all.get(row).rows(), all.get(column).columns());
                    return kernel.tileGradient(logits, own, weights, blocks.targets(row, column));
                }
            });
            what.accept(gradient);
            tile.used(gradient, asRow);
        }
    }

    private Tensor logits(int row, int column) {
        return kernel.tile(scales, blocks.images(row), blocks.texts(column));
    }

    private Tile tile(int row, int column) {
        return tiles.computeIfAbsent((long) row * grid.blocks() + column, key -> new Tile(memory));
    }

    private Block block(int number) {
        return made.computeIfAbsent(number, Block::new);
    }

    /** What is made of a block's tiles once a step, for all partitions in it. */
    private static final class Block {
        private final int number;
        private final Once<float[]> rows = new Once<>();
        private final Once<float[]> columns = new Once<>();
        private final Once<Total> image = new Once<>();
        private final Once<Tensor> text = new Once<>();

        Block(int number) {
            this.number = number;
        }
    }

    /** Nothing computes any more. */
    void close() {
        tiles.values().forEach(Tile::giveBack);
        tiles.clear();
    }
}
