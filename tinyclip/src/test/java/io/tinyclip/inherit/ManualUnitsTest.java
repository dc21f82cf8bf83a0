package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.inherit.ManualStudent.By;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.random.Counter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ManualUnitsTest {
    /** Four image and three text layers of head width 4. */
    private static final ModelShape TEACHER = new ModelShape(
            5,
            Activation.QUICK_GELU,
            new VisionTransformer(4, 2, 16, 4, Collections.nCopies(4, new LayerShape(4, 24))),
            new TextTower(3, 11, 12, 4, Collections.nCopies(3, new LayerShape(3, 18))));

    private static final Layout LAYOUT = Layout.of(TEACHER, MaskSegments.TOKEN_ROWS, false, false);

    @Test
    void sumsAllWeightsOfAUnit() {
        Layout masked = MaskSegments.masked(SmallShapes.smallest());
        float[] ones = new float[masked.size()];
        Arrays.fill(ones, 1);
        double[] squares = Magnitude.squared(masked, FloatVector.of(ones));
        MaskIndex index = MaskIndex.of(masked);
        // Of a layer: norms 4, q k v 6, output 2, neurons in and out 2 + 2, biases 2.
        assertEquals(1 + 5 + 12 + 2 + 18 + 2 + 5, squares[index.image().width().from() + 1]);
        assertEquals(3 + 3 + 18 + 2 + 5, squares[index.text().width().from()]);
        // Three projections of two channels from a width of two, their biases, and back.
        assertEquals(12 + 6 + 4, squares[index.text().layers().get(0).heads().from()]);
        assertEquals(2 + 1 + 2, squares[index.image().layers().get(0).neurons().from() + 1]);
    }

    @Test
    void keepsTheUnitsWithTheLargestWeights() {
        float[] vector = MaskSegments.vector(LAYOUT, 1);
        enlarge(vector, "visual.class_embedding", 1, 3, 4, 6, 9, 11, 13, 15);
        enlarge(vector, "visual.transformer.resblocks.2.attn.in_proj_bias", 4, 16 + 13);
        enlarge(vector, "visual.transformer.resblocks.2.mlp.c_fc.bias", 5, 6, 7, 8, 12, 14, 16, 18, 19, 20, 21, 23);
        Kept kept = units(vector, stage(8, 2, 12, 3, By.MAGNITUDE)).get(0);
        assertArrayEquals(new int[] {1, 3, 4, 6, 9, 11, 13, 15}, kept.image().width());
        LayerKept second = kept.image().layers().get(1); // of two layers out of four, taken from the third
        assertArrayEquals(new int[] {1, 3}, second.heads());
        assertArrayEquals(new int[] {5, 6, 7, 8, 12, 14, 16, 18, 19, 20, 21, 23}, second.neurons());
        assertArrayEquals(IntStream.range(0, 12).toArray(), kept.text().width());
    }

    @Test
    void takesTheFirstOfEqualUnits() {
        float[] ones = new float[LAYOUT.size()];
        Arrays.fill(ones, 1);
        StageGoal goal = stage(12, 2, 8, 3, By.MAGNITUDE);
        Layout after = after(goal);
        float[] vector = MaskSegments.vector(LAYOUT, 2);
        Gather chosen = Gather.chosen(LAYOUT, after, units(ones, goal).get(0));
        assertArrayEquals(taken(ManualInheritance.of(LAYOUT, after), vector, after), taken(chosen, vector, after));
    }

    @Test
    void takesUnitsAtEvenDistancesAndAsManyAsAreSaid() {
        ManualStudent.Size image =
                new ManualStudent.Size(OptionalInt.empty(), OptionalInt.of(2), OptionalInt.of(2), OptionalInt.of(9));
        ManualStudent student = new ManualStudent(image, size(8, 3), By.UNIFORM);
        Kept kept = units(MaskSegments.vector(LAYOUT, 1), new StageGoal.Manual(student, 1))
                .get(0);
        assertArrayEquals(IntStream.range(0, 16).toArray(), kept.image().width());
        LayerKept layer = kept.image().layers().get(1);
        assertArrayEquals(new int[] {0, 2}, layer.heads());
        assertArrayEquals(new int[] {0, 2, 5, 8, 10, 13, 16, 18, 21}, layer.neurons());
        assertArrayEquals(new int[] {0, 1, 3, 4, 6, 7, 9, 10}, kept.text().width());
        assertEquals(new LayerShape(2, 9), student.of(TEACHER).vision().layers().get(0));
        assertEquals(new LayerShape(2, 12), student.of(TEACHER).text().layers().get(0));
    }

    @Test
    void refusesMoreUnitsThanThereAre() {
        ManualStudent.Size many = new ManualStudent.Size(
                OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(5), OptionalInt.empty());
        ManualStudent student = new ManualStudent(many, ManualStudent.Size.SAME, By.UNIFORM);
        String message = assertThrows(InvalidInputException.class, () -> student.of(TEACHER))
                .getMessage();
        assertTrue(message.startsWith("student image heads [5] must be from 1 to the [4]"), message);
        message = assertThrows(InvalidInputException.class, () -> new ManualStudent(many, ManualStudent.Size.SAME)
                        .of(SmallShapes.resnet()))
                .getMessage();
        assertTrue(message.startsWith("student image heads [5] cannot be chosen"), message);
    }

    @Test
    void theStudentIsTheTeacherWithItsOtherUnitsSilenced() {
        float[] vector = MaskSegments.vector(LAYOUT, 3);
        StageGoal goal = stage(12, 4, 8, 3, By.MAGNITUDE);
        Kept kept = units(vector, goal).get(0);
        Layout masked = MaskSegments.masked(TEACHER);
        float[] open = MaskSegments.all(masked, 100);
        float[] masks = kept.softMasks(MaskIndex.of(masked), open);
        ReferenceForward silenced = new ReferenceForward(
                masked, vector, (name, unit) -> masks[masked.segment(name).offset() - masked.maskStart() + unit]);
        Layout after = after(goal);
        ReferenceForward student = new ReferenceForward(
                after, taken(Gather.chosen(LAYOUT, after, kept), vector, after), (name, unit) -> 1);
        assertArrayEquals(silenced.text(new int[] {2, 0, 1}), student.text(new int[] {2, 0, 1}), 1e-9);
        double[][] patches = new double[4][12];
        for (int p = 0; p < patches.length; p++) {
            for (int f = 0; f < patches[p].length; f++) {
                patches[p][f] = Counter.normal(Counter.key(4, p), f);
            }
        }
        assertArrayEquals(silenced.image(patches), student.image(patches), 1e-9);
    }

    @Test
    void aLaterStageChoosesByTheSameScoresAmongWhatIsLeft() {
        float[] vector = MaskSegments.vector(LAYOUT, 5);
        StageGoal first = stage(12, 4, 8, 3, By.MAGNITUDE);
        StageGoal second = stage(8, 2, 4, 1, By.MAGNITUDE);
        Map<Integer, Kept> units = units(vector, first, second);
        Layout between = after(first);
        Layout after = after(second);
        float[] middle = taken(Gather.chosen(LAYOUT, between, units.get(0)), vector, between);
        float[] inTwo = taken(Gather.chosen(between, after, units.get(1)), middle, after);
        float[] atOnce =
                taken(Gather.chosen(LAYOUT, after, units(vector, second).get(0)), vector, after);
        assertArrayEquals(atOnce, inTwo);
    }

    @Test
    void onlyStudentsThatDoNotTakeTheFirstUnitsHaveAny() {
        float[] vector = MaskSegments.vector(LAYOUT, 6);
        StageGoal first = stage(12, 4, 12, 3, By.FIRST);
        StageGoal largest = stage(8, 4, 8, 3, By.MAGNITUDE);
        StageGoal learned = new StageGoal.Learned(0.2, 500, 1, OptionalDouble.empty());
        assertTrue(units(vector, first, learned).isEmpty());
        Map<Integer, Kept> units = units(vector, first, largest, learned);
        assertEquals(List.of(1), List.copyOf(units.keySet()));
        assertTrue(Arrays.stream(units.get(1).image().width()).allMatch(channel -> channel < 12));
    }

    @Test
    void measuresHeadsOneByOneAndManyNeuronsInSetsOfNeighboursByMagnitude() {
        ModelShape wide = new ModelShape(
                5,
                Activation.GELU,
                new VisionTransformer(4, 2, 8, 4, List.of(new LayerShape(2, 200))),
                new TextTower(3, 11, 4, 4, List.of(new LayerShape(1, 10))));
        Layout masked = MaskSegments.masked(wide);
        MaskIndex index = MaskIndex.of(masked);
        double[] magnitudes = new double[index.size()];
        int neurons = index.image().layers().get(0).neurons().from();
        for (int i = 0; i < 200; i++) {
            magnitudes[neurons + i] = i;
        }
        Importance importance = Importance.of(index, new Ranking(magnitudes));
        List<int[]> sets = importance.sets();
        assertEquals(8 + 2 + 64 + 4 + 1 + 10, sets.size());
        assertArrayEquals(new int[] {neurons + 199, neurons + 198, neurons + 197}, sets.get(8 + 2));
        assertEquals(
                200, sets.subList(10, 74).stream().mapToInt(set -> set.length).sum());
        double[] losses = new double[sets.size()];
        losses[10] = 6;
        losses[11] = 4;
        double[] scores = importance.scores(losses);
        assertEquals(2, scores[neurons + 198]);
        assertEquals(4.0 / sets.get(11).length, scores[neurons + 196]);
    }

    @Test
    void unitsOfOneSetAreTakenByMagnitude() {
        double[] same = {1, 1, 2, 1};
        Ranking ranking = new Ranking(same, new double[] {3, 5, 0, 4});
        assertArrayEquals(new int[] {1, 2, 3}, ranking.best(new MaskGroup(0, 4), new int[] {0, 1, 2, 3}, 3));
        assertArrayEquals(new int[] {2, 1, 3, 0}, ranking.ranked(new MaskGroup(0, 4)));
    }

    @Test
    void refusesToChooseChannelsOfAResidualNetwork() {
        ManualStudent student = new ManualStudent(ManualStudent.Size.SAME, size(4, 1), By.MAGNITUDE);
        String message = assertThrows(InvalidInputException.class, () -> student.of(SmallShapes.resnet()))
                .getMessage();
        assertTrue(message.startsWith("student by [magnitude] needs"), message);
    }

    @Test
    void refusesUnitsThatTheModelDoesNotHaveAsABug() {
        Layout after = after(stage(8, 4, 12, 3, By.FIRST));
        Kept kept = units(MaskSegments.vector(LAYOUT, 1), stage(8, 4, 12, 3, By.MAGNITUDE))
                .get(0);
        int[] beyond = {0, 1, 2, 3, 4, 5, 6, 16};
        Kept wrong = new Kept(new TowerKept(beyond, kept.image().layers()), kept.text());
        assertThrows(IllegalArgumentException.class, () -> Gather.chosen(LAYOUT, after, wrong));
    }

    private static void enlarge(float[] vector, String name, int... elements) {
        for (int element : elements) {
            vector[LAYOUT.segment(name).offset() + element] = 100;
        }
    }

    private static float[] taken(Gather gather, float[] vector, Layout after) {
        return gather.values(0, after.size(), OldVector.slice(vector, 0));
    }

    private static Layout after(StageGoal goal) {
        ModelShape student =
                StageGoal.plans(TEACHER, List.of(goal)).get(0).student().orElseThrow();
        return Layout.of(student, MaskSegments.TOKEN_ROWS, false, false);
    }

    private static Map<Integer, Kept> units(float[] vector, StageGoal... goals) {
        return ManualUnits.of(
                LAYOUT,
                FloatVector.of(vector),
                List.of(goals),
                StageGoal.plans(TEACHER, List.of(goals)),
                ManualUnitsTest::unmeasured);
    }

    private static double[] unmeasured(List<int[]> sets, int batches) {
        throw new AssertionError("nothing may be measured");
    }

    private static StageGoal stage(int width, int layers, int textWidth, int textLayers, By by) {
        return new StageGoal.Manual(new ManualStudent(size(width, layers), size(textWidth, textLayers), by), 1);
    }

    private static ManualStudent.Size size(int width, int layers) {
        return new ManualStudent.Size(OptionalInt.of(width), OptionalInt.of(layers));
    }
}
