package io.tinyclip.loss;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The features of all partitions, side by side: (N, E) each, once a step for all partitions of a worker. N are the pairs that
 * the partitions have: of an empty place there is neither row nor column.
 */
public final class GlobalBatch implements AutoCloseable {
    /** In the order of {@link PartitionFeatures}: student image, student text, teacher image, teacher text, next teacher's. */
    static final int STUDENT_IMAGE = 0;

    static final int STUDENT_TEXT = 1;
    static final int TEACHER_IMAGE = 2;
    static final int TEACHER_TEXT = 3;

    private final TensorScope scope;
    /** (V + 1) each partition's first pair, and the number of pairs. */
    private final int[] starts;

    private final Positives positives;
    private final List<Tensor> features = new ArrayList<>();
    private Optional<TileLoss> tiles = Optional.empty();

    /**
     * @param scope of nothing else; closed with this
     * @param copies whether features are written on the host and copied to the device then
     * @param partitions that have at least one pair among them
     * @param partitionSize places of a partition
     * @param positives of the pairs that they have
     */
    public GlobalBatch(
            TensorScope scope,
            boolean copies,
            List<PartitionFeatures> partitions,
            int partitionSize,
            Positives positives) {
        this.scope = scope;
        this.positives = positives;
        this.starts = new int[partitions.size() + 1];
        for (int p = 0; p < partitions.size(); p++) {
            starts[p + 1] = starts[p] + partitions.get(p).pairs(partitionSize);
        }
        List<List<Embedded>> models =
                partitions.stream().map(partition -> partition.all().toList()).toList();
        for (int model = 0; model < models.get(0).size(); model++) {
            int number = model;
            List<Embedded> parts = models.stream().map(all -> all.get(number)).toList();
            features.add(join(copies, parts, Embedded::image));
            features.add(join(copies, parts, Embedded::text));
        }
    }

    private Tensor join(boolean copies, List<Embedded> parts, Function<Embedded, float[]> kind) {
        int pairs = from(parts.size());
        int floats = parts.stream().mapToInt(part -> kind.apply(part).length).sum();
        return scope.written(copies, out -> parts.forEach(part -> out.put(kind.apply(part))), pairs, floats / pairs);
    }

    /** Of what lives as long as this. */
    TensorScope scope() {
        return scope;
    }

    /** The same for what is read on the host. */
    TensorScope host() {
        return scope.newHostScope();
    }

    /** What is made of tiles in this step, by whoever asks first. */
    synchronized TileLoss tiles(Supplier<TileLoss> make) {
        if (tiles.isEmpty()) {
            tiles = Optional.of(make.get());
        }
        return tiles.get();
    }

    /** (V) pairs that each partition has. */
    int[] sizes() {
        return IntStream.range(0, starts.length - 1)
                .map(p -> from(p + 1) - from(p))
                .toArray();
    }

    /** A partition's first pair; of the one after the last, the number of pairs. */
    int from(int partition) {
        return starts[partition];
    }

    Positives positives() {
        return positives;
    }

    /** (N, E); lives as long as this. */
    Tensor all(int kind) {
        return features.get(kind);
    }

    /** (B, E): rows of {@link #all}, as a tensor of the scope's. */
    Tensor own(TensorScope scope, int kind, int partition) {
        return features.get(kind).narrow(scope, 0, from(partition), from(partition + 1) - from(partition));
    }

    @Override
    public void close() {
        tiles.ifPresent(TileLoss::close);
        scope.close();
    }
}
