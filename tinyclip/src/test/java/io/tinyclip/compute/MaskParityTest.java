package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.files.Safetensors;
import io.tinyclip.mask.Costs;
import io.tinyclip.mask.HardConcrete;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.Sparsity;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.model.Activation;
import io.tinyclip.model.Group;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.optimize.AdamW;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.Schedule;
import io.tinyclip.plan.StagePlan;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mask learning against an independent float64 transcription of its formulas; scripts/reference/masks.py wrote it. */
class MaskParityTest {
    /** Of a tensor's largest value: the transcription's are stored as floats. */
    private static final double STORED = 1e-7;

    /** Of logAlpha and multipliers after steps that the product takes in float. */
    private static final double STEPPED = 1e-5;

    private static final int STEPS = 50;
    private static final float CLOSED = -1e4f;
    private static final Safetensors REFERENCE = open();
    private static final ModelShape SHAPE = new ModelShape(
            6,
            Activation.GELU,
            new VisionTransformer(
                    8, 4, 12, 4, List.of(new LayerShape(3, 10), new LayerShape(0, 7), new LayerShape(2, 9))),
            new TextTower(5, 9, 8, 4, List.of(new LayerShape(2, 11), new LayerShape(1, 0))));
    private static final Layout LAYOUT = Layout.of(SHAPE, 9, true, false);
    private static final MaskIndex INDEX = MaskIndex.of(LAYOUT);
    private static final Sparsity SPARSITY = Sparsity.of(LAYOUT, Costs.of(BudgetPlan.PARAMETERS, SHAPE), false);

    @AfterAll
    static void close() {
        REFERENCE.close();
    }

    @Test
    void masksAndTheirProbabilitiesAreTheTranscriptions() {
        float[] start = maskSegment(vector());
        float[] noise = noise(0);
        agrees("masks.", i -> HardConcrete.sample(start[i], noise[i]), STORED);
        agrees("open.", i -> HardConcrete.openProbability(start[i]), STORED);
    }

    @Test
    void sparsityOfEachTowerAndOfBothIsTheTranscriptions() {
        float[] start = maskSegment(vector());
        assertEquals(value("sparsity"), SPARSITY.expected(start), STORED);
        assertEquals(value("sparsity.image"), SPARSITY.expected(without(INDEX.text(), start)), STORED);
        assertEquals(value("sparsity.text"), SPARSITY.expected(without(INDEX.image(), start)), STORED);
    }

    @ParameterizedTest
    @EnumSource
    void penaltyAndItsGradientAreTheTranscriptions(SparsityPenalty kind) {
        float[] segment = maskSegment(vector());
        segment[INDEX.linear()] = 0.5f;
        segment[INDEX.quadratic()] = 2;
        for (String side : List.of("below", "above")) {
            String prefix = "penalty." + name(kind) + "." + side + ".";
            float[] gradient = new float[INDEX.size()];
            double target = side.equals("below") ? 0.7 : 0.2;
            SparsityPenalty.Derivatives derivatives = SPARSITY.addGradient(segment, gradient, target, kind);
            assertEquals(value(prefix + "value"), derivatives.value(), STORED);
            assertMultipliers(values(prefix + "multipliers"), gradient, STORED);
            agrees(prefix, i -> gradient[i], STORED);
        }
    }

    @Test
    void targetRisesAsTheTranscriptionSays() {
        float[] targets = values("targets");
        for (int step = 0; step < STEPS; step++) {
            assertEquals(targets[step], rates(step).sparsityTarget(), STORED, "step " + step);
        }
    }

