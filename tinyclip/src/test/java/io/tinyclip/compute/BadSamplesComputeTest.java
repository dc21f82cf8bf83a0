package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.data.Sampler;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VectorPool;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import io.tinyclip.step.BadSample;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.LeftOut;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import io.tinyclip.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A batch with bad samples has the gradient of the smaller batch that lacks them, to the last bit. */
class BadSamplesComputeTest {
    private static final int BATCH = 16;
    private static final int SIZE = 4;
    private static final long SEED = 5;
    private static final int VIEWS = 3;
    /** In the second view of the data: two steps are a pass. */
    private static final Cursor STEP = new Cursor(0, Phase.DISTILL, 3);

    private static final Sampler WHOLE = new Sampler(40, SEED, BATCH, VIEWS);
    private static final LossPlan ALL_TERMS = new LossPlan(0.75, 0.5, 2, 0.25);

    private static final RandomPairs DATA = new RandomPairs();
    private static final TokenRows ROWS = DATA.rows(8);
    private static final TextTower TEXT =
            new TextTower(8, Tokenizer.clip().vocabulary(), 8, 4, List.of(new LayerShape(2, 24)));
    private static final ImageTower PATCHES = new VisionTransformer(32, 16, 12, 4, List.of(new LayerShape(2, 24)));
    private static final ImageTower CONVOLUTIONS = new ResNet(32, 4, 32, List.of(1, 1, 1, 1));

    private record Step(float[] gradient, double loss, double entropy, LeftOut leftOut) {}

    /** @param places of the batch that are bad, so that whole partitions, or as many of each, have none */
    record Case(ImageTower tower, LossPlan loss, Set<Integer> places, int partitionsLeft) {}

