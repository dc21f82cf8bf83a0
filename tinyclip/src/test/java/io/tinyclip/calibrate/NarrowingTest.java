package io.tinyclip.calibrate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.inherit.Gather;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.OldVector;
import io.tinyclip.inherit.TableMap;
import io.tinyclip.inherit.TowerKept;
import io.tinyclip.inherit.TowerSizes;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NarrowingTest {
    private static final int WIDE = 16;
    private static final List<LayerShape> LAYERS =
            List.of(new LayerShape(4, 24), new LayerShape(0, 24), new LayerShape(4, 24));
    private static final ModelShape SHAPE = new ModelShape(
            8, Activation.GELU, new VisionTransformer(8, 4, WIDE, 4, LAYERS), new TextTower(4, 30, WIDE, 4, LAYERS));
    private static final Layout LAYOUT = Layout.of(SHAPE, 30, false, false);

    /** Directions that the streams of {@link #low} have. */
    private static final int DIRECTIONS = 7;

    /** How far norms that divide by fewer channels differ by what is added to variances. */
    private static final float EPSILON = 1e-3f;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStreamOfFewDirectionsLosesNothing(boolean image) {
        FloatVector low = low();
        try (KernelCalibration calibration = new KernelCalibration(LAYOUT, low)) {
            Narrowing narrowing = new Narrowing(LAYOUT, image, low, new Trials(calibration, done -> {}));
            FloatVector narrow = FloatVector.of(low.toArray());
            double[][] components = narrowing.components(1);
            narrowing.write(components, DIRECTIONS + 1, narrow);
            assertEquals(0, calibration.distance(image, narrow), 1e-5);
            assertEquals(0, calibration.distance(!image, narrow), 1e-6, "the other tower is as it was");
            narrowing.write(components, DIRECTIONS - 2, narrow);
            double far = calibration.distance(image, narrow);
            assertTrue(far > 1e-3, "two directions less: " + far);
        }
    }

    @ParameterizedTest
    @CsvSource({"12,9", "9,12", "5,14"})
    void whatLiesInTheWideLayoutIsWhatTheNarrowOneComputes(int imageWidth, int textWidth) {
        FloatVector vector = random();
        try (KernelCalibration calibration = new KernelCalibration(LAYOUT, vector)) {
            Narrowing image = new Narrowing(LAYOUT, true, vector, new Trials(calibration, done -> {}));
            Narrowing text = new Narrowing(LAYOUT, false, vector, new Trials(calibration, done -> {}));
            FloatVector narrow = FloatVector.of(vector.toArray());
            image.write(image.components(1), imageWidth, narrow);
            text.write(text.components(4), textWidth, narrow);
            float[] wideImages = calibration.embedded(true, narrow);
            float[] wideTexts = calibration.embedded(false, narrow);
            image.settle(imageWidth, narrow);
            text.settle(textWidth, narrow);
            Layout after = Layout.of(kept(imageWidth, textWidth).shapeAfter(SHAPE), 30, false, false);
            FloatVector gathered = FloatVector.of(Gather.chosen(LAYOUT, after, kept(imageWidth, textWidth))
                    .values(0, after.size(), OldVector.slice(narrow.toArray(), 0)));
            try (KernelCalibration small = new KernelCalibration(after, gathered)) {
                assertArrayEquals(wideImages, small.embedded(true, gathered), EPSILON);
                assertArrayEquals(wideTexts, small.embedded(false, gathered), EPSILON);
            }
        }
    }

    @Test
    void ofATableThatIsAProductItsBasisIsMixed() {
        Layout product = Layout.of(SHAPE.withTokenRank(5), 30, false, false);
        FloatVector vector = random(product);
        try (KernelCalibration calibration = new KernelCalibration(product, vector)) {
            Narrowing text = new Narrowing(product, false, vector, new Trials(calibration, done -> {}));
            FloatVector narrow = FloatVector.of(vector.toArray());
            text.write(text.components(1), 10, narrow);
            float[] wide = calibration.embedded(false, narrow);
            text.settle(10, narrow);
            ModelShape shape = kept(WIDE, 10).shapeAfter(product.shape());
            assertEquals(5, shape.text().tokenRank());
            Layout after = Layout.of(shape, 30, false, false);
            FloatVector gathered = FloatVector.of(Gather.chosen(product, after, kept(WIDE, 10))
                    .values(0, after.size(), OldVector.slice(narrow.toArray(), 0)));
            assertArrayEquals(
                    vector.range(
                            product.segment(TokenRows.TABLE).offset(),
                            product.segment(TokenRows.TABLE).end()),
                    gathered.range(
                            after.segment(TokenRows.TABLE).offset(),
                            after.segment(TokenRows.TABLE).end()));
            try (KernelCalibration small = new KernelCalibration(after, gathered)) {
                assertArrayEquals(wide, small.embedded(false, gathered), EPSILON);
            }
        }
    }

    /** In steps of round-to, of whole heads where formats have uniform layers, and above the rank of a table that is a product. */
    @ParameterizedTest
    @CsvSource({"1,FALSE,0,2,15", "3,FALSE,0,3,15", "1,TRUE,0,8,12", "8,TRUE,0,8,8", "1,FALSE,5,6,15", "4,FALSE,9,12,12"
    })
    void widthsAreThoseThatThePlanLeaves(int roundTo, Exportable exportable, int rank, int least, int most) {
        Layout product = Layout.of(SHAPE.withTokenRank(rank), 30, false, false);
        FloatVector vector = random(product);
        MaskPlan plan = new MaskPlan(0.02, 0.02, 0.33, roundTo, 2, false, exportable);
        TowerSizes allowed = new TowerSizes(product.shape().text(), plan);
        List<Integer> told = new ArrayList<>();
        try (KernelCalibration calibration = new KernelCalibration(product, vector)) {
            Widths widths = Widths.tried(product, false, allowed, vector, new Trials(calibration, told::add));
            List<Integer> smaller =
                    widths.all().stream().skip(1).map(Widths.Width::channels).toList();
            assertEquals(WIDE, widths.all().get(0).channels());
            assertEquals(least, smaller.get(smaller.size() - 1));
            assertEquals(most, smaller.get(0));
            int step = exportable == Exportable.TRUE ? Math.max(4, roundTo) : roundTo;
            assertTrue(smaller.stream().allMatch(it -> it % step == 0), smaller.toString());
            assertEquals(Widths.trials(allowed), told.get(told.size() - 1));
        }
    }

    private static Kept kept(int image, int text) {
        Kept all = Kept.everything(SHAPE);
        return new Kept(
                new TowerKept(
                        Arrays.copyOf(all.image().width(), image), all.image().layers()),
                new TowerKept(
                        Arrays.copyOf(all.text().width(), text), all.text().layers()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void moreChannelsAreNearer(boolean image) {
        FloatVector vector = random();
        try (KernelCalibration calibration = new KernelCalibration(LAYOUT, vector)) {
            Narrowing narrowing = new Narrowing(LAYOUT, image, vector, new Trials(calibration, done -> {}));
            FloatVector narrow = FloatVector.of(vector.toArray());
            double[][] components = narrowing.components(1);
            double before = 2;
            for (int width : List.of(4, 8, 12, 15)) {
                narrowing.write(components, width, narrow);
                double distance = calibration.distance(image, narrow);
                assertTrue(distance < before, width + " channels: " + distance + ", not below " + before);
                before = distance;
            }
        }
    }

    @Test
    void tokenRowsOutsideTheVectorAreMixedLikeThoseInIt() {
        FloatVector vector = random();
        try (KernelCalibration calibration = new KernelCalibration(LAYOUT, vector)) {
            Narrowing narrowing = new Narrowing(LAYOUT, false, vector, new Trials(calibration, done -> {}));
            FloatVector narrow = FloatVector.of(vector.toArray());
            double[][] components = narrowing.components(1);
            narrowing.write(components, 10, narrow);
            TableMap map = narrowing.table(components, 10);
            Segment table = LAYOUT.segment(TokenRows.TABLE);
            float[] mapped = map.apply(vector.range(table.offset(), table.end()), 30);
            float[] written = narrow.range(table.offset(), table.end());
            for (int row = 0; row < 30; row++) {
                float[] first = Arrays.copyOfRange(written, row * WIDE, row * WIDE + 10);
                assertArrayEquals(Arrays.copyOfRange(mapped, row * 10, row * 10 + 10), first, 1e-5f);
                assertArrayEquals(
                        new float[6], Arrays.copyOfRange(written, row * WIDE + 10, (row + 1) * WIDE), "zero behind");
            }
        }
    }

    @Test
    void whereTheStreamHasFewDirectionsTheWidthGoesBeforeUnits() {
        FloatVector low = low();
        try (KernelCalibration calibration = new KernelCalibration(LAYOUT, low)) {
            CalibratedCut cut = cut(low, 0.6, true, calibration);
            ModelShape after = cut.kept().shapeAfter(SHAPE);
            // The budget has room for one channel more.
            assertTrue(
                    after.vision().width() >= DIRECTIONS + 1 && after.vision().width() < DIRECTIONS + 3);
            assertTrue(after.text().width() >= DIRECTIONS + 1 && after.text().width() < DIRECTIONS + 3);
            assertEquals(LAYERS, after.vision().layers());
            assertEquals(LAYERS, after.text().layers());
            assertEquals(after.text().width(), cut.table().orElseThrow().to());
            CalibratedCut whole = cut(low, 0.6, false, calibration);
            assertEquals(WIDE, whole.kept().shapeAfter(SHAPE).vision().width());
            assertTrue(whole.table().isEmpty());
            Layout small = Layout.of(after, 30, false, false);
            FloatVector gathered = FloatVector.of(Gather.chosen(LAYOUT, small, cut.kept())
                    .values(0, small.size(), OldVector.slice(cut.vector().toArray(), 0)));
            try (KernelCalibration own = new KernelCalibration(small, gathered)) {
                assertArrayEquals(calibration.embedded(true, low), own.embedded(true, gathered), EPSILON);
                assertArrayEquals(calibration.embedded(false, low), own.embedded(false, gathered), EPSILON);
            }
        }
    }

    /** What a plan is refused by is what a cut can do: as narrow as may be, one head a layer that has any, and no neuron. */
    @Test
    void theLeastThatMayStayCanBeLeft() {
        FloatVector vector = random();
        MaskPlan plan = new MaskPlan(0.02, 0.02, 0.33, 1, 1);
        Costs costs = Costs.of(BudgetPlan.PARAMETERS, SHAPE);
        ModelShape least = new ModelShape(
                8, Activation.GELU, new VisionTransformer(8, 4, 2, 4, bare()), new TextTower(4, 30, 2, 4, bare()));
        LeastSquaresCut.Budget budget = new LeastSquaresCut.Budget(plan, costs, costs.counted(least), true);
        try (KernelCalibration calibration = new KernelCalibration(LAYOUT, vector)) {
            CalibratedCut cut = LeastSquaresCut.cut(LAYOUT, vector, budget, calibration, done -> {});
            assertEquals(least, cut.kept().shapeAfter(SHAPE));
        }
    }

    private static List<LayerShape> bare() {
        return LAYERS.stream()
                .map(it -> new LayerShape(Math.min(1, it.heads()), 0))
                .toList();
    }

    private static CalibratedCut cut(FloatVector vector, double keep, boolean width, Calibration calibration) {
        Costs costs = Costs.of(BudgetPlan.PARAMETERS, SHAPE);
        LeastSquaresCut.Budget budget =
                new LeastSquaresCut.Budget(new MaskPlan(0.02, 0.02, 0.33, 1, 0), costs, costs.target(keep), width);
        return LeastSquaresCut.cut(LAYOUT, vector, budget, calibration, done -> {});
    }

    private static FloatVector random() {
        return random(LAYOUT);
    }

    private static FloatVector random(Layout layout) {
        float[] vector = new float[layout.size()];
        for (Segment segment : layout.segments()) {
            double one = segment.name().contains("ln_") && segment.name().endsWith("weight") ? 1 : 0;
            for (int i = segment.offset(); i < segment.end(); i++) {
                vector[i] = (float) (one + 0.3 * Counter.normal(11, i));
            }
        }
        return FloatVector.of(vector);
    }

    /** All that writes to a stream is of the first directions, of a basis without means; the norm before pictures' layers keeps them. */
    private static FloatVector low() {
        FloatVector vector = random();
        double[][] cosines = Cosines.of(WIDE);
        for (Segment segment : LAYOUT.segments()) {
            String name = segment.name();
            if (name.contains("out_proj") || name.contains("c_proj") || name.contains("conv1")) {
                project(vector, segment, cosines, segment.count() / WIDE, 1);
            } else if (name.contains("embedding")) {
                project(vector, segment, cosines, 1, segment.count() / WIDE);
            } else if (name.startsWith("visual.ln_pre")) {
                for (int i = segment.offset(); i < segment.end(); i++) {
                    vector.floats().put(i, name.endsWith("weight") ? 1.5f : 0);
                }
            }
        }
        return vector;
    }

    /** Entries of a stream's vector lie so far apart, and so many vectors behind each other. */
    private static void project(FloatVector vector, Segment segment, double[][] basis, int apart, int times) {
        int vectors = segment.count() / WIDE;
        for (int v = 0; v < vectors; v++) {
            int start = segment.offset() + (times == 1 ? v : v * WIDE);
            double[] projected = new double[WIDE];
            for (int direction = 0; direction < DIRECTIONS; direction++) {
                double along = 0;
                for (int i = 0; i < WIDE; i++) {
                    along += basis[i][direction] * vector.get(start + i * apart);
                }
                for (int i = 0; i < WIDE; i++) {
                    projected[i] += along * basis[i][direction];
                }
            }
            for (int i = 0; i < WIDE; i++) {
                vector.floats().put(start + i * apart, (float) projected[i]);
            }
        }
    }
}
