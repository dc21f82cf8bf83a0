package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VectorPool;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.random.Counter;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.Gradient;
import io.tinyclip.step.GradientSums;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import io.tinyclip.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ClipComputeTest {
    private static final int BATCH = 16;
    /** Steps after which the data recurs: 40 pairs make two steps a pass, and there are three views. */
    private static final int PERIOD = 6;

    private static final long STUDENT = 3;
    private static final long TEACHER = 4;

    private final RandomPairs data = new RandomPairs();
    private final TokenRows rows = data.rows(8);
    private final LayerShape layer = new LayerShape(2, 24);
    private final ModelShape shape = new ModelShape(
            8,
            Activation.GELU,
            new VisionTransformer(8, 4, 12, 4, List.of(layer, layer)),
            new TextTower(8, Tokenizer.clip().vocabulary(), 8, 4, List.of(layer)));
    private final Layout plain = Layout.of(shape, rows.rows(), false, false);
    private final Layout masked = Layout.of(shape, rows.rows(), true, false);
    private final Cursor inherit = new Cursor(0, Phase.INHERIT, 1);
    private final Cursor distill = new Cursor(0, Phase.DISTILL, 1);

    /** A step's gradient, loss and entropy. */
    private record Step(float[] gradient, double loss, double entropy) {}

    @Test
    void gradientIsThatOfTheWholeBatchHoweverItIsCut() {
        Step whole = step(compute(1, Hold.ON), distill, plain, 1);
        for (int partitions : new int[] {2, 4, 8}) {
            Step cut = step(compute(partitions, Hold.ON), distill, plain, partitions);
            double difference = 0;
            for (int i = 0; i < plain.size(); i++) {
                difference = Math.max(difference, Math.abs(whole.gradient[i] - cut.gradient[i]));
            }
            assertEquals(0, difference, 1e-5 * largest(whole.gradient), partitions + " partitions");
            assertEquals(whole.loss, cut.loss, 1e-6 * whole.loss);
            assertEquals(whole.entropy, cut.entropy, 1e-5);
        }
    }

    @Test
    void holdingAndRecomputingGiveTheSameBits() {
        for (Layout layout : List.of(plain, masked)) {
            Cursor cursor = layout.masked() ? inherit : distill;
            assertSame(step(compute(4, Hold.ON), cursor, layout, 4), step(compute(4, Hold.OFF), cursor, layout, 4));
        }
    }

    @Test
    void oneAndTwoThreadsGiveTheSameBits() throws Exception {
        Step alone = step(compute(4, Hold.ON), distill, plain, 4);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (StepCompute compute = compute(4, Hold.ON)) {
            compute.install(distill, plain, vector(plain));
            List<Future<PartitionFeatures>> features = new ArrayList<>();
            for (int p = 0; p < 4; p++) {
                int partition = p;
                features.add(pool.submit(() -> compute.features(distill, partition)));
            }
            List<PartitionFeatures> all = new ArrayList<>();
            for (Future<PartitionFeatures> future : features) {
                all.add(future.get());
            }
            List<float[]> sums = sums(compute, distill, all);
            List<Future<Contribution>> parts = new ArrayList<>();
            for (int p = 0; p < 4; p++) {
                int partition = p;
                parts.add(pool.submit(() -> compute.gradient(distill, partition, all, sums)));
            }
            List<Contribution> contributions = new ArrayList<>();
            for (Future<Contribution> part : parts) {
                contributions.add(part.get());
            }
            assertSame(alone, total(contributions));
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void copyingToTheDeviceAndBackGivesTheSameBitsAtEveryInstall() {
        ComputeDevice copying = new ComputeDevice(OptionalInt.empty(), true);
        try (StepCompute inPlace = compute(4, Hold.ON);
                StepCompute copies = compute(4, Hold.ON, copying)) {
            FloatVector other = FloatVector.of(Initialization.random(plain, TEACHER + 1));
            for (FloatVector vector : List.of(vector(plain), other, vector(plain))) {
                assertSame(step(inPlace, distill, plain, 4, vector), step(copies, distill, plain, 4, vector));
            }
            assertSame(step(inPlace, inherit, masked, 4), step(copies, inherit, masked, 4));
        }
    }

    @Test
    void keptTeacherEmbeddingsGiveTheSameBitsAsFreshOnes() {
        StepCompute compute = compute(4, Hold.ON);
        Step fresh = step(compute, distill, plain, 4);
        assertSame(fresh, step(compute, distill, plain, 4));
    }

    @Test
    void whatIsPreparedAheadOfTheWeightsGivesTheSameBits() throws Exception {
        Step expected = step(compute(4, Hold.ON), distill, plain, 4);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (StepCompute compute = compute(4, Hold.ON)) {
            Cursor before = new Cursor(0, Phase.DISTILL, 0);
            step(compute, before, plain, 4);
            compute.prepare(before, 3);
            List<Future<?>> preparing = new ArrayList<>();
            for (int p = 0; p < 4; p++) {
                int partition = p;
                preparing.add(pool.submit(() -> compute.prepare(distill, partition)));
            }
            assertSame(expected, step(compute, distill, plain, 4));
            for (Future<?> each : preparing) {
                each.get();
            }
            assertSame(expected, step(compute, distill, plain, 4));
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void partitionTakenOverFromAnotherWorkerHasTheSameGradient() {
        StepCompute first = compute(4, Hold.ON);
        Step expected = step(first, distill, plain, 4);
        first.install(distill, plain, vector(plain));
        StepCompute second = compute(4, Hold.ON);
        second.install(distill, plain, vector(plain));
        List<PartitionFeatures> all = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            all.add(first.features(distill, p));
        }
        List<float[]> sums = sums(first, distill, all);
        List<Contribution> contributions = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            contributions.add((p % 2 == 0 ? first : second).gradient(distill, p, all, sums));
        }
        assertSame(expected, total(contributions));
    }

    @Test
    void workersOfOneProcessShareTheLossAndAnyOfThemMayEndFirst() {
        GraphBudget budget = new GraphBudget(Hold.AUTO, 1 << 20);
        Step expected = step(compute(4, Hold.ON), distill, plain, 4);
        StepCompute first = compute(4, budget, ComputeDevice.CPU);
        try (StepCompute second = compute(4, budget, ComputeDevice.CPU)) {
            List<StepCompute> workers = List.of(first, second);
            workers.forEach(worker -> worker.install(distill, plain, vector(plain)));
            List<PartitionFeatures> all = new ArrayList<>();
            for (int p = 0; p < 4; p++) {
                all.add(workers.get(p % 2).features(distill, p));
            }
            List<float[]> sums = new ArrayList<>();
            for (int p = 0; p < 4; p++) {
                sums.add(workers.get(p % 2).logSumExps(distill, p, all));
            }
            first.close();
            List<Contribution> contributions = new ArrayList<>();
            for (int p = 0; p < 4; p++) {
                contributions.add(second.gradient(distill, p, all, sums));
            }
            assertSame(expected, total(contributions));
        }
        assertTrue(budget.take(1 << 20), "all that was taken is given back");
    }

    @Test
    void samePairsInALaterStepMeetOtherMasks() {
        StepCompute compute = compute(4, Hold.ON);
        compute.install(inherit, masked, vector(masked));
        float[] first = compute.features(inherit, 0).student().image();
        Cursor recurring = new Cursor(0, Phase.INHERIT, inherit.step() + PERIOD);
        compute.install(recurring, masked, vector(masked));
        assertFalse(
                Arrays.equals(first, compute.features(recurring, 0).student().image()));
    }

    @Test
    void distillingFromItselfHasNoDivergence() {
        StepCompute compute = compute(4, Hold.ON);
        FloatVector teacher = FloatVector.of(Initialization.random(plain, TEACHER));
        Step step = step(compute, distill, plain, 4, teacher);
        assertEquals(step.entropy, step.loss, 1e-6);
        assertTrue(largest(step.gradient) < 1e-6, "gradient of up to " + largest(step.gradient));
        assertTrue(largest(step(compute, distill, plain, 4).gradient) > 1e-3, "another student has a gradient");
    }

    @Test
    void featuresOfSixteenBitsChangeLossAndGradientLittle() {
        Step wide = step(compute(4, Hold.ON), distill, plain, 4);
        Step rounded = step(roundingFeatures(compute(4, Hold.ON)), distill, plain, 4);
        double difference = 0;
        for (int i = 0; i < plain.size(); i++) {
            difference = Math.max(difference, Math.abs(wide.gradient[i] - rounded.gradient[i]));
        }
        assertEquals(wide.loss, rounded.loss, 1e-3 * wide.loss);
        assertNotEquals(wide.loss, rounded.loss);
        assertEquals(0, difference, 5e-3 * largest(wide.gradient));
        assertSame(rounded, step(roundingFeatures(compute(4, Hold.OFF)), distill, plain, 4));
    }

    private static void assertSame(Step expected, Step actual) {
        assertArrayEquals(expected.gradient, actual.gradient);
        assertEquals(expected.loss, actual.loss);
        assertEquals(expected.entropy, actual.entropy);
    }

    private Step step(StepCompute compute, Cursor cursor, Layout layout, int partitions) {
        return step(compute, cursor, layout, partitions, vector(layout));
    }

    private static Step step(StepCompute compute, Cursor cursor, Layout layout, int partitions, FloatVector vector) {
        compute.install(cursor, layout, vector);
        List<PartitionFeatures> all = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            all.add(compute.features(cursor, p));
        }
        List<float[]> sums = sums(compute, cursor, all);
        List<Contribution> contributions = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            contributions.add(compute.gradient(cursor, p, all, sums));
        }
        return total(contributions);
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static List<float[]> sums(StepCompute compute, Cursor cursor, List<PartitionFeatures> all) {
        List<float[]> sums = new ArrayList<>();
        for (int p = 0; p < all.size(); p++) {
            sums.add(compute.logSumExps(cursor, p, all));
        }
        return sums;
    }

    private static Step total(List<Contribution> contributions) {
        TreeSum<Gradient> tree = new TreeSum<>(contributions.size(), new GradientSums(Rounding.FP32));
        double loss = 0;
        double entropy = 0;
        for (int p = 0; p < contributions.size(); p++) {
            tree.give(new Node(0, p), contributions.get(p).gradient());
            loss += contributions.get(p).loss();
            entropy += contributions.get(p).entropy();
        }
        return new Step(tree.total().orElseThrow().onHost().toArray(), loss, entropy);
    }

    /** As workers do where {@code tinyclip.wire.features} is fp16. */
    private static StepCompute roundingFeatures(StepCompute compute) {
        return new StepCompute() {
            @Override
            public void install(Cursor cursor, Layout layout, FloatVector vector) {
                compute.install(cursor, layout, vector);
            }

            @Override
            public PartitionFeatures features(Cursor cursor, int partition) {
                return compute.features(cursor, partition).rounded(Rounding.FP16);
            }

            @Override
            public float[] logSumExps(Cursor cursor, int partition, List<PartitionFeatures> all) {
                return compute.logSumExps(cursor, partition, all);
            }

            @Override
            public Contribution gradient(
                    Cursor cursor, int partition, List<PartitionFeatures> all, List<float[]> sums) {
                return compute.gradient(cursor, partition, all, sums);
            }

            @Override
            public void close() {
                compute.close();
            }
        };
    }

    private FloatVector vector(Layout layout) {
        float[] vector = new float[layout.size()];
        System.arraycopy(Initialization.random(plain, STUDENT), 0, vector, 0, plain.size());
        if (layout.masked()) {
            for (int i = layout.maskStart(); i < vector.length; i++) {
                vector[i] = (float) Counter.normal(STUDENT, i);
            }
        }
        return FloatVector.of(vector);
    }

    private StepCompute compute(int partitions, Hold hold) {
        return compute(partitions, hold, ComputeDevice.CPU);
    }

    private StepCompute compute(int partitions, Hold hold, ComputeDevice device) {
        return compute(partitions, new GraphBudget(hold, 1 << 20), device);
    }

    private StepCompute compute(int partitions, GraphBudget budget, ComputeDevice device) {
        RunPlan plan = new RunPlan(
                5,
                BATCH,
                partitions,
                3,
                List.of(new StagePlan(0.5, 10, 10)),
                false,
                new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5),
                new MaskPlan(0.02, 0.02, 0.5, 1, 1));
        Teacher teacher = new Teacher(plain, FloatVector.of(Initialization.random(plain, TEACHER)));
        return new ClipCompute(new ClipCompute.Setup(
                plan,
                data,
                shape,
                rows,
                Preprocessing.clip(8),
                Precision.FP32,
                50,
                List.of(teacher),
                new ClipCompute.Memory(budget, new TeacherCache(1 << 20), new VectorPool(), LoadingThreads.NONE),
                device));
    }
}
