package io.tinyclip.loss;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
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
    private final List<List<Tensor>> images = new ArrayList<>();
    private final List<List<Tensor>> texts = new ArrayList<>();
    private final List<Tensor> studentImages;
    private final List<Tensor> studentTexts;
    private final List<Tensor> identities;
    private final List<Tensor> counts;
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
            List<Tensor> image = new ArrayList<>();
            List<Tensor> text = new ArrayList<>();
            for (int model = 0; model < models; model++) {
                image.add(cut(batch.all(2 * model), block));
                text.add(cut(batch.all(2 * model + 1), block));
            }
            images.add(image);
            texts.add(text);
        }
        this.studentImages = cut(batch.all(GlobalBatch.STUDENT_IMAGE));
        this.studentTexts = cut(batch.all(GlobalBatch.STUDENT_TEXT));
        Tensor noIds = batch.scope().longs(new long[0]);
        Tensor noCounts = batch.scope().floats(new float[0]);
        this.nobody = new AffinityKernel.Targets(noIds, noIds, noCounts, noCounts);
        Positives positives = paired ? batch.positives() : Positives.NONE;
        this.identities = paired ? cut(batch.scope().longs(positives.identities())) : List.of();
        this.counts = paired ? cut(batch.scope().floats(positives.counts())) : List.of();
        meet(positives.identities());
    }

    private List<Tensor> cut(Tensor all) {
        List<Tensor> cut = new ArrayList<>();
        for (int block = 0; block < grid.blocks(); block++) {
            cut.add(cut(all, block));
        }
        return cut;
    }

    private Tensor cut(Tensor all, int block) {
        return rows(batch.scope(), all, grid.from(block), grid.size(block));
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
    long[] shape(int kind, int size) {
        return new long[] {size, batch.all(kind).shape()[1]};
    }

    /** So many rows of an array (., E), as one of the scope's. */
    static Tensor rows(TensorScope scope, Tensor all, int from, int size) {
        return all.narrow(scope, 0, from, size);
    }

    /** (R, E) of each model. */
    List<Tensor> images(int block) {
        return images.get(block);
    }

    /** (C, E) of each model. */
    List<Tensor> texts(int block) {
        return texts.get(block);
    }

    /** (R, E) of the student. */
    Tensor image(int block) {
        return studentImages.get(block);
    }

    /** (C, E) of the student. */
    Tensor text(int block) {
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

    private Tensor sums(List<float[]> partitions, int block, int kind) {
        int size = grid.size(block);
        float[] values = new float[models * size];
        for (Grid.Part part : grid.ofBlock(block)) {
            for (int model = 0; model < models; model++) {
                int from = (2 * model + kind) * grid.partitionSize(part.partition()) + part.inPartition();
                float[] partition = partitions.get(part.partition());
                System.arraycopy(partition, from, values, model * size + part.inBlock(), part.size());
            }
        }
        return batch.scope().floats(values, models, size);
    }
}
