package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.Activation;
import io.tinyclip.model.Counts;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Segment;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManualInheritanceTest {
    private static final int VOCABULARY = 11;
    /** Four image and three text layers of head width 4. */
    private static final ModelShape TEACHER = new ModelShape(
            5,
            Activation.GELU,
            new VisionTransformer(4, 2, 16, 4, Collections.nCopies(4, new LayerShape(4, 24))),
            new TextTower(3, VOCABULARY, 12, 4, Collections.nCopies(3, new LayerShape(3, 18))));

    private static final ModelShape STUDENT = student(12, 2, 8, 3).of(TEACHER);
    private static final ModelShape NETWORK = new ModelShape(
            6,
            Activation.QUICK_GELU,
            new ResNet(32, 4, 16, List.of(2, 3, 6, 2)),
            new TextTower(3, VOCABULARY, 8, 4, List.of(new LayerShape(2, 16))));

    @ParameterizedTest
    @CsvSource({"12, 6, 1, 2", "12, 6, 5, 10", "12, 9, 8, 8", "12, 10, 9, 9", "9, 6, 5, 5", "23, 6, 5, 15"})
    void takesEveryKthLayer(int before, int after, int layer, int source) {
        assertEquals(source, SourceNames.layer(layer, before, after));
    }

    @Test
    void shrinksHeadsAndNeuronsWithTheWidth() {
        assertEquals(
                new VisionTransformer(4, 2, 12, 4, Collections.nCopies(2, new LayerShape(3, 18))), STUDENT.image());
        assertEquals(new TextTower(3, VOCABULARY, 8, 4, Collections.nCopies(3, new LayerShape(2, 12))), STUDENT.text());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, VOCABULARY})
    void takesTheFirstOfEveryDimensionOfEveryTensor(int tokenRows) {
        Layout before = Layout.of(TEACHER, tokenRows, false, false);
        Layout after = Layout.of(STUDENT, tokenRows, false, false);
        checkAll(before, after);
    }

    @Test
    void takesTheFirstChannelsAndHeadsOfAResidualNetwork() {
        ModelShape student = student(2, 8).of(NETWORK);
        assertEquals(new ResNet(32, 2, 16, List.of(2, 3, 6, 2)), student.image());
        checkAll(Layout.of(NETWORK, 7, false, false), Layout.of(student, 7, false, false));
        ModelShape shallow =
                new ModelShape(6, Activation.QUICK_GELU, new ResNet(32, 4, 16, List.of(1, 1, 3, 2)), NETWORK.text());
        checkAll(Layout.of(NETWORK, 7, false, false), Layout.of(shallow, 7, false, false));
    }

    @Test
    void givesTheSameByRangeFromOnlyTheSourceItNames() {
        Layout before = Layout.of(TEACHER, 4, false, false);
        Layout after = Layout.of(STUDENT, 4, false, false);
        Gather gather = ManualInheritance.of(before, after);
        float[] old = MaskSegments.vector(before, 3);
        float[] whole = gather.values(0, after.size(), OldVector.slice(old, 0));
        for (int from = 0; from < after.size(); from += 64) {
            int to = Math.min(after.size(), from + 64);
            SourceRange source = gather.source(from, to);
            float[] slice = Arrays.copyOfRange(old, source.from(), source.to());
            assertArrayEquals(
                    Arrays.copyOfRange(whole, from, to),
                    gather.values(from, to, OldVector.slice(slice, source.from())));
        }
    }

    @Test
    void refusesALargerStudentAsABug() {
        Layout small = Layout.of(STUDENT, 4, false, false);
        Layout large = Layout.of(TEACHER, 4, false, false);
        assertThrows(IllegalArgumentException.class, () -> ManualInheritance.of(small, large));
    }

    @ParameterizedTest
    @CsvSource({
        "20, 4, 12, 3, student image width [20] must be from 1 to the [16]",
        "16, 5, 12, 3, student image layers [5] must be from 1 to the [4]",
        "16, 4, 12, 0, student text layers [0] must be from 1 to the [3]",
        "16, 4, 10, 3, student text width [10] leaves no whole number of [3] heads at width [12]; use a multiple",
    })
    void refusesASizeThatDoesNotFitInOneLine(int width, int layers, int textWidth, int textLayers, String part) {
        String message = assertThrows(InvalidInputException.class, () -> student(width, layers, textWidth, textLayers)
                        .of(TEACHER))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void refusesBlocksAndBrokenHeadsOfAResidualNetwork() {
        ModelShape wideHeads =
                new ModelShape(6, Activation.GELU, new ResNet(32, 4, 64, List.of(1, 1, 1, 1)), NETWORK.text());
        assertTrue(
                refusal(student(4, 2, 8, 1), NETWORK).contains("has the blocks of the model before it, [2, 3, 6, 2]"));
        assertTrue(refusal(student(3, 8), wideHeads).contains("use a multiple of [2]"));
    }

    @Test
    void keepIsTheShareOfWhatMasksCount() {
        ModelShape base = SmallShapes.vitB32();
        // A layer has 12 w w + 9 w: 12 of width 640 and 9 of 512 among 122,821,632.
        assertEquals(0.7116, ManualInheritance.keep(student(640, 12, 512, 9).of(base), base, BudgetPlan.PARAMETERS));
        ModelShape network = student(2, 8).of(NETWORK);
        Counts small = Counts.of(network);
        Counts large = Counts.of(NETWORK);
        double share = (double) (small.image() + small.text()) / (large.image() + large.text());
        assertEquals(share, ManualInheritance.keep(network, NETWORK, BudgetPlan.PARAMETERS), 5e-5);
    }

    @Test
    void stagesTakeEachStudentFromTheOneBefore() {
        ModelShape base = SmallShapes.vitB32();
        List<StageGoal> goals = List.of(
                new StageGoal.Manual(student(640, 12, 512, 9), 5),
                new StageGoal.Manual(student(512, 12, 512, 6), 5),
                new StageGoal.Learned(0.25, 500, 5, OptionalDouble.empty()));
        var plans = StageGoal.plans(base, goals);
        assertEquals(student(512, 12, 512, 6).of(base), plans.get(1).student().orElseThrow());
        assertTrue(plans.get(2).student().isEmpty());
        List<StageGoal> rising = List.of(goals.get(1), goals.get(1));
        String message = assertThrows(InvalidInputException.class, () -> StageGoal.plans(base, rising))
                .getMessage();
        assertTrue(message.startsWith("stage 2: the student keeps [0.46"), message);
    }

    @Test
    void refusesToLearnMasksOfAResidualNetworkButNotAStudentChosenByHand() {
        List<StageGoal> byHand = List.of(new StageGoal.Manual(student(2, 8), 5));
        assertDoesNotThrow(() -> Cut.requirePossible(NETWORK, run(byHand)));
        List<StageGoal> learned = List.of(new StageGoal.Learned(0.5, 500, 5, OptionalDouble.empty()));
        String message = assertThrows(InvalidInputException.class, () -> Cut.requirePossible(NETWORK, run(learned)))
                .getMessage();
        assertTrue(message.contains("has no heads and neurons to choose from; name a student"), message);
    }

    private static RunPlan run(List<StageGoal> goals) {
        OptimizerPlan optimizer = new OptimizerPlan(1e-4, 0, 0.9, 0.999, 1e-8, 0.2, 5);
        MaskPlan mask = new MaskPlan(0.02, 0.02, 0.33, 1, 1);
        return new RunPlan(1, 8, 2, 1, StageGoal.plans(NETWORK, goals), false, optimizer, mask);
    }

    /** Against a plain loop over the indices of each element. */
    private static void checkAll(Layout before, Layout after) {
        float[] old = MaskSegments.vector(before, 3);
        float[] taken = ManualInheritance.of(before, after).values(0, after.size(), OldVector.slice(old, 0));
        for (Segment to : after.segments()) {
            Segment from = before.segment(source(to.name(), before, after));
            for (int i = 0; i < to.count(); i++) {
                assertEquals(old[from.offset() + index(i, to, from)], taken[to.offset() + i], to.name() + " " + i);
            }
        }
    }

    private static int index(int element, Segment to, Segment from) {
        int rest = element;
        int index = 0;
        int stride = 1;
        for (int d = to.shape().size() - 1; d >= 0; d--) {
            int size = to.shape().get(d);
            int oldSize = from.shape().get(d);
            int position = rest % size;
            if (d == 0 && to.name().contains("in_proj")) {
                int part = position / (size / 3);
                position = part * (oldSize / 3) + position % (size / 3);
            }
            index += position * stride;
            stride *= oldSize;
            rest /= size;
        }
        return index;
    }

    /** Written out for the shapes above. */
    private static String source(String name, Layout before, Layout after) {
        if (name.startsWith("visual.transformer.resblocks.1.")) {
            boolean halved = before.shape().vision().layers().size() == 4
                    && after.shape().vision().layers().size() == 2;
            return halved ? name.replace("resblocks.1", "resblocks.2") : name;
        }
        if (after.shape().image() instanceof ResNet network && network.blocks().get(2) == 3) {
            return name.replaceFirst("layer3\\.2", "layer3.4").replaceFirst("layer3\\.1", "layer3.2");
        }
        return name;
    }

    private static String refusal(ManualStudent student, ModelShape before) {
        return assertThrows(InvalidInputException.class, () -> student.of(before))
                .getMessage();
    }

    private static ManualStudent student(int width, int textWidth) {
        return new ManualStudent(
                new ManualStudent.Size(OptionalInt.of(width), OptionalInt.empty()),
                new ManualStudent.Size(OptionalInt.of(textWidth), OptionalInt.empty()));
    }

    private static ManualStudent student(int width, int layers, int textWidth, int textLayers) {
        return new ManualStudent(
                new ManualStudent.Size(OptionalInt.of(width), OptionalInt.of(layers)),
                new ManualStudent.Size(OptionalInt.of(textWidth), OptionalInt.of(textLayers)));
    }
}
