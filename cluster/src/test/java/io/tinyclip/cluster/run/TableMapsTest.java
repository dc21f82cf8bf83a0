package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.checkpoint.FollowedException;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.inherit.TableMap;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.random.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableMapsTest {
    private static final int VOCABULARY = 11;
    private static final int WIDTH = 8;
    private static final ModelShape SHAPE = new ModelShape(
            4,
            Activation.GELU,
            new VisionTransformer(8, 4, 8, 4, List.of(new LayerShape(2, 8))),
            new TextTower(5, VOCABULARY, WIDTH, 4, List.of(new LayerShape(2, 8))));
    private static final List<StagePlan> STAGES = List.of(
            StagePlan.calibrated(0.9, CalibrationPlan.of(4), 1),
            new StagePlan(0.7, 10, 1),
            StagePlan.calibrated(0.5, new CalibrationPlan(4, false), 1),
            StagePlan.calibrated(0.3, CalibrationPlan.of(4), 1),
            StagePlan.asItIs(0.3, 1));

    @TempDir
    Path folder;

    private RunFolder run;
    private TableMaps maps;

    @BeforeEach
    void open() {
        run = RunFolder.open(
                SettingsFile.defaults(
                        Map.of("tinyclip.run.folder", folder.resolve("run").toString())),
                "run",
                Duration.ZERO);
        run.lead();
        maps = new TableMaps(run, start());
    }

    @AfterEach
    void close() throws IOException {
        run.close();
    }

    @Test
    void aTableOfChosenChannelsNeedsNoFile() {
        WidthMap chosen = new WidthMap(WIDTH, new int[] {0, 3, 7}, new float[] {1, 0.5f, 0.25f});
        assertArrayEquals(chosen.apply(start().frozenTable(), VOCABULARY), maps.frozen(chosen, 4));
    }

    @Test
    void rowsAreWhatTheCutMakesOfThem() {
        TableMap cut = map(WIDTH, 6);
        maps.write(STAGES.get(0), WidthMap.identity(WIDTH), Optional.of(cut));
        float[] mixed = cut.apply(start().frozenTable(), VOCABULARY);
        assertArrayEquals(mixed, maps.frozen(WidthMap.identity(6), 0));
        WidthMap learned = WidthMap.identity(6).compose(new int[] {0, 2, 5}, new float[] {1, 1, 0.5f, 1, 1, 0.25f});
        assertArrayEquals(learned.apply(mixed, VOCABULARY), maps.frozen(learned, 1));
    }

    /** Masks choose channels of what a first cut has left, and a second one mixes these. */
    @Test
    void eachFileSaysWhatAllCutsUntilThenHaveMadeOfTheFirstTable() {
        TableMap first = map(WIDTH, 6);
        maps.write(STAGES.get(0), WidthMap.identity(WIDTH), Optional.of(first));
        WidthMap learned = WidthMap.identity(6).compose(new int[] {1, 2, 3, 5}, new float[] {1, 1, 0.5f, 1, 1, 0.25f});
        maps.write(STAGES.get(2), learned, Optional.empty());
        assertArrayEquals(
                learned.apply(first.apply(start().frozenTable(), VOCABULARY), VOCABULARY),
                maps.frozen(learned, 2),
                "a cut that leaves the width, and says so in a file of its own");
        TableMap second = map(4, 2);
        maps.write(STAGES.get(3), learned, Optional.of(second));
        float[] stepByStep =
                second.apply(learned.apply(first.apply(start().frozenTable(), VOCABULARY), VOCABULARY), VOCABULARY);
        assertArrayEquals(stepByStep, maps.frozen(WidthMap.identity(2), 3), 1e-6f);
        assertArrayEquals(stepByStep, maps.frozen(WidthMap.identity(2), 4), 1e-6f);
        assertArrayEquals(
                first.apply(start().frozenTable(), VOCABULARY),
                maps.frozen(WidthMap.identity(6), 0),
                "students before it are as they were");
    }

    /** Masks first, and then the only cut by calibration. */
    @Test
    void channelsThatMasksChoseOfTheTeachersAreMixed() {
        WidthMap learned = new WidthMap(WIDTH, new int[] {1, 2, 6}, new float[] {1, 0.5f, 0.75f});
        TableMap cut = map(3, 2);
        maps.write(STAGES.get(3), learned, Optional.of(cut));
        float[] stepByStep = cut.apply(learned.apply(start().frozenTable(), VOCABULARY), VOCABULARY);
        assertArrayEquals(stepByStep, maps.frozen(WidthMap.identity(2), 3), 1e-6f);
    }

    @Test
    void theSameCutLeavesTheSameBytes() throws IOException {
        maps.write(STAGES.get(0), WidthMap.identity(WIDTH), Optional.of(map(WIDTH, 6)));
        byte[] once = Files.readAllBytes(run.tableMap(0));
        maps.write(STAGES.get(0), WidthMap.identity(WIDTH), Optional.of(map(WIDTH, 6)));
        assertArrayEquals(once, Files.readAllBytes(run.tableMap(0)));
        assertEquals("table-map-1.safetensors", run.tableMap(0).getFileName().toString());
    }

    @Test
    void whoeverLeadsNoMoreWritesNothing() {
        run.store().terms().take();
        assertThrows(
                FollowedException.class,
                () -> maps.write(STAGES.get(0), WidthMap.identity(WIDTH), Optional.of(map(WIDTH, 6))));
        assertTrue(Files.notExists(run.tableMap(0)));
    }

    @Test
    void aMissingFileIsOneLineThatNamesIt() throws IOException {
        maps.write(STAGES.get(0), WidthMap.identity(WIDTH), Optional.of(map(WIDTH, 6)));
        requireRefused("calibration has left [5], in [table-map-1.safetensors]", 5, 1);
        requireRefused("calibration has left [6], in [table-map-3.safetensors]", 6, 2);
        Files.delete(run.tableMap(0));
        requireRefused("in [table-map-1.safetensors]; bring the file back", 6, 0);
        assertThrows(
                InvalidInputException.class,
                () -> maps.write(STAGES.get(3), WidthMap.identity(6), Optional.of(map(6, 2))));
        assertTrue(Files.notExists(run.tableMap(3)));
    }

    @Test
    void aDamagedFileIsOneLineThatNamesIt() throws IOException {
        maps.write(STAGES.get(0), WidthMap.identity(WIDTH), Optional.of(map(WIDTH, 6)));
        byte[] whole = Files.readAllBytes(run.tableMap(0));
        for (int bytes : new int[] {0, 5, 20, whole.length - 1}) {
            Files.write(run.tableMap(0), Arrays.copyOf(whole, bytes));
            requireRefused("table-map-1.safetensors", 6, 0);
        }
    }

    /** What was left behind by a cut that was then made again otherwise, of a later stage, is not looked at. */
    @Test
    void onlyTheLastCutsFileCounts() {
        maps.write(STAGES.get(0), WidthMap.identity(WIDTH), Optional.of(map(WIDTH, 4)));
        maps.write(STAGES.get(2), WidthMap.identity(4), Optional.empty());
        maps.write(STAGES.get(3), WidthMap.identity(4), Optional.of(map(4, 3)));
        TableMap again = map(WIDTH, 3);
        maps.write(STAGES.get(0), WidthMap.identity(WIDTH), Optional.of(again));
        assertArrayEquals(again.apply(start().frozenTable(), VOCABULARY), maps.frozen(WidthMap.identity(3), 1));
        maps.write(STAGES.get(2), WidthMap.identity(3), Optional.empty());
        maps.write(STAGES.get(3), WidthMap.identity(3), Optional.empty());
        assertArrayEquals(again.apply(start().frozenTable(), VOCABULARY), maps.frozen(WidthMap.identity(3), 4));
    }

    @Test
    void whereAllRowsAreInTheVectorNothingIsAskedOfAFile() {
        TableMaps whole = new TableMaps(run, start(TokenRows.all(VOCABULARY)));
        assertArrayEquals(new float[VOCABULARY * 5], whole.frozen(WidthMap.identity(5), 0));
    }

    private void requireRefused(String part, int channels, int stage) {
        String message = assertThrows(
                        InvalidInputException.class, () -> maps.frozen(WidthMap.identity(channels), stage))
                .getMessage();
        assertTrue(message.contains(part), message);
        assertFalse(message.contains("\n"), message);
    }

    private static TableMap map(int from, int to) {
        return new TableMap(from, to, random(Counter.key(from), from * to));
    }

    private static float[] random(long key, int floats) {
        float[] values = new float[floats];
        IntStream.range(0, floats).forEach(i -> values[i] = (float) Counter.uniform(key, i) - 0.5f);
        return values;
    }

    private static Start start() {
        BitSet some = new BitSet();
        some.set(2, 9);
        return start(TokenRows.of(some, VOCABULARY));
    }

    private static Start start(TokenRows rows) {
        Layout layout = Layout.of(SHAPE, VOCABULARY, false, false);
        Model model = Model.of(
                SHAPE, FloatVector.of(random(Counter.key(7), layout.size())), Preprocessing.clip(8), new JsonObject());
        OptimizerPlan optimizer = new OptimizerPlan(1e-4, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        MaskPlan mask = new MaskPlan(0.5, 0.05, 0.5, 1, 1);
        RunPlan plan = new RunPlan(1, 8, 2, 1, STAGES, false, optimizer, mask);
        return new Start(plan, SHAPE, List.of(model), rows, Optional.of(model), model::vector, Preprocessing.clip(8));
    }
}
