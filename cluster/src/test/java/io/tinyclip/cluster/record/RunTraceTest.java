package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.actors.run.RunListener.RunEvent;
import io.tinyclip.actors.run.RunListener.StepCommitted;
import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.mask.MaskShares;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.step.LeftOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunTraceTest {
    private static final RunPlan PLAN = new RunPlan(
            1,
            32,
            8,
            4,
            List.of(new StagePlan(0.5, 5, 5)),
            false,
            new OptimizerPlan(1e-3, 2, 0.9, 0.98, 1e-6, 0.2, 5),
            new MaskPlan(0.5, 0.05, 0.5, 1, 1));
    private static final MaskShares SHARES = new MaskShares(List.of(new MaskShares.TowerShares(
            "image",
            64,
            new float[] {1, 0.25f},
            List.of(new MaskShares.LayerShares(new float[] {0.12345f, Float.NaN}, 128, new float[] {0.5f})))));

    @TempDir
    Path folder;

    @Test
    void aRunThatGoesBackLosesItsLaterMasksAndKeepsWhatHappened() throws IOException {
        try (RunTrace trace = open()) {
            trace.begun(PLAN, 0, cursor(0));
            for (int step = 0; step < 4; step++) {
                trace.masks(cursor(step), step, SHARES);
            }
            trace.begun(PLAN, 4, cursor(2));
        }
        assertEquals(List.of(0, 1), numbers(RunTrace.MASKS, "steps"));
        assertEquals(List.of("begun", "went-back"), words());
        assertEquals(
                "from step 4 to step 2",
                lines(RunTrace.EVENTS).get(1).get("text").getAsString());
    }

    /** Where a hundredth of a large batch cannot be used, every step has some. */
    @Test
    void badSamplesAreLoggedEachTimeThatTheyHaveDoubled() throws IOException {
        Path log = folder.resolve("log.txt");
        LogFile.to(log);
        try (RunTrace trace = open()) {
            for (int step = 0; step < 4; step++) {
                trace.committed(PLAN, leftOut(step, 3));
            }
        }
        List<String> told = Files.readAllLines(log).stream()
                .filter(line -> line.contains("bad-samples: "))
                .map(line -> line.replaceFirst(".*bad-samples: ", ""))
                .toList();
        assertEquals(
                List.of(
                        "3 samples left out of this step, 3 so far; said again at [6]",
                        "3 samples left out of this step, 6 so far; said again at [12]",
                        "3 samples left out of this step, 12 so far; said again at [24]"),
                told);
        assertEquals(4, words().stream().filter("bad-samples"::equals).count(), "events.jsonl has them all");
    }

    private static StepCommitted leftOut(int step, int each) {
        return new StepCommitted(
                cursor(step),
                2.5,
                0.5,
                1.25,
                Double.NaN,
                new Rates(1e-3, 0.5, 0.5, 0.25),
                false,
                0.5,
                new LeftOut(each, List.of()),
                (long) each * (step + 1));
    }

    @Test
    void aNewLeaderGoesOnBehindWhatACrashTore() throws IOException {
        try (RunTrace trace = open()) {
            trace.begun(PLAN, 0, cursor(0));
            trace.masks(cursor(0), 0, SHARES);
        }
        for (String name : List.of(RunTrace.MASKS, RunTrace.EVENTS)) {
            Files.writeString(folder.resolve(name), "{\"steps\":1,\"ev", StandardOpenOption.APPEND);
        }
        try (RunTrace trace = open()) {
            trace.happened(RunEvent.LEADS, "process 7 leads");
            trace.begun(PLAN, 1, cursor(1));
            trace.masks(cursor(1), 1, SHARES);
        }
        assertEquals(List.of(0, 1), numbers(RunTrace.MASKS, "steps"));
        assertEquals(List.of("begun", "leads", "went-on"), words());
    }

    @Test
    void aLineHasEveryTowerAndLayerAndNoNumberThatJsonLacks() throws IOException {
        try (RunTrace trace = open()) {
            trace.begun(PLAN, 0, cursor(3));
            trace.masks(cursor(3), 3, SHARES);
        }
        assertEquals(
                "{\"steps\":3,\"stage\":0,\"phase\":\"inherit\",\"step\":3,\"towers\":[{\"tower\":\"image\",\"widthSize\":64,"
                        + "\"width\":[1.0,0.25],\"layers\":[{\"heads\":[0.123,0.0],\"neuronSize\":128,\"neurons\":[0.5]}]}]}",
                lines(RunTrace.MASKS).get(0).toString());
    }

    @Test
    void aRunWithoutMasksHasNoFileOfThem() throws IOException {
        try (RunTrace trace = open()) {
            trace.begun(PLAN, 0, cursor(0));
            trace.happened(RunEvent.DIED, "x".repeat(2_000));
        }
        assertFalse(Files.exists(folder.resolve(RunTrace.MASKS)));
        assertTrue(lines(RunTrace.EVENTS).get(1).get("text").getAsString().length() < 600);
    }

    @Test
    void linesOfOthersAndTornCharactersStopNoRun() throws IOException {
        Files.writeString(folder.resolve(RunTrace.MASKS), "{\"steps\":\"x\"}\n{\"steps\":{}}\n{\"steps\":0}\n");
        byte[] torn = {'{', '"', 't', (byte) 0xe2, (byte) 0x80};
        Files.write(folder.resolve(RunTrace.EVENTS), torn);
        Files.write(folder.resolve(RunTrace.MASKS), torn, StandardOpenOption.APPEND);
        try (RunTrace trace = open()) {
            trace.begun(PLAN, 0, cursor(1));
            trace.masks(cursor(1), 1, SHARES);
        }
        assertEquals(List.of(0, 1), numbers(RunTrace.MASKS, "steps"));
        assertEquals(List.of("went-on"), words());
    }

    @Test
    void masksThatCannotBeCutStopARunBeforeItsFirstStep() throws IOException {
        Files.createDirectories(folder.resolve(RunTrace.MASKS).resolve("x"));
        try (RunTrace trace = open()) {
            assertThrows(IOException.class, () -> trace.begun(PLAN, 0, cursor(0)));
        }
    }

    @Test
    void aFullDiskIsTold() throws IOException {
        List<IOException> told = new ArrayList<>();
        Files.createDirectories(folder.resolve(RunTrace.EVENTS));
        try (RunTrace trace = RunTrace.open(folder, told::add)) {
            trace.happened(RunEvent.LEADS, "process 7 leads");
        }
        assertEquals(1, told.size());
    }

    private RunTrace open() {
        return RunTrace.open(folder, e -> {
            throw new AssertionError(e);
        });
    }

    private static Cursor cursor(int step) {
        return new Cursor(0, Phase.INHERIT, step);
    }

    private List<JsonObject> lines(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name)).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private List<Integer> numbers(String name, String field) throws IOException {
        return lines(name).stream().map(line -> line.get(field).getAsInt()).toList();
    }

    private List<String> words() throws IOException {
        return lines(RunTrace.EVENTS).stream()
                .map(line -> line.get("event").getAsString())
                .toList();
    }
}
