package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.record.ModelFigures.Parameters;
import io.tinyclip.cluster.record.Sample.Verdict;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.Numerics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class ClaimsDocumentTest {
    private static final RunNumerics NUMERICS = RunNumerics.begun(Numerics.STRICT);

    @Test
    void aClaimHoldsOnlyWhereMeansAreFurtherApartThanSeeds() {
        Sample high = new Sample(30, 32, 31);
        assertEquals(Verdict.HOLDS, high.isAbove(new Sample(28, 28.5, 27.5)));
        assertEquals(Verdict.OPEN, high.isAbove(new Sample(29, 29, 30)));
        assertEquals(Verdict.FAILS, new Sample(28, 28.5, 27.5).isAbove(high));
        assertEquals(Verdict.OPEN, new Sample(90).isAbove(new Sample(10)), "one seed has no spread");
        assertEquals("31.0 (2.0)", high.text(1));
    }

    @Test
    void fillsEveryPlaceOfThePage() throws IOException {
        String page = new ClaimsDocument(runs()).page();
        assertFalse(page.contains("${"), page);
        assertTrue(page.contains("| 100 | 20.0 (1.0) | 10.0 (1.0) | about 200 | 60.0 (1.0) | 50.0 (1.0) |"), page);
        assertTrue(page.contains("| 200 | 40.0 (1.0) | 20.0 (1.0) | more than 400 | 80.0 (1.0) | 60.0 (1.0) |"), page);
        assertTrue(
                page.contains("Of names: **Holds**: inherited weights against random ones, points: +10.0 after 100"),
                page);
        assertTrue(
                page.contains("Of captions: **In parts**: affinity, points: +10.0 against features alone (holds)"),
                page);
        assertTrue(page.contains("-0.5 against contrastive alone (cannot be told at this scale)."), page);
        assertTrue(page.contains("| 25 % | 0.30 (0.00) | 1.0 (0.0) | 30.0 (1.0) | 70.0 (1.0) | 4.00 (0.00) |"), page);
    }

    @Test
    void drawsALineForEverySelection() {
        String plots = new ClaimsDocument(runs()).plots();
        List.of("learned", "importance", "magnitude", "uniform", "inherited", "random")
                .forEach(name -> assertTrue(plots.contains(">" + name + "<"), name));
    }

    @Test
    void refusesRunsThatAreNotAllThere() throws IOException {
        ClaimRuns missing = runs();
        missing.add("learned", 3, run(1, 1, 1));
        assertThrows(InvalidInputException.class, missing::seeds);
        assertThrows(InvalidInputException.class, () -> runs().of("guessed"));
        RunRecord begun = RunRecord.fresh(beginning("learned", 1), NUMERICS);
        assertThrows(InvalidInputException.class, () -> runs().add("learned", 1, begun));
    }

    /** Two seeds, a point of R@1 apart. */
    private static ClaimRuns runs() {
        ClaimRuns runs = new ClaimRuns();
        Map<String, double[]> recalls = Map.ofEntries(
                Map.entry("learned", new double[] {42, 38, 30}),
                Map.entry("importance", new double[] {42, 36, 27}),
                Map.entry("magnitude", new double[] {42, 35, 26}),
                Map.entry("uniform", new double[] {42, 34, 25}),
                Map.entry("single-learned", new double[] {20}),
                Map.entry("single-uniform", new double[] {15}),
                Map.entry("features", new double[] {30}),
                Map.entry("contrastive", new double[] {40.5}),
                Map.entry("inherited-100", new double[] {20}),
                Map.entry("inherited-200", new double[] {40}),
                Map.entry("random-100", new double[] {10}),
                Map.entry("random-200", new double[] {20}),
                Map.entry("random-400", new double[] {30}));
        recalls.forEach((experiment, recall) -> {
            runs.add(experiment, 1, run(1, -0.5, recall));
            runs.add(experiment, 2, run(2, 0.5, recall));
        });
        return runs;
    }

    private static RunRecord run(long seed, double more, double... recall) {
        RunRecord run =
                RunRecord.fresh(beginning("claim", seed), NUMERICS).with(RunFigures.NONE.withTeacher(model(1, 40)));
        for (int stage = 0; stage < recall.length; stage++) {
            double keep = 0.25 * (recall.length - stage);
            run = run.reached(
                    stage, new StageFigures(model(keep, recall[stage] + more), 100, 60, "digest", 1 - keep), 0);
        }
        return run.spent(60).ended("digest");
    }

    private static RunRecord.Beginning beginning(String name, long seed) {
        return new RunRecord.Beginning("run", name, seed, Map.of(), Optional.empty());
    }

    private static ModelFigures model(double keep, double recall) {
        long millionths = Math.round(keep * 1_000_000);
        Map<String, Double> metrics = Map.of(
                "name.r@1",
                (recall + 1) / 100,
                "name.t2i.r@1",
                (recall - 1) / 100,
                "r@1",
                (recall + 50) / 100,
                "t2i.r@1",
                (recall + 30) / 100);
        Parameters parameters = new Parameters(millionths, millionths / 5, 999);
        return new ModelFigures(keep, parameters, 4 * millionths, metrics, OptionalDouble.of(1000 / keep));
    }

    /** {@code scripts/claims} sets both folders. */
    @Test
    @EnabledIfSystemProperty(named = "claims.runs", matches = ".+")
    void writesTheDocument() throws IOException {
        Path documents = Path.of(System.getProperty("claims.documents"));
        ClaimsDocument.write(Path.of(System.getProperty("claims.runs")), documents);
        assertFalse(Files.readString(documents.resolve("claims.md")).contains("${"));
    }
}
