package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.RecurringViews;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
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
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.StepCompute;
import io.tinyclip.taught.TaughtCache;
import io.tinyclip.taught.TaughtFolder;
import io.tinyclip.taught.TaughtInput;
import io.tinyclip.taught.TaughtKey;
import io.tinyclip.taught.TaughtWriter;
import io.tinyclip.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What teachers say, read from a store instead of computed. */
final class StoredTeachersTest {
    private static final int VIEWS = 3;
    private static final int STEPS = 4;
    /** Samples of a file. */
    private static final int LENGTH = 16;

    private static final long TEACHER = 4;
    private static final long NOBODY = 5;

    private final RandomPairs pairs = new RandomPairs();
    private final RecurringViews data = new RecurringViews(pairs, VIEWS);
    private final TokenRows rows = pairs.rows(8);
    private final LayerShape layer = new LayerShape(2, 24);
    private final ModelShape shape = new ModelShape(
            8,
            Activation.GELU,
            new VisionTransformer(8, 4, 12, 4, List.of(layer, layer)),
            new TextTower(8, Tokenizer.clip().vocabulary(), 8, 4, List.of(layer)));
    private final Layout plain = Layout.of(shape, rows.rows(), false, false);

    @TempDir
    private Path base;

    /** What a run asks a teacher, in all its steps. */
    private record Asking(long seed, int batch, int partitions) {
        static final Asking USUAL = new Asking(5, 16, 4);
    }

    @Test
    void aStoreGivesTheSameBitsColdHalfFilledFilledAndDamaged() throws IOException {
        List<Embedded> cold = ask(Asking.USUAL, teacher(TEACHER), cache());
        assertSame(cold, ask(Asking.USUAL, teacher(NOBODY), cache()));
        List<Path> files = files();
        assertEquals(3, files.size());
        Path file = files.get(1);
        byte[] bytes = Files.readAllBytes(file);
        for (int i = bytes.length / 2; i < bytes.length; i += 5) {
            bytes[i] ^= 1;
        }
        Files.write(file, bytes);
        assertSame(cold, ask(Asking.USUAL, teacher(TEACHER), cache()));
        assertSame(cold, ask(Asking.USUAL, teacher(NOBODY), cache()));
        Files.write(file, new byte[7]);
        Files.delete(files.get(2));
        assertSame(cold, ask(Asking.USUAL, teacher(TEACHER), cache()));
        assertSame(cold, ask(Asking.USUAL, teacher(NOBODY), cache()));
    }

    @Test
    void whatAStoreSaysIsWhatTheTeacherSaysInHalfPrecision() {
        List<Embedded> stored = ask(Asking.USUAL, teacher(TEACHER), cache());
        List<Embedded> asked = ask(Asking.USUAL, teacher(TEACHER), TeacherStores.NONE);
        for (int i = 0; i < asked.size(); i++) {
            assertArrayEquals(asked.get(i).image(), stored.get(i).image(), 0x1p-11f + 1e-6f);
            assertArrayEquals(asked.get(i).text(), stored.get(i).text(), 0x1p-11f + 1e-6f);
            float[] image = stored.get(i).image();
            assertArrayEquals(Rounding.FP16.rounded(image), image);
        }
    }

    /** Cold stores, filled by runs whose batches have other members: what each reads of the other's is what it would have computed. */
    @Test
    void runsOfOtherSeedsBatchesAndPartitionsShareEntries() {
        List<Asking> runs = List.of(
                Asking.USUAL, new Asking(6, 16, 4), new Asking(7, 20, 4), new Asking(8, 40, 1), new Asking(9, 8, 8));
        TeacherStores shared = cache();
        List<List<Embedded>> filledByAll = new ArrayList<>();
        for (Asking run : runs) {
            filledByAll.add(ask(run, teacher(TEACHER), shared));
        }
        List<Embedded> others = ask(runs.get(1), teacher(NOBODY), cacheOf(runs.get(0)));
        assertTrue(sameRows(filledByAll.get(1), others) > 0, "some views of one run are those of the other");
        assertEquals(0, sameRows(filledByAll.get(1), ask(runs.get(1), teacher(NOBODY), cache(base.resolve("none")))));
        for (int run = 0; run < runs.size(); run++) {
            TeacherStores own = cache(base.resolve("own-" + run));
            assertSame(filledByAll.get(run), ask(runs.get(run), teacher(TEACHER), own));
        }
    }

    @Test
    void anInputNeedsNoTeacher() {
        TaughtFolder folder = folder(base, Optional.empty());
        String line = assertThrows(InvalidInputException.class, () -> TaughtInput.open(folder, data))
                .getMessage();
        assertTrue(line.contains("is not complete"), line);
        fill(folder, first -> true);
        TeacherStores input = new TeacherStores.Inputs(List.of(TaughtInput.open(folder, data)));
        List<Embedded> read = ask(Asking.USUAL, List.of(), input);
        List<Embedded> asked = ask(Asking.USUAL, teacher(TEACHER), TeacherStores.NONE);
        for (int i = 0; i < asked.size(); i++) {
            assertArrayEquals(asked.get(i).image(), read.get(i).image(), 0x1p-11f + 1e-6f);
            assertArrayEquals(asked.get(i).text(), read.get(i).text(), 0x1p-11f + 1e-6f);
        }
    }