    @Test
    void oneForwardAndOneBackwardAreTheTranscriptions() {
        try (MaskedLoss loss = loss()) {
            MaskedLoss.Value value = loss.at(vector(), noise(0));
            assertClose("image", values("image"), i -> value.image()[i], STORED);
            assertClose("text", values("text"), i -> value.text()[i], STORED);
            assertEquals(value("loss"), value.loss(), STORED * value("loss"));
            for (Segment segment : LAYOUT.segments()) {
                if (segment.group() != Group.MULTIPLIER && segment.group() != Group.FIXED) {
                    String name = "gradient." + segment.name();
                    assertClose(name, values(name), i -> value.gradient()[segment.offset() + i], STORED);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void fiftyStepsOfMasksAndMultipliersAreTheTranscriptions(SparsityPenalty kind) {
        String prefix = "steps." + name(kind) + ".";
        float[] vector = vector();
        vector[LAYOUT.maskStart() + INDEX.linear()] = kind.start();
        vector[LAYOUT.maskStart() + INDEX.quadratic()] = kind.start();
        AdamW optimizer = new AdamW(plan().optimizer());
        float[] first = new float[vector.length];
        float[] second = new float[vector.length];
        float[] sparsities = values(prefix + "sparsity");
        float[] multipliers = values(prefix + "multipliers");
        try (MaskedLoss loss = loss()) {
            for (int step = 0; step < STEPS; step++) {
                assertEquals(sparsities[step], SPARSITY.expected(maskSegment(vector)), STEPPED, "step " + step);
                float[] gradient = gradient(loss, vector, step, kind);
                float[] updated = new float[vector.length];
                AdamW.State state = new AdamW.State(vector, updated, first, second);
                AdamW.Update update = new AdamW.Update(rates(step), 1, step + 1);
                optimizer.apply(LAYOUT, new Range(0, vector.length), state, gradient, update);
                vector = updated;
                float[] segment = maskSegment(vector);
                assertMultipliers(Arrays.copyOfRange(multipliers, 2 * step, 2 * step + 2), segment, STEPPED);
                if (REFERENCE.names().contains(prefix + (step + 1) + ".mask.width")) {
                    agrees(prefix + (step + 1) + ".", i -> segment[i], STEPPED);
                }
            }
        }
    }

    /** Of loss and penalty; the weights stay where they are. */
    private static float[] gradient(MaskedLoss loss, float[] vector, int step, SparsityPenalty kind) {
        double[] wide = loss.at(vector, noise(step)).gradient();
        float[] masks = new float[INDEX.size()];
        for (int i = 0; i < masks.length; i++) {
            masks[i] = (float) wide[LAYOUT.maskStart() + i];
        }
        SPARSITY.addGradient(maskSegment(vector), masks, rates(step).sparsityTarget(), kind);
        float[] gradient = new float[vector.length];
        System.arraycopy(masks, 0, gradient, LAYOUT.maskStart(), masks.length);
        return gradient;
    }

    private static Rates rates(int step) {
        Rates rates = Schedule.rates(plan(), new Cursor(0, Phase.INHERIT, step));
        return new Rates(0, rates.masks(), rates.multipliers(), rates.sparsityTarget());
    }

    private static RunPlan plan() {
        return new RunPlan(
                1,
                4,
                1,
                1,
                List.of(new StagePlan(0.4, STEPS, 1)),
                false,
                new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5),
                new MaskPlan(0.02, 0.02, 0.4, 1, 1));
    }

    private static MaskedLoss loss() {
        MaskedLoss.Inputs inputs = new MaskedLoss.Inputs(values("pixels"), whole("tokens"), whole("ends"));
        return new MaskedLoss(
                LAYOUT, inputs, new MaskedLoss.Target.Affinity(50, values("teacher.image"), values("teacher.text")));
    }

    /** What a tower's masks are when nothing of it is left. */
    private static float[] without(TowerMasks tower, float[] maskSegment) {
        float[] closed = maskSegment.clone();
        Arrays.fill(closed, tower.width().from(), tower.width().end(), CLOSED);
        tower.layers().forEach(layer -> {
            Arrays.fill(closed, layer.heads().from(), layer.heads().end(), CLOSED);
            Arrays.fill(closed, layer.neurons().from(), layer.neurons().end(), CLOSED);
        });
        return closed;
    }

    /** The weights and logAlpha of the transcription; no multipliers, and a logit scale that nothing reads. */
    private static float[] vector() {
        float[] vector = new float[LAYOUT.size()];
        for (Segment segment : LAYOUT.segments()) {
            if (segment.group() != Group.MULTIPLIER && segment.group() != Group.FIXED) {
                float[] values = values("weights." + segment.name());
                assertEquals(segment.count(), values.length, segment.name());
                System.arraycopy(values, 0, vector, segment.offset(), values.length);
            }
        }
        return vector;
    }

    private static float[] maskSegment(float[] vector) {
        return Arrays.copyOfRange(vector, LAYOUT.maskStart(), LAYOUT.size());
    }

    private static float[] noise(int step) {
        float[] noise = new float[INDEX.size()];
        Arrays.fill(noise, 0.5f);
        for (Segment segment : masks()) {
            float[] values = values("noise." + segment.name());
            int count = segment.count();
            System.arraycopy(values, step * count, noise, segment.offset() - LAYOUT.maskStart(), count);
        }
        return noise;
    }

    private static List<Segment> masks() {
        return LAYOUT.segments().stream()
                .filter(segment -> segment.group() == Group.MASK)
                .toList();
    }

    /** Compares every mask of the segment. */
    private static void agrees(String prefix, IntToDoubleFunction actual, double tolerance) {
        assertEquals(INDEX.groups().stream().mapToInt(MaskGroup::size).sum(), count(masks()));
        for (Segment segment : masks()) {
            int from = segment.offset() - LAYOUT.maskStart();
            String name = prefix + segment.name();
            assertClose(name, values(name), i -> actual.applyAsDouble(from + i), tolerance);
        }
    }

    private static int count(List<Segment> segments) {
        return segments.stream().mapToInt(Segment::count).sum();
    }

    private static void assertMultipliers(float[] expected, float[] maskSegment, double tolerance) {
        int[] places = {INDEX.linear(), INDEX.quadratic()};
        assertClose("multipliers", expected, i -> maskSegment[places[i]], tolerance);
    }

    private static void assertClose(String what, float[] expected, IntToDoubleFunction actual, double tolerance) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual.applyAsDouble(i)));
        }
        assertTrue(difference <= tolerance * largest, what + ": difference " + difference + " of " + largest);
    }

    private static String name(SparsityPenalty kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static double value(String tensor) {
        return values(tensor)[0];
    }

    private static float[] values(String tensor) {
        return REFERENCE.floats(tensor);
    }

    private static long[] whole(String tensor) {
        float[] values = values(tensor);
        long[] whole = new long[values.length];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (long) values[i];
        }
        return whole;
    }

    private static Safetensors open() {
        try {
            return Safetensors.open(
                    Path.of(Objects.requireNonNull(MaskParityTest.class.getResource("masks.safetensors"))
                            .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