    static Stream<Case> cases() {
        return Stream.of(PATCHES, CONVOLUTIONS)
                .flatMap(tower -> Stream.of(
                        new Case(tower, ALL_TERMS, Set.of(0, 5, 11, 14), 4),
                        new Case(tower, LossPlan.AFFINITY, Set.of(1, 2, 4, 6, 8, 11, 12, 15), 4),
                        new Case(tower, ALL_TERMS, Set.of(4, 5, 6, 7, 12, 13, 14, 15), 2),
                        new Case(tower, LossPlan.CONTRASTIVE, Set.of(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), 1)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheStepOfTheSmallerBatch(Case it) {
        List<Integer> present = IntStream.range(0, BATCH)
                .filter(place -> !it.places.contains(place))
                .boxed()
                .toList();
        Step bad = step(it, new BadPairs(DATA, indices(it.places)), BATCH, BATCH / SIZE);
        Step smaller = step(it, new Rest(present), present.size(), it.partitionsLeft);
        assertArrayEquals(smaller.gradient, bad.gradient);
        assertEquals(smaller.loss, bad.loss);
        assertEquals(smaller.entropy, bad.entropy);
        assertFalse(IntStream.range(0, bad.gradient.length).allMatch(i -> bad.gradient[i] == 0), "there is a gradient");
        assertEquals(
                new LeftOut(
                        it.places.size(),
                        new TreeSet<>(it.places)
                                .stream()
                                        .map(place -> new BadSample("x.tar", "key-" + index(place), "is torn"))
                                        .toList()),
                bad.leftOut);
    }

    @Test
    void aBatchOfBadSamplesComesToNothing() {
        Case all = new Case(PATCHES, ALL_TERMS, Set.of(), 0);
        Set<Integer> everything = IntStream.range(0, 40).boxed().collect(Collectors.toSet());
        Step step = step(all, new BadPairs(DATA, everything), BATCH, BATCH / SIZE);
        assertArrayEquals(new float[step.gradient.length], step.gradient);
        assertEquals(0, step.loss);
        assertEquals(BATCH, step.leftOut.count());
    }

    @Test
    void onePairThatIsLeftHasNothingToBeToldFrom() {
        Set<Integer> others = IntStream.range(1, BATCH).boxed().collect(Collectors.toSet());
        Step step = step(
                new Case(PATCHES, LossPlan.CONTRASTIVE, others, 1),
                new BadPairs(DATA, indices(others)),
                BATCH,
                BATCH / SIZE);
        assertEquals(0, step.loss, 1e-6);
        assertEquals(BATCH - 1, step.leftOut.count());
    }

    @Test
    void theTeachersCacheAndPreparationsChangeNoBit() {
        Case it = new Case(PATCHES, ALL_TERMS, Set.of(0, 5, 6, 7, 4), 4);
        Dataset data = new BadPairs(DATA, indices(it.places));
        Step fresh = step(it, data, BATCH, BATCH / SIZE);
        try (StepCompute compute = compute(it, data, BATCH, BATCH / SIZE, Hold.OFF)) {
            for (int p = 0; p < BATCH / SIZE; p++) {
                compute.prepare(STEP, p);
            }
            for (int time = 0; time < 2; time++) {
                Step again = step(it, compute, BATCH / SIZE);
                assertArrayEquals(fresh.gradient, again.gradient);
                assertEquals(fresh.leftOut, again.leftOut);
            }
        }
    }

    private static int index(int place) {
        return WHOLE.index(STEP.step(), place);
    }

    private static Set<Integer> indices(Set<Integer> places) {
        return places.stream().map(BadSamplesComputeTest::index).collect(Collectors.toSet());
    }

    private static Step step(Case it, Dataset data, int batch, int partitions) {
        try (StepCompute compute = compute(it, data, batch, partitions, Hold.ON)) {
            return step(it, compute, partitions);
        }
    }

    private static Step step(Case it, StepCompute compute, int partitions) {
        Layout layout = Layout.of(shape(it.tower), ROWS.rows(), false, true);
        compute.install(STEP, layout, FloatVector.of(Initialization.random(layout, 3)));
        List<PartitionFeatures> all = new ArrayList<>();
        List<float[]> sums = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            all.add(compute.features(STEP, p));
        }
        for (int p = 0; p < partitions; p++) {
            sums.add(compute.logSumExps(STEP, p, all));
        }
        TreeSum<FloatVector> tree = TreeSum.of(partitions);
        double loss = 0;
        double entropy = 0;
        LeftOut leftOut = LeftOut.NONE;
        for (int p = 0; p < partitions; p++) {
            Contribution part = compute.gradient(STEP, p, all, sums);
            tree.give(new Node(0, p), part.gradient().onHost());
            loss += part.loss();
            entropy += part.entropy();
            leftOut = leftOut.plus(part.leftOut());
        }
        return new Step(tree.total().orElseThrow().toArray(), loss, entropy, leftOut);
    }

    private static ModelShape shape(ImageTower tower) {
        return new ModelShape(8, Activation.GELU, tower, TEXT);
    }

    private static StepCompute compute(Case it, Dataset data, int batch, int partitions, Hold hold) {
        RunPlan plan = new RunPlan(
                SEED,
                batch,
                partitions,
                VIEWS,
                List.of(new StagePlan(1, 0, 10)),
                !it.loss.taught(),
                new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5),
                new MaskPlan(0.02, 0.02, 0.5, 1, 1));
        ModelShape shape = shape(it.tower);
        Layout layout = Layout.of(shape, ROWS.rows(), false, false);
        Teacher teacher = new Teacher(layout, FloatVector.of(Initialization.random(layout, 4)));
        return new ClipCompute(new ClipCompute.Setup(
                plan.with(it.loss),
                data,
                shape,
                ROWS,
                Preprocessing.clip(32),
                Precision.FP32,
                50,
                List.of(teacher),
                new ClipCompute.Memory(
                        new GraphBudget(hold, 1 << 20),
                        new TeacherCache(1 << 20),
                        new VectorPool(),
                        LoadingThreads.NONE),
                ComputeDevice.CPU));
    }

    /** The pairs of the step that are not bad, each in its view, as a set of their own whose order puts them in theirs. */
    private static final class Rest implements Dataset {
        private final List<Integer> present;
        private final Map<Integer, Integer> placeOf = new HashMap<>();

        Rest(List<Integer> present) {
            this.present = present;
            Sampler own = new Sampler(present.size(), SEED, present.size(), VIEWS);
            for (int i = 0; i < present.size(); i++) {
                placeOf.put(own.index(STEP.step(), i), present.get(i));
            }
        }

        @Override
        public Sample view(int index, long key, Preprocessing preprocessing) {
            int place = placeOf.get(index);
            return DATA.view(index(place), WHOLE.viewKey(STEP.step(), place), preprocessing);
        }

        @Override
        public long identity(int index) {
            return DATA.identity(index(placeOf.get(index)));
        }

        @Override
        public int size() {
            return present.size();
        }

        @Override
        public String contentHash() {
            return "rest";
        }

        @Override
        public void forEachText(Consumer<String> text) {
            DATA.forEachText(text);
        }

        @Override
        public void close() {}

        /** In the batch of all. */
        private static int index(int place) {
            return BadSamplesComputeTest.index(place);
        }
    }
}
