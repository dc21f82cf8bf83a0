package io.tinyclip.loss;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.engine.Buffers;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The features of all partitions, side by side: (N, E) each, once a step for all partitions of a worker. */
public final class GlobalBatch implements AutoCloseable {
    /** In the order of {@link PartitionFeatures}: student image, student text, teacher image, teacher text, next teacher's. */
    static final int STUDENT_IMAGE = 0;

    static final int STUDENT_TEXT = 1;
    static final int TEACHER_IMAGE = 2;
    static final int TEACHER_TEXT = 3;

    private final NDManager manager;
    private final int partitionSize;
    private final Positives positives;
    private final List<NDArray> features = new ArrayList<>();
    private Optional<TileLoss> tiles = Optional.empty();

    /**
     * @param manager of nothing else; closed with this
     * @param copies whether features are written on the host and copied to the device then
     */
    public GlobalBatch(
            NDManager manager,
            boolean copies,
            List<PartitionFeatures> partitions,
            int partitionSize,
            Positives positives) {
        this.manager = manager;
        this.positives = positives;
        this.partitionSize = partitionSize;
        List<List<Embedded>> models =
                partitions.stream().map(partition -> partition.all().toList()).toList();
        for (int model = 0; model < models.get(0).size(); model++) {
            int number = model;
            List<Embedded> parts = models.stream().map(all -> all.get(number)).toList();
            features.add(join(copies, parts, Embedded::image));
            features.add(join(copies, parts, Embedded::text));
        }
    }

    private NDArray join(boolean copies, List<Embedded> parts, Function<Embedded, float[]> kind) {
        int embedding = kind.apply(parts.get(0)).length / partitionSize;
        Shape shape = new Shape((long) parts.size() * partitionSize, embedding);
        return Buffers.array(manager, copies, shape, out -> parts.forEach(part -> out.put(kind.apply(part))));
    }

    /** Of what lives as long as this. */
    NDManager manager() {
        return manager;
    }

    /** The same for what is read on the host. */
    NDManager host() {
        return manager.newSubManager(Device.cpu());
    }

    /** What is made of tiles in this step, by whoever asks first. */
    synchronized TileLoss tiles(Supplier<TileLoss> make) {
        if (tiles.isEmpty()) {
            tiles = Optional.of(make.get());
        }
        return tiles.get();
    }

    Positives positives() {
        return positives;
    }

    /** (N, E); lives as long as this. */
    NDArray all(int kind) {
        return features.get(kind);
    }

    /** (B, E): rows of {@link #all}, as an array of the manager's. */
    NDArray own(NDManager scope, int kind, int partition) {
        long from = (long) partition * partitionSize;
        return features.get(kind).get(scope, new NDIndex().addSliceDim(from, from + partitionSize));
    }

    @Override
    public void close() {
        tiles.ifPresent(TileLoss::close);
        manager.close();
    }
}
