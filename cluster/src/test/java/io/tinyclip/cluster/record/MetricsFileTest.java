package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.actors.run.RunListener.StepCommitted;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.report.StepPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsFileTest {
    private static final int BATCH = 64;

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    /** Two stages of two inherit and one distill step. */
    @BeforeEach
    void writeTwoStages() throws IOException {
        file = folder.resolve("metrics.jsonl");
        try (MetricsFile metrics = MetricsFile.openAt(file, new Cursor(0, Phase.INHERIT, 0))) {
            for (int stage = 0; stage < 2; stage++) {
                metrics.append(step(stage, Phase.INHERIT, 0), BATCH);
                metrics.append(step(stage, Phase.INHERIT, 1), BATCH);
                metrics.append(step(stage, Phase.DISTILL, 0), BATCH);
            }
        }
    }

    @Test
    void aLineHasTheDocumentedFields() throws IOException {
        JsonObject line =
                JsonParser.parseString(Files.readAllLines(file).get(1)).getAsJsonObject();
        assertEquals(
                Set.of(
                        "stage",
                        "phase",
                        "step",
                        "loss",
                        "kl",
                        "sparsity",
                        "sparsityTarget",
                        "rate",
                        "gradNorm",
                        "pairsPerSecond",
                        "seconds"),
                line.keySet());
        assertEquals("inherit", line.get("phase").getAsString());
        assertEquals(BATCH / 0.5, line.get("pairsPerSecond").getAsDouble());
    }

    @Test
    void leavesOutSparsityWhereThereAreNoMasks() throws IOException {
        assertFalse(Files.readAllLines(file).get(2).contains("\"sparsity\":"));
    }

    @Test
    void aResumeCutsItBackToTheNextStep() throws IOException {
        MetricsFile.openAt(file, new Cursor(1, Phase.INHERIT, 1)).close();
        List<StepPoint> left = MetricsFile.read(file);
        assertEquals(4, left.size());
        assertEquals(0, left.get(3).step());
        assertEquals(1, left.get(3).stage());
    }

    @Test
    void aResumeAtTheEndOfAStageKeepsTheStage() throws IOException {
        MetricsFile.openAt(file, new Cursor(0, Phase.DISTILL, 1)).close();
        assertEquals(3, MetricsFile.read(file).size());
    }

    @Test
    void aResumeFromTheStartEmptiesIt() throws IOException {
        MetricsFile.openAt(file, new Cursor(0, Phase.INHERIT, 0)).close();
        assertEquals(0, Files.size(file));
    }

    @Test
    void aTornLastLineIsCutOffAndWritingGoesOnAfterIt() throws IOException {
        Files.writeString(file, "{\"stage\":1,\"pha", StandardOpenOption.APPEND);
        assertEquals(6, MetricsFile.read(file).size());
        try (MetricsFile metrics = MetricsFile.openAt(file, new Cursor(1, Phase.DISTILL, 1))) {
            metrics.append(step(1, Phase.DISTILL, 1), BATCH);
        }
        assertEquals(7, MetricsFile.read(file).size());
        assertEquals(7, Files.readAllLines(file).size());
    }

    /** It may wake between looking at the term and writing. */
    @Test
    void whatALeaderAppendsThatWasFollowedIsNotInIt() throws IOException {
        try (MetricsFile hung = MetricsFile.openAt(file, new Cursor(1, Phase.DISTILL, 0));
                MetricsFile follows = MetricsFile.openAt(file, new Cursor(1, Phase.INHERIT, 1))) {
            follows.append(step(1, Phase.INHERIT, 1), BATCH);
            hung.append(step(1, Phase.DISTILL, 0), BATCH);
        }
        assertEquals(5, MetricsFile.read(file).size());
    }

    @Test
    void theSameStepsAfterAResumeGiveTheSameFile() throws IOException {
        String before = Files.readString(file);
        try (MetricsFile metrics = MetricsFile.openAt(file, new Cursor(1, Phase.INHERIT, 1))) {
            metrics.append(step(1, Phase.INHERIT, 1), BATCH);
            metrics.append(step(1, Phase.DISTILL, 0), BATCH);
        }
        assertEquals(before, Files.readString(file));
    }

    private static StepCommitted step(int stage, Phase phase, int step) {
        double sparsity = phase == Phase.INHERIT ? 0.1 : Double.NaN;
        return new StepCommitted(
                new Cursor(stage, phase, step), 2.5, 0.5, 1.25, sparsity, new Rates(1e-3, 0.5, 0.5, 0.25), false, 0.5);
    }
}