    @Test
    void aStoreThatIsFilledInPartsIsThatWhichIsFilledAtOnce() throws IOException {
        TaughtFolder whole = folder(base.resolve("whole"), Optional.empty());
        TaughtFolder parts = folder(base.resolve("parts"), Optional.empty());
        fill(whole, first -> true);
        fill(parts, first -> first == LENGTH);
        fill(parts, first -> first != LENGTH);
        assertEquals(
                TaughtInput.open(whole, data).hash(),
                TaughtInput.open(parts, data).hash());
        List<Path> left = files(base.resolve("whole"));
        List<Path> right = files(base.resolve("parts"));
        assertEquals(3, left.size());
        for (int i = 0; i < left.size(); i++) {
            assertEquals(-1, Files.mismatch(left.get(i), right.get(i)));
        }
    }

    @Test
    void storesNeedViewsThatRecur() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ClipCompute(setup(Asking.USUAL, teacher(TEACHER), cache(), pairs)).close());
    }

    @Test
    void theProbeLetsTheTeacherThroughAndNoForwardThatMixesRows() {
        TeacherStores.requireRowsAlone(teacher(TEACHER).get(0), Precision.FP32, ComputeDevice.CPU);
        List<float[]> rows = IntStream.range(0, RowForward.ROWS)
                .mapToObj(row -> new float[] {row + 1})
                .toList();
        assertEquals(Optional.empty(), RowProbe.difference(rows, all -> all));
        Optional<String> places = RowProbe.difference(rows, all -> IntStream.range(0, all.size())
                .mapToObj(row -> new float[] {all.get(row)[0] + (row == 31 ? 1e-3f : 0)})
                .toList());
        assertEquals(Optional.of("row [0] has other bits at another place"), places);
        Optional<String> companions = RowProbe.difference(rows, all -> all.stream()
                .map(row -> new float[] {row[0] + all.size()})
                .toList());
        assertEquals(Optional.of("row [17] has other bits without its companions"), companions);
    }

    private void fill(TaughtFolder folder, Predicate<Integer> wanted) {
        TaughtWriter writer = new TaughtWriter(folder, "fp32", "any");
        Layout whole = Layout.of(shape, shape.text().vocabulary(), false, false);
        FloatVector vector = rows.expand(
                plain, teacher(TEACHER).get(0).vector(), new float[shape.text().vocabulary() * 8]);
        StoreFilling.Work work = new StoreFilling.Work(
                data, Preprocessing.clip(8), new Teacher(whole, vector), Precision.FP32, 2, ComputeDevice.CPU);
        try (StoreFilling filling = new StoreFilling(work)) {
            writer.forEachRange(data, (range, first) -> {
                if (wanted.test(first)) {
                    assertFalse(writer.isWhole(range));
                    filling.fill(writer, range, first, done -> {});
                    assertTrue(writer.isWhole(range));
                }
            });
        }
    }

    private List<Teacher> teacher(long seed) {
        return List.of(new Teacher(plain, FloatVector.of(Initialization.random(plain, seed))));
    }

    private TeacherStores cache() {
        return cache(base);
    }

    private TeacherStores cacheOf(Asking run) {
        TeacherStores filled = cache(base.resolve("of"));
        ask(run, teacher(TEACHER), filled);
        return filled;
    }

    private static long sameRows(List<Embedded> left, List<Embedded> right) {
        long same = 0;
        for (int i = 0; i < left.size(); i++) {
            for (int row = 0; row < left.get(i).image().length; row += 8) {
                same += Arrays.equals(
                                left.get(i).image(), row, row + 8, right.get(i).image(), row, row + 8)
                        ? 1
                        : 0;
            }
        }
        return same;
    }

    private TeacherStores cache(Path folder) {
        TaughtKey.Computation computation =
                TeacherStores.computation(plain, Precision.FP32, ComputeDevice.CPU, "this machine");
        return new TeacherStores.Caches(List.of(new TaughtCache(folder(folder, Optional.of(computation)))));
    }

    private TaughtFolder folder(Path folder, Optional<TaughtKey.Computation> computation) {
        return new TaughtFolder(folder, new TaughtKey("teacher", "{}", 8, VIEWS, 100, 8, computation), LENGTH);
    }

    private ClipCompute.Setup setup(Asking asking, List<Teacher> teachers, TeacherStores stores, Dataset from) {
        RunPlan plan = new RunPlan(
                asking.seed,
                asking.batch,
                asking.partitions,
                4,
                List.of(new StagePlan(0.5, 10, 10)),
                false,
                new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5),
                new MaskPlan(0.02, 0.02, 0.5, 1, 1));
        return new ClipCompute.Setup(
                plan,
                from,
                shape,
                rows,
                Preprocessing.clip(8),
                Precision.FP32,
                50,
                teachers,
                new ClipCompute.Memory(
                        new GraphBudget(Hold.ON, 1 << 20),
                        new TeacherCache(0),
                        new VectorPool(),
                        LoadingThreads.NONE,
                        stores),
                ComputeDevice.CPU);
    }

    private List<Embedded> ask(Asking asking, List<Teacher> teachers, TeacherStores stores) {
        List<Embedded> answers = new ArrayList<>();
        try (StepCompute compute = new ClipCompute(setup(asking, teachers, stores, data))) {
            for (int step = 0; step < STEPS; step++) {
                Cursor cursor = new Cursor(0, Phase.DISTILL, step);
                compute.install(cursor, plain, FloatVector.of(Initialization.random(plain, 3)));
                for (int partition = 0; partition < asking.partitions; partition++) {
                    answers.addAll(compute.features(cursor, partition).teachers());
                }
            }
        }
        return answers;
    }

    private static void assertSame(List<Embedded> expected, List<Embedded> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).image(), found.get(i).image());
            assertArrayEquals(expected.get(i).text(), found.get(i).text());
        }
    }

    private List<Path> files() throws IOException {
        return files(base);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
