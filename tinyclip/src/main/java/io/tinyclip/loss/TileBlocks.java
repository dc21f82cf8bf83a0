package io.tinyclip.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The blocks of a global batch, as arrays that the kernels take. They live as long as it. */
final class TileBlocks {
    private final GlobalBatch batch;
    private final Grid grid;
    private final int models;
    private final List<List<NDArray>> images = new ArrayList<>();
    private final List<List<NDArray>> texts = new ArrayList<>();
    private final List<NDArray> studentImages;
    private final List<NDArray> studentTexts;
    private final List<NDArray> identities;
    private final List<NDArray> counts;
    private final BitSet meetings = new BitSet();
    private final AffinityKernel.Targets nobody;

    /**
     * @param models K
     * @param paired whether anybody asks who is whose positive
     */
    TileBlocks(GlobalBatch batch, Grid grid, int models, boolean paired) {
        this.batch = batch;
        this.grid = grid;
        this.models = models;
        for (int block = 0; block < grid.blocks(); block++) {
            List<NDArray> image = new ArrayList<>();
            List<NDArray> text = new ArrayList<>();
            for (int model = 0; model < models; model++) {
                image.add(AffinityKernel.asImage(cut(batch.all(2 * model), block)));
                text.add(AffinityKernel.asText(cut(batch.all(2 * model + 1), block)));
            }
            images.add(image);
            texts.add(text);
        }
        this.studentImages = cut(batch.all(GlobalBatch.STUDENT_IMAGE));
        this.studentTexts = cut(batch.all(GlobalBatch.STUDENT_TEXT));
        NDArray noIds = batch.manager().create(new Shape(0), DataType.INT64);
        NDArray noCounts = batch.manager().create(new Shape(0), DataType.FLOAT32);
        this.nobody = new AffinityKernel.Targets(noIds, noIds, noCounts, noCounts);
        Positives positives = paired ? batch.positives() : Positives.NONE;
        this.identities = paired ? cut(batch.manager().create(positives.identities())) : List.of();
        this.counts = paired ? cut(batch.manager().create(positives.counts())) : List.of();
        meet(positives.identities());
    }

    private List<NDArray> cut(NDArray all) {
        List<NDArray> cut = new ArrayList<>();
        for (int block = 0; block < grid.blocks(); block++) {
            cut.add(cut(all, block));
        }
        return cut;
    }

    private NDArray cut(NDArray all, int block) {
        return rows(batch.manager(), all, grid.from(block), grid.size(block));
    }

    /** Marks the tiles that have a pair and a positive of it. */
    private void meet(long[] ids) {
        Map<Long, BitSet> where = new HashMap<>();
        for (int block = 0; block < grid.blocks() && ids.length > 0; block++) {
            for (int pair = grid.from(block); pair < grid.to(block); pair++) {
                where.computeIfAbsent(ids[pair], id -> new BitSet()).set(block);
            }
        }
        for (BitSet blocks : where.values()) {
            blocks.stream().forEach(row -> blocks.stream().forEach(column -> meetings.set(tile(row, column))));
        }
    }

    private int tile(int row, int column) {
        return row * grid.blocks() + column;
    }

    /** (size, E) as the features of so many pairs are. */
    Shape shape(int kind, int size) {
        return new Shape(size, batch.all(kind).size(1));
    }

    /** So many rows of an array (., E), as one of the scope's. */
    static NDArray rows(NDManager scope, NDArray all, int from, int size) {
        return all.get(scope, new NDIndex().addSliceDim(from, from + size));
    }

    /** (R, E) of each model. */
    List<NDArray> images(int block) {
        return images.get(block);
    }

    /** (C, E) of each model. */
    List<NDArray> texts(int block) {
        return texts.get(block);
    }

    /** (R, E) of the student. */
    NDArray image(int block) {
        return studentImages.get(block);
    }

    /** (C, E) of the student. */
    NDArray text(int block) {
        return studentTexts.get(block);
    }

    /** Arrays (0) where nobody in the tile is another's positive. */
    AffinityKernel.Targets targets(int row, int column) {
        if (!meetings.get(tile(row, column))) {
            return nobody;
        }
        return new AffinityKernel.Targets(
                identities.get(row), identities.get(column), counts.get(row), counts.get(column));
    }

    /** Each block's, of the partitions' log-sum-exps (2 K B): rows (K, R) and columns (K, C). */
    List<AffinityKernel.Sums> sums(List<float[]> partitions) {
        List<AffinityKernel.Sums> sums = new ArrayList<>();
        for (int block = 0; block < grid.blocks(); block++) {
            sums.add(new AffinityKernel.Sums(sums(partitions, block, 0), sums(partitions, block, 1)));
        }
        return sums;
    }

    private NDArray sums(List<float[]> partitions, int block, int kind) {
        int size = grid.size(block);
        float[] values = new float[models * size];
        for (Grid.Part part : grid.ofBlock(block)) {
            for (int model = 0; model < models; model++) {
                int from = (2 * model + kind) * grid.partitionSize(part.partition()) + part.inPartition();
                float[] partition = partitions.get(part.partition());
                System.arraycopy(partition, from, values, model * size + part.inBlock(), part.size());
            }
        }
        return batch.manager().create(values, new Shape(models, size));
    }
}
