package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.actors.run.RunListener.StepCommitted;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.report.JudgedPoint;
import io.tinyclip.report.StepPoint;
import io.tinyclip.step.LeftOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void whatWasJudgedStandsBehindItsStepAndIsCutWithTheNext() throws IOException {
        JudgedPoint point = new JudgedPoint(
                1, "distill", 0, Map.of("shapes.acc1", 0.25), 1.5, 2.5, Map.of("cifar", "no folder [/x]"));
        try (MetricsFile metrics = MetricsFile.openAt(file, new Cursor(1, Phase.DISTILL, 1))) {
            metrics.append(point);
            metrics.append(step(1, Phase.DISTILL, 1), BATCH);
        }
        assertEquals(List.of(point), MetricsFile.judged(file));
        assertEquals(7, MetricsFile.read(file).size(), "it is no step");
        MetricsFile.openAt(file, new Cursor(1, Phase.DISTILL, 1)).close();
        assertEquals(List.of(point), MetricsFile.judged(file));
        assertEquals(6, MetricsFile.read(file).size());
        MetricsFile.openAt(file, new Cursor(1, Phase.DISTILL, 0)).close();
        assertEquals(List.of(), MetricsFile.judged(file));
    }

    @Test
    void refusesWhatIsJudgedInAnotherForm() throws IOException {
        Files.writeString(
                file, "{\"stage\":1,\"phase\":\"distill\",\"step\":0,\"judged\":3}\n", StandardOpenOption.APPEND);
        String message = assertThrows(InvalidInputException.class, () -> MetricsFile.judged(file))
                .getMessage();
        assertTrue(message.startsWith("line 7 of " + file) && message.contains("judged"), message);
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{} | field [stage] is missing",
                "{'stage':0,'phase':'rest','step':1} | phase [rest] must be pretrain or inherit or distill",
                "{'stage':0,'phase':'inherit','step':1.5} | step [1.5] must be a whole number",
                "{'stage':0,'phase':'inherit','step':1,'loss':'low'} | loss [\"low\"] must be a number",
                "{'stage':0,'pha | is no JSON object",
                "[1] | is no JSON object",
                "none | is no JSON object"
            })
    void aLineThatIsNoStepIsNamedAndNothingIsCut(String line, String reason) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.add(3, line.replace('\'', '"'));
        Files.write(file, lines);
        byte[] before = Files.readAllBytes(file);
        String message = assertThrows(
                        InvalidInputException.class, () -> MetricsFile.openAt(file, new Cursor(1, Phase.INHERIT, 1)))
                .getMessage();
        assertTrue(message.startsWith("[line 4 of " + file + "]: " + reason), message);
        assertTrue(
                message.endsWith("; delete that line, or the whole file, which only the report's curves need"),
                message);
        assertArrayEquals(before, Files.readAllBytes(file));
        assertThrows(InvalidInputException.class, () -> MetricsFile.read(file));
    }

    @Test
    void anObjectThatIsNoStepIsNotTornThoughItIsTheLastLine() throws IOException {
        Files.writeString(file, "{}\n", StandardOpenOption.APPEND);
        assertThrows(InvalidInputException.class, () -> MetricsFile.read(file));
    }

    private static StepCommitted step(int stage, Phase phase, int step) {
        double sparsity = phase == Phase.INHERIT ? 0.1 : Double.NaN;
        return new StepCommitted(
                new Cursor(stage, phase, step),
                2.5,
                0.5,
                1.25,
                sparsity,
                new Rates(1e-3, 0.5, 0.5, 0.25),
                false,
                0.5,
                LeftOut.NONE,
                0);
    }
}
