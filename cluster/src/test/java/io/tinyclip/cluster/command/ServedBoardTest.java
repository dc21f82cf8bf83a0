package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.board.LiveRun;
import io.tinyclip.cluster.console.NoProgress;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedBoardTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final LiveRun live = new LiveRun();

    /** So that a run that is refused says that alone. */
    @Test
    void aRunInOneProcessNamesItsPageOnceItHasSomethingToDo() {
        try (ServedBoard board = open("embedded");
                Progress progress = live.heard(new NoProgress())) {
            assertEquals("", text());
            progress.begin("stage 1 of 3, inherit", 25, 0);
            progress.begin("stage 1 of 3, distill", 15, 0);
            assertTrue(text().matches("live page: http://127\\.0\\.0\\.1:\\d+/\n"), text());
        }
    }

    /** It may stand by for days without a task. */
    @Test
    void aCandidateNamesItsPageOnceItTakesPart() {
        try (ServedBoard board = open("cluster")) {
            assertEquals("", text());
            live.takePart(() -> CompletableFuture.completedStage(Optional.empty()));
            assertTrue(text().startsWith("live page: "), text());
        }
    }

    private ServedBoard open(String mode) {
        Settings settings = SettingsFile.defaults(Map.of(
                "tinyclip.board.port",
                "0",
                "tinyclip.cluster.mode",
                mode,
                "tinyclip.run.folder",
                folder.resolve("run").toString()));
        return ServedBoard.of(settings, live, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
