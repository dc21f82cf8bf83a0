package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.record.ModelFigures.Parameters;
import io.tinyclip.numeric.Numerics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class LeversDocumentTest {
    @Test
    void tellsEachLeverWithAndWithoutByTheFamilyThatJudges() throws IOException {
        LeverRuns runs = new LeverRuns(metrics(11, 36));
        for (int seed = 1; seed <= 3; seed++) {
            runs.add("recipe", seed, run(seed, 24, 8 + seed * 0.1, 34));
        }
        runs.add("views", 1, run(1, 26, 9.5, 34.4));
        runs.add("views", 2, run(2, 26, 9.6, 33.6));
        String page = new LeversDocument(runs).page();
        assertFalse(page.contains("${"), page);
        assertTrue(page.contains("| recipe | 3 | 24.0 (0.0) | 8.2 (0.2) | 60.0 (0.0) | 34.0 (0.0) |"), page);
        assertTrue(page.contains("| views | 2 | 26.0 (0.0) | 9.6 (0.1) | 60.0 (0.0) | 34.0 (0.8) |"), page);
        assertTrue(page.contains("Of names **Holds**: *views*, points: +1.4 against *recipe* (holds). It is"), page);
        assertTrue(page.contains("*recipe* (holds). It is above in 4 of 4 pairs of seeds."), page);
        assertTrue(page.contains("Of captions **Cannot be told at this scale**: *views*, points: +0.0"), page);
        assertTrue(page.contains("`loss.features = 2000` beside affinity, against *recipe* (not run yet)"), page);
        assertFalse(page.contains("| features |"), page);
    }

    /** Where a run has all sizes, one row tells them; the last of a size counts. */
    @Test
    void tellsTheStudentsOnTheWay() throws IOException {
        LeverRuns runs = new LeverRuns(metrics(11, 36));
        runs.add("recipe", 1, run(1, 24, 8, 34));
        RunRecord three = run(1, 20, 8, 34)
                .record()
                .reached(0, new StageFigures(model(0.75, 30), 100, 60, "a", 0.25), 0)
                .reached(1, new StageFigures(model(0.5, 28), 100, 60, "b", 0.5), 0)
                .reached(2, new StageFigures(model(0.25, 26), 100, 60, "c", 0.75), 0)
                .reached(3, new StageFigures(model(0.25, 27), 400, 60, "d", 0.75), 0);
        runs.add("near", 1, new LeverRuns.Run(three, metrics(9, 34)));
        runs.add("kept", 1, new LeverRuns.Run(three, metrics(9, 34)));
        String page = new LeversDocument(runs).page();
        assertTrue(page.contains("| kept | 50 % | 1.00 | 7.00 | 20.0 |"), page);
        assertTrue(page.contains("Not judged by photographs"), page);
        assertTrue(page.contains("| near | 30.0 | 28.0 | 27.0 | 60.0 | 60.0 | 60.0 |"), page);
        assertFalse(page.contains("| recipe | 24.0 |"), page);
    }

    @Test
    void tellsHowNearToTheTeacherStudentsAreThatWereHeldBesideIt() throws IOException {
        Map<String, Double> teacher = new HashMap<>(metrics(11, 36));
        teacher.put("photos.r@10", 0.07);
        teacher.put("photos.t2i.r@10", 0.05);
        LeverRuns runs = new LeverRuns(teacher);
        runs.add("recipe", 1, run(1, 24, 8, 34));
        for (int seed = 1; seed <= 2; seed++) {
            Map<String, Double> judged = new HashMap<>(metrics(9, 34));
            judged.put("name.teacher.kl", 1.5 + seed * 0.1);
            judged.put("teacher.kl", 1.1);
            judged.put("name.teacher.cos.image", 0.98);
            judged.put("name.teacher.cos.text", 0.985);
            judged.put("photos.r@10", 0.05);
            judged.put("photos.t2i.r@10", 0.06);
            judged.put("photos.teacher.kl", 4.25);
            judged.put("photos.teacher.cos.image", 0.96);
            judged.put("photos.teacher.cos.text", 0.97);
            runs.add("near", seed, new LeverRuns.Run(run(seed, 26, 9, 34).record(), judged));
            Map<String, Double> nearer = new HashMap<>(judged);
            nearer.put("name.teacher.kl", 1.25);
            runs.add("muon", seed, new LeverRuns.Run(run(seed, 26, 9, 34).record(), nearer));
        }
        String page = new LeversDocument(runs).page();
        assertTrue(page.contains("divergence of names is 1.25 instead of 1.65 (that it is nearer: holds)."), page);
        assertTrue(page.contains("| teacher |  | 6.0 | 0 | 0 | 0 |"), page);
        assertTrue(page.contains("| near | 2 | 5.5 (0.0) | 4.25 (0.00) | 0.0400 (0.0000) | 0.0300 (0.0000) |"), page);
        assertTrue(page.contains("| near | 2 | 1.65 (0.10) | 1.10 (0.00) | 0.0200 (0.0000) | 0.0150 (0.0000) |"), page);
        assertFalse(page.contains("| recipe | 1.65"), page);
    }

    @Test
    void leavesOutRunsThatWereNotJudgedAndSaysSo(@TempDir Path folder) throws IOException {
        Files.createDirectory(folder.resolve("teacher"));
        Files.writeString(folder.resolve("teacher/judged.json"), "{ \"metrics\": { \"r@1\": 0.5 } }");
        Files.writeString(folder.resolve("teacher/photos.json"), "{ \"metrics\": { \"r@10\": 0.125 } }");
        for (int seed = 1; seed <= 2; seed++) {
            Path run = Files.createDirectory(folder.resolve("recipe-seed" + seed));
            Files.writeString(
                    run.resolve("run.json"),
                    RunRecordJson.write(run(seed, 24, 8, 34).record()));
        }
        Files.writeString(folder.resolve("recipe-seed1/judged.json"), "{ \"metrics\": { \"r@1\": 0.25 } }");
        LeverRuns found = LeverRuns.read(folder);
        assertEquals(List.of(1), found.seeds());
        assertEquals(0.25, found.all().iterator().next().judged().get("r@1"));
        assertEquals(List.of("recipe-seed2"), found.leftOut());
        assertEquals(Map.of("r@1", 0.5, "photos.r@10", 0.125), found.teacherJudged());
    }

    private static LeverRuns.Run run(long seed, double chosen, double names, double captions) {
        RunRecord.Beginning beginning = new RunRecord.Beginning("run", "lever", seed, Map.of(), Optional.empty());
        RunRecord run = RunRecord.fresh(beginning, RunNumerics.begun(Numerics.STRICT))
                .with(RunFigures.NONE.withTeacher(model(1, 30)))
                .reached(0, new StageFigures(model(0.25, chosen), 700, 60, "digest", 0.75), 0)
                .spent(60)
                .ended("digest");
        return new LeverRuns.Run(run, metrics(names, captions));
    }

    private static ModelFigures model(double keep, double names) {
        Parameters parameters = new Parameters(Math.round(keep * 1e6), 500_000, 6_000_000);
        return new ModelFigures(keep, parameters, 20_000_000, metrics(names, 60), OptionalDouble.of(1000));
    }

    private static Map<String, Double> metrics(double names, double captions) {
        return Map.of(
                "name.r@1", names / 100,
                "name.t2i.r@1", names / 100,
                "r@1", captions / 100,
                "t2i.r@1", captions / 100);
    }

    /** {@code scripts/claims --levers} sets both folders. */
    @Test
    @EnabledIfSystemProperty(named = "levers.runs", matches = ".+")
    void writesTheDocument() throws IOException {
        Path documents = Path.of(System.getProperty("claims.documents"));
        LeversDocument.write(Path.of(System.getProperty("levers.runs")), documents);
        assertFalse(Files.readString(documents.resolve("levers.md")).contains("${"));
    }
}
