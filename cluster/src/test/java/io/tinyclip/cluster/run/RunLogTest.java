package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run in one process tells of itself: in its log, a line for each event; and as it is judged. */
final class RunLogTest {
    private static final String RUN = "l\u00E4uft % hier";
    private static final String STAGES = "[{keep=0.75,inherit-steps=4,distill-steps=2}]";

    @TempDir
    private static Path folder;

    private static final Shown SHOWN = new Shown();

    /** What is shown of each task: how far it is each time. */
    private static final class Shown implements Progress {
        private final Map<String, List<Long>> advances = new TreeMap<>();
        private final Map<String, Long> totals = new TreeMap<>();
        private String task = "";

        @Override
        public synchronized void begin(String name, long total, long done) {
            task = name;
            totals.put(name, total);
            advances.put(name, new ArrayList<>());
        }

        @Override
        public synchronized void advance(long done, String note) {
            advances.get(task).add(done);
        }

        @Override
        public void close() {}
    }

    @BeforeAll
    static void train() {
        train(folder.resolve(RUN), SHOWN);
    }

    @Test
    void aLineSaysEachEventAndWhereTheRunStands() throws IOException {
        String log = Files.readString(folder.resolve(RUN).resolve("log.txt"));
        for (String event : List.of(
                "leads: process ",
                "begun: at step 0",
                "stage 1 of 1, inherit: from step 0 of 4",
                "stage 1 of 1, distill: from step 0 of 2",
                "checkpoint after step 6 written",
                "stage-finished: stage 1 is trained",
                "evaluating the teacher: {",
                "evaluating stage 1: {",
                "finished with digest")) {
            assertEquals(
                    1, log.lines().filter(line -> line.contains(" - " + event)).count(), event + "\n" + log);
        }
        String checkpoint = line(log, "checkpoint after step 6 written");
        assertTrue(checkpoint.contains(" stage=0 phase=distill step=2 "), checkpoint);
        assertTrue(log.lines().filter(line -> line.contains(" INFO ")).count() < 60, "no noise: " + log);
    }

    @Test
    void evaluationsMoveAsTheyAreComputed() {
        for (String task : List.of("evaluating the teacher", "evaluating stage 1")) {
            List<Long> advances = SHOWN.advances.get(task);
            long total = SHOWN.totals.get(task);
            assertTrue(total > 1_000, "pictures and texts, not the task as such: " + total);
            assertTrue(advances.size() > 2, advances.toString());
            assertEquals(advances.stream().sorted().toList(), advances);
            assertEquals(total - 1, advances.get(advances.size() - 2), "all is embedded before speeds are measured");
            assertEquals(total, advances.get(advances.size() - 1));
        }
    }

    private static void train(Path run, Progress progress) {
        Path cache = folder.resolve("cache");
        Map<String, String> teacher = SmallRun.settings(folder.resolve("teacher"), cache);
        teacher.put("tinyclip.pretrain.steps", "2");
        teacher.put("tinyclip.data.icons", "40");
        SmallRun.finishes(Training.Command.PRETRAIN, teacher, new FakeEngine());
        Map<String, String> settings = SmallRun.settings(run, cache);
        settings.put("tinyclip.data.icons", "40");
        settings.put("tinyclip.teacher", folder.resolve("teacher/model").toString());
        settings.put("tinyclip.stages", STAGES);
        settings.put("tinyclip.mask.rate", "2.5");
        Training.Console console = new Training.Console(progress, new PrintStream(PrintStream.nullOutputStream()));
        assertTrue(new Training(
                        Training.Command.RUN,
                        SettingsFile.defaults(settings),
                        new FakeEngine(),
                        RunHost.embedded(),
                        console)
                .execute());
    }

    private static String line(String log, String words) {
        return log.lines().filter(line -> line.contains(words)).findFirst().orElseThrow();
    }
}
