package io.tinyclip.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.random.Counter;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loss of a batch with empty places is that of the smaller batch, by its definition and by finite differences. */
class EmptyPlacesLossTest {
    private static final int PLACES = 16;
    private static final int EMBEDDING = 3;
    private static final double SCALE = 3;
    private static final double TOLERANCE = 2e-6;

    private static TensorScope manager;
    private static AffinityKernel kernel;

    /** @param side of a tile at most: below a partition's size, and above it */
    record Case(LossPlan plan, int partitions, int side, List<Integer> empty) {}

    @BeforeAll
    static void compile() {
        manager = Torch.newScope();
        kernel = AffinityKernel.compile(manager);
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    static Stream<Case> cases() {
        List<LossPlan> plans = List.of(
                LossPlan.AFFINITY, LossPlan.CONTRASTIVE, new LossPlan(0, 0, 1, 0), new LossPlan(0.75, 0.5, 2, 0.25));
        List<List<Integer>> empties = List.of(
                List.of(5),
                List.of(0, 3, 8, 15),
                List.of(4, 5, 6, 7, 9), // of four partitions, the second whole
                List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13));
        return plans.stream().flatMap(plan -> empties.stream()
                .flatMap(empty -> Stream.of(
                        new Case(plan, 4, 3, empty), new Case(plan, 4, 64, empty), new Case(plan, 1, 3, empty))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheLossOfTheSmallerBatch(Case it) {
        List<Integer> present = present(it, 0, PLACES);
        long[] identities = present.stream().mapToLong(place -> place / 3).toArray();
        LossReference reference = LossReference.of(
                List.of(new PartitionFeatures(embedded(0, present), List.of(embedded(2, present)))), identities, SCALE);
        double loss = 0;
        double entropy = 0;
        int pair = 0;
        for (AffinityKernel.Result part : results(it)) {
            loss += part.sums().floats()[0];
            entropy += part.sums().floats()[1];
            float[] image = part.dImage().floats();
            float[] text = part.dText().floats();
            for (int row = 0; row < image.length / EMBEDDING; row++, pair++) {
                for (int e = 0; e < EMBEDDING; e++) {
                    String where = it + ", pair " + present.get(pair);
                    double byImage = reference.derivative(it.plan, GlobalBatch.STUDENT_IMAGE, pair, e);
                    double byText = reference.derivative(it.plan, GlobalBatch.STUDENT_TEXT, pair, e);
                    assertEquals(byImage, image[row * EMBEDDING + e], TOLERANCE, where);
                    assertEquals(byText, text[row * EMBEDDING + e], TOLERANCE, where);
                }
            }
        }
        assertEquals(present.size(), pair);
        assertEquals(reference.loss(it.plan), loss, TOLERANCE * (1 + reference.loss(it.plan)), it.toString());
        assertEquals(reference.entropy(it.plan), entropy, TOLERANCE * (1 + reference.loss(it.plan)));
    }

    /** Of the partitions that have a pair. */
    private static List<AffinityKernel.Result> results(Case it) {
        int size = PLACES / it.partitions;
        List<PartitionFeatures> features = features(it);
        long[] identities =
                IntStream.range(0, PLACES).mapToLong(place -> place / 3).toArray();
        LossCompute compute =
                new LossCompute(kernel, it.plan, size, SCALE, new LossCompute.Tiling(it.side, TileMemory.ALL));
        GlobalBatch batch =
                new GlobalBatch(manager.newScope(), false, features, size, Positives.of(identities, features));
        List<LossCompute.Place> places = new ArrayList<>();
        List<float[]> sums = new ArrayList<>();
        for (int p = 0; p < it.partitions; p++) {
            LossCompute.Place place = new LossCompute.Place(manager, batch, p, OptionalDouble.empty());
            boolean any = features.get(p).pairs(size) > 0;
            sums.add(any ? compute.logSumExps(place) : new float[0]);
            if (any) {
                places.add(place);
            }
        }
        return places.stream().map(place -> compute.loss(place, sums)).toList();
    }

    private static List<PartitionFeatures> features(Case it) {
        int size = PLACES / it.partitions;
        List<PartitionFeatures> features = new ArrayList<>();
        for (int p = 0; p < it.partitions; p++) {
            int first = p * size;
            List<Integer> present = present(it, first, first + size);
            List<Integer> empty = it.empty.stream()
                    .filter(place -> place >= first && place < first + size)
                    .map(place -> place - first)
                    .toList();
            features.add(new PartitionFeatures(embedded(0, present), List.of(embedded(2, present)), empty));
        }
        return features;
    }

    private static List<Integer> present(Case it, int from, int to) {
        return IntStream.range(from, to)
                .filter(place -> !it.empty.contains(place))
                .boxed()
                .toList();
    }

    private static Embedded embedded(int kind, List<Integer> places) {
        return new Embedded(values(kind, places), values(kind + 1, places));
    }

    private static float[] values(int kind, List<Integer> places) {
        float[] values = new float[places.size() * EMBEDDING];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.4 * Counter.normal(kind, places.get(i / EMBEDDING) * EMBEDDING + i % EMBEDDING));
        }
        return values;
    }
}
