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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every term, and sums of them, over partitions of any number against plain Java. */
final class LossTermsTest {
    private static final int PAIRS = 8;
    private static final int EMBEDDING = 5;
    private static final int WIDER = 7;
    private static final int NARROWER = 3;
    private static final double SCALE = 7;
    private static final double TOLERANCE = 2e-6;

    /** Two pairs of one name, in different partitions. */
    /** Another logit scale than the first teacher's, and twice its weight. */
    private static final LossPlan.FurtherTeacher TWICE = new LossPlan.FurtherTeacher(7, 2);

    private static final long[] IDENTITIES = {4, 5, 6, 7, 8, 9, 5, 11};

    private final TensorScope manager = Torch.newScope();
    private final AffinityKernel kernel = AffinityKernel.compile(manager);

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<LossPlan> plans() {
        return Stream.of(
                LossPlan.AFFINITY,
                LossPlan.CONTRASTIVE,
                new LossPlan(0, 0, 1, 0),
                new LossPlan(0, 0, 0, 1),
                new LossPlan(0.75, 0.25, 0, 0),
                new LossPlan(1, 0.5, 3, 0.75),
                new LossPlan(1, 0, 0, 0, List.of(TWICE)),
                new LossPlan(0.75, 0.5, 2, 0.25, List.of(TWICE, new LossPlan.FurtherTeacher(1.5, 0.25))));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void partitionsOfAnyNumberAddUpToTheLossOfTheWholeBatch(LossPlan plan) {
        LossReference reference = LossReference.of(features(1), IDENTITIES, SCALE);
        for (int partitions = 1; partitions <= PAIRS; partitions *= 2) {
            double loss = 0;
            double entropy = 0;
            for (AffinityKernel.Result part : results(plan, partitions)) {
                loss += part.sums().floats()[0];
                entropy += part.sums().floats()[1];
            }
            assertEquals(reference.loss(plan), loss, TOLERANCE * reference.loss(plan), partitions + " partitions");
            assertEquals(reference.entropy(plan), entropy, TOLERANCE * reference.loss(plan));
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void cotangentsOfAnyPartitionsAreThoseOfTheWholeBatch(LossPlan plan) {
        LossReference reference = LossReference.of(features(1), IDENTITIES, SCALE);
        for (int partitions = 1; partitions <= PAIRS; partitions *= 2) {
            List<AffinityKernel.Result> results = results(plan, partitions);
            int rows = PAIRS / partitions;
            for (int pair = 0; pair < PAIRS; pair++) {
                AffinityKernel.Result own = results.get(pair / rows);
                for (int e = 0; e < EMBEDDING; e++) {
                    int at = pair % rows * EMBEDDING + e;
                    String where = partitions + " partitions, pair " + pair;
                    double image = reference.derivative(plan, GlobalBatch.STUDENT_IMAGE, pair, e);
                    double text = reference.derivative(plan, GlobalBatch.STUDENT_TEXT, pair, e);
                    assertEquals(image, own.dImage().floats()[at], TOLERANCE, where);
                    assertEquals(text, own.dText().floats()[at], TOLERANCE, where);
                }
            }
        }
    }

    private List<AffinityKernel.Result> results(LossPlan plan, int partitions) {
        int size = PAIRS / partitions;
        LossCompute compute = new LossCompute(kernel, plan, size, SCALE, new LossCompute.Tiling(3, TileMemory.ALL));
        GlobalBatch batch =
                new GlobalBatch(manager.newScope(), false, features(partitions), size, Positives.of(IDENTITIES));
        List<LossCompute.Place> places = new ArrayList<>();
        List<float[]> sums = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            places.add(new LossCompute.Place(manager, batch, p, OptionalDouble.empty()));
            sums.add(compute.logSumExps(places.get(p)));
            assertEquals(plan.logSumExps() * size, sums.get(p).length);
        }
        return places.stream().map(place -> compute.loss(place, sums)).toList();
    }

    private static List<PartitionFeatures> features(int partitions) {
        List<PartitionFeatures> features = new ArrayList<>();
        int size = PAIRS / partitions * EMBEDDING;
        for (int p = 0; p < partitions; p++) {
            features.add(new PartitionFeatures(
                    embedded(0, p, size),
                    List.of(
                            embedded(2, p, size),
                            embedded(4, p, size / EMBEDDING * WIDER),
                            embedded(6, p, size / EMBEDDING * NARROWER))));
        }
        return features;
    }

    private static Embedded embedded(int kind, int partition, int size) {
        return new Embedded(values(kind, partition, size), values(kind + 1, partition, size));
    }

    private static float[] values(int kind, int partition, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (0.4 * Counter.normal(kind, partition * size + i));
        }
        return values;
    }
}
