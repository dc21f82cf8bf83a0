package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.calibrate.CalibratedCut;
import io.tinyclip.calibrate.Half;
import io.tinyclip.calibrate.LeastSquaresCut;
import io.tinyclip.data.Dataset;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.inherit.Gather;
import io.tinyclip.inherit.OldVector;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.random.Counter;
import io.tinyclip.squares.Moments;
import io.tinyclip.text.Tokenizer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairCalibrationTest {
    private static final LayerShape LAYER = new LayerShape(4, 24);
    private static final ModelShape SHAPE = new ModelShape(
            8,
            Activation.GELU,
            new VisionTransformer(8, 4, 16, 4, List.of(LAYER, LAYER)),
            new TextTower(8, Tokenizer.clip().vocabulary(), 16, 4, List.of(LAYER, LAYER)));
    private static final RandomPairs DATA = new RandomPairs();
    private static final TokenRows ROWS = DATA.rows(8);
    private static final Layout LAYOUT = Layout.of(SHAPE, ROWS.rows(), false, false);
    private static final FloatVector VECTOR = FloatVector.of(random());
    private static final MaskPlan PLAN = new MaskPlan(0.02, 0.02, 0.33, 1, 1);
    private static final double ROUNDING = 1e-5;

    @Test
    void theStudentAsItIsIsAtNoDistanceAndOneWithoutAMapAtSome() {
        try (PairCalibration calibration = calibration(DATA, 5, 2)) {
            for (boolean image : List.of(true, false)) {
                assertEquals(0, calibration.distance(image, VECTOR), 1e-6);
                for (boolean heads : List.of(true, false)) {
                    FloatVector without = FloatVector.of(VECTOR.toArray());
                    Segment map = half(image, 0, heads).weight();
                    without.floats().put(map.offset(), new float[map.count()]);
                    double far = calibration.distance(image, without);
                    assertTrue(far > 1e-3, "image " + image + ", heads " + heads + ": " + far);
                    assertEquals(0, calibration.distance(!image, without), 1e-6, "the other tower is as it was");
                }
            }
        }
    }

    @Test
    void momentsAreOfAllBatchesTokens() {
        try (PairCalibration calibration = calibration(DATA, 3, 1)) {
            // The data have 40 pairs, of 4 patches and a class token each.
            assertEquals(
                    3 * 40 * 5, calibration.inputs(half(true, 0, true), VECTOR).rows());
            assertEquals(
                    3 * 40, calibration.inputs(half(true, 1, false), VECTOR).rows());
            Moments texts = calibration.inputs(half(false, 0, false), VECTOR);
            assertEquals(3 * 40 * 4, texts.rows(), "two words, and a token before and after them");
            assertEquals(24, texts.channels());
        }
    }

    @Test
    void threadsChangeNoBit() {
        try (PairCalibration one = calibration(DATA, 5, 1);
                PairCalibration three = calibration(DATA, 5, 3)) {
            for (Half half : List.of(half(true, 0, true), half(false, 1, false))) {
                Moments expected = one.inputs(half, VECTOR);
                Moments actual = three.inputs(half, VECTOR);
                assertArrayEquals(expected.mean(), actual.mean());
                assertArrayEquals(expected.covariance(), actual.covariance());
            }
            CalibratedCut expected = cut(one);
            CalibratedCut actual = cut(three);
            assertEquals(expected.kept(), actual.kept());
            assertArrayEquals(expected.vector().toArray(), actual.vector().toArray());
        }
    }

    @Test
    void theCutStudentEmbedsAsTheWholeOneThatReadsNothingOfWhatIsGone() {
        try (PairCalibration calibration = calibration(DATA, 2, 2)) {
            CalibratedCut cut = cut(calibration);
            Layout after = Layout.of(cut.kept().shapeAfter(SHAPE), ROWS.rows(), false, false);
            assertTrue(after.size() < LAYOUT.size());
            float[] small = Gather.chosen(LAYOUT, after, cut.kept())
                    .values(0, after.size(), OldVector.slice(cut.vector().toArray(), 0));
            assertArrayEquals(embedded(LAYOUT, cut.vector().toArray()), embedded(after, small), (float) ROUNDING);
        }
    }

    @Test
    void aFittedCutIsNearerThanTheSameUnitsAsTheyWere() {
        try (PairCalibration calibration = calibration(DATA, 8, 2)) {
            CalibratedCut cut = cut(calibration);
            FloatVector unfitted = FloatVector.of(VECTOR.toArray());
            float[] fitted = cut.vector().toArray();
            for (Half half : halves()) {
                for (int i = half.weight().offset(); i < half.weight().end(); i++) {
                    if (fitted[i] == 0) {
                        unfitted.floats().put(i, 0);
                    }
                }
            }
            for (boolean image : List.of(true, false)) {
                double with = calibration.distance(image, cut.vector());
                double without = calibration.distance(image, unfitted);
                assertTrue(with > 0 && with < 0.8 * without, "image " + image + ": " + with + " and " + without);
            }
        }
    }

    @Test
    void pairsWithoutAnyPictureAreRefused() {
        Set<Integer> all = IntStream.range(0, DATA.size()).boxed().collect(Collectors.toSet());
        String message = assertThrows(InvalidInputException.class, () -> calibration(new BadPairs(DATA, all), 2, 1))
                .getMessage();
        assertTrue(
                message.contains("none of the [80] pairs for calibration")
                        && message.contains("is torn")
                        && message.endsWith("check tinyclip.data.train"),
                message);
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void aBatchWithSomePicturesIsTakenWithoutTheOthers() {
        try (PairCalibration calibration = calibration(new BadPairs(DATA, Set.of(3, 7)), 1, 1)) {
            assertEquals(38 * 5, calibration.inputs(half(true, 0, true), VECTOR).rows());
        }
    }

    private static CalibratedCut cut(PairCalibration calibration) {
        Costs costs = Costs.of(BudgetPlan.PARAMETERS, SHAPE);
        LeastSquaresCut.Budget budget = new LeastSquaresCut.Budget(PLAN, costs, costs.target(0.6), false);
        return LeastSquaresCut.cut(LAYOUT, VECTOR, budget, calibration, done -> {});
    }

    private static PairCalibration calibration(Dataset data, int batches, int threads) {
        return new PairCalibration(
                new PairCalibration.Setup(
                        LAYOUT, data, ROWS, Preprocessing.clip(8), 1, batches, threads, ComputeDevice.CPU),
                VECTOR);
    }

    private static List<Half> halves() {
        return List.of(true, false).stream()
                .flatMap(image -> IntStream.range(0, 2).boxed().flatMap(layer -> List.of(true, false).stream()
                        .map(heads -> half(image, layer, heads))))
                .toList();
    }

    private static Half half(boolean image, int layer, boolean heads) {
        String name = (image ? "visual." : "") + "transformer.resblocks." + layer
                + (heads ? ".attn.out_proj." : ".mlp.c_proj.");
        return new Half(
                image,
                2 * layer + (heads ? 0 : 1),
                layer,
                heads,
                LAYOUT.segment(name + "weight"),
                LAYOUT.segment(name + "bias"),
                heads ? 4 : 24,
                heads ? 4 : 1);
    }

    /** Images, then texts, of six pairs. */
    private static float[] embedded(Layout layout, float[] weights) {
        float[] pixels = new float[6 * 3 * 8 * 8];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) Counter.normal(2, i);
        }
        long[] tokens = new long[6 * 4];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = Counter.below(3, i, ROWS.rows());
        }
        try (TensorScope scope = Torch.newScope()) {
            ClipKernel kernel = ClipKernel.compile(scope, layout, Precision.FP32);
            Tensor vector = scope.floats(weights);
            float[] images =
                    kernel.image(vector, scope.floats(pixels, 6, 3, 8, 8)).floats();
            float[] texts = kernel.text(vector, scope.longs(tokens, 6, 4), scope.longs(new long[] {3, 2, 1, 3, 3, 2}))
                    .floats();
            float[] all = new float[images.length + texts.length];
            System.arraycopy(images, 0, all, 0, images.length);
            System.arraycopy(texts, 0, all, images.length, texts.length);
            return all;
        }
    }

    private static float[] random() {
        float[] vector = new float[LAYOUT.size()];
        for (Segment segment : LAYOUT.segments()) {
            for (int i = segment.offset(); i < segment.end(); i++) {
                vector[i] = (float) (0.4 * Counter.normal(11, i));
            }
        }
        return vector;
    }
}
