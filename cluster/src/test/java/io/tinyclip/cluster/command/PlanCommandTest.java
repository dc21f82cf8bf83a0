package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code plan} says, against what runs of the same recipe really do. */
final class PlanCommandTest {
    private static final String RECIPE = Path.of("..", "conf", "recipes", "tinyclip-vit-22m-32-text-10m.conf")
            .toString();

    @TempDir
    private static Path shared;

    private static Path conf;

    private final CommandRun commands = CommandRun.quiet();

    /** A student chosen by hand, whose size is known; pairs enough for two steps and a half a pass. */
    @BeforeAll
    static void makeATeacher() throws IOException {
        CrawledTar.write(shared.resolve("0.tar"), Map.of());
        String tar = shared.resolve("0.tar").toString();
        conf = SmallRecipe.write(
                shared,
                shared.resolve("teacher"),
                "train = \"" + tar + "\", evaluate = \"" + tar + "\", views = 1",
                "teacher-store { views = 2, folder = \"" + shared.resolve("store")
                        + "\" }, stages = [ { student { image { layers = 1 }, text { layers = 1 } }, distill-steps = 5 } ]");
        CommandRun teacher = CommandRun.quiet();
        assertEquals(
                ExitCode.DONE,
                teacher.execute("pretrain", conf.toString(), "-Dtinyclip.run.folder=" + shared.resolve("teacher")),
                teacher.err());
    }

    private JsonObject plan(String... more) {
        String[] words = Stream.concat(Stream.of("plan", conf.toString(), "--json"), Stream.of(more))
                .toArray(String[]::new);
        assertEquals(ExitCode.DONE, commands.execute(words), commands.err());
        JsonObject json = JsonParser.parseString(commands.out()).getAsJsonObject();
        commands.forgetOut();
        return json;
    }

    @Test
    void stepsPairsAndDiskAreThoseOfTheRun() throws IOException {
        JsonObject plan = plan("--no-probe", "-Dtinyclip.servers=3");
        Path folder = shared.resolve("run");
        assertEquals(ExitCode.DONE, commands.run(conf, folder, "tinyclip.servers=3"), commands.err());
        List<String> lines = Files.readAllLines(folder.resolve("metrics.jsonl"));
        assertEquals(lines.size(), plan.get("steps").getAsInt());
        assertEquals(16L * lines.size(), plan.get("pairs").getAsLong());
        JsonObject disk = plan.getAsJsonObject("disk");
        try (Stream<Path> checkpoints = Files.list(folder.resolve("checkpoints"))) {
            List<Path> kept = checkpoints.filter(Files::isDirectory).toList();
            assertEquals(2, kept.size());
            for (Path checkpoint : kept) {
                assertEquals(disk.get("checkpoint").getAsLong(), bytes(checkpoint, ".bin"));
            }
        }
        assertEquals(
                3 * disk.get("checkpoint").getAsLong(), disk.get("checkpoints").getAsLong());
        assertEquals(
                1,
                (double) Files.size(folder.resolve("model").resolve("model.safetensors"))
                        / disk.get("models").getAsLong(),
                0.01);
        assertEquals(
                1,
                (double) Files.size(folder.resolve("metrics.jsonl"))
                        / disk.get("records").getAsLong(),
                0.4);
    }

    @Test
    void passesAndStepsThatAskTheTeacherFollowFromThePairs() {
        JsonObject phase = plan("--no-probe", "--pairs", "40")
                .getAsJsonArray("phases")
                .get(0)
                .getAsJsonObject();
        assertEquals(5, phase.get("steps").getAsInt());
        assertEquals(2.5, phase.get("passes").getAsDouble());
        assertEquals(2, phase.get("teacherSteps").getAsInt());
        JsonObject stored = plan("--no-probe", "--pairs", "40", "-Dtinyclip.teacher-store.use=precomputed");
        assertEquals(
                0,
                stored.getAsJsonArray("phases")
                        .get(0)
                        .getAsJsonObject()
                        .get("teacherSteps")
                        .getAsInt());
    }

    @Test
    void theTeachersStoreIsAsLargeAsPrecomputeMakesIt() throws IOException {
        long told = plan("--no-probe", "-Dtinyclip.teacher-store.use=filled")
                .getAsJsonObject("disk")
                .get("teacherStore")
                .getAsLong();
        assertEquals(ExitCode.DONE, commands.execute("precompute", conf.toString()), commands.err());
        long found = bytes(shared.resolve("store"), "");
        assertTrue(found >= told && found < told + 2_000, found + " bytes, told " + told);
    }

    private static long bytes(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(it -> it.toString().endsWith(ending))
                    .toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    @Test
    void aProbeMeasuresEveryPhaseAndWritesNothing() throws IOException {
        long before = bytes(shared, ".bin");
        JsonObject plan = plan(
                "--seconds",
                "0.01",
                "--machines",
                "4",
                "-Dtinyclip.stages=[{keep=0.5,inherit-steps=5,distill-steps=3}]",
                "-Dtinyclip.teacher-store.use=filled");
        JsonArray phases = plan.getAsJsonArray("phases");
        assertEquals(2, phases.size());
        for (JsonElement phase : phases) {
            JsonObject step = phase.getAsJsonObject().getAsJsonObject("step");
            assertTrue(step.get("seconds").getAsDouble() > 0);
            assertTrue(step.get("processorSeconds").getAsDouble() > 0);
        }
        JsonObject here = plan.getAsJsonObject("here");
        double sum = Stream.of("begin", "warming", "steps", "teacher", "checkpoints", "judging")
                .mapToDouble(part ->
                        here.getAsJsonObject(part).get("processorSeconds").getAsDouble())
                .sum();
        assertEquals(sum, here.get("processorSeconds").getAsDouble(), 1e-6 * sum);
        assertEquals(
                2,
                plan.getAsJsonObject("machines")
                        .getAsJsonArray("secondsPerStep")
                        .size());
        assertEquals(before, bytes(shared, ".bin"));
        assertEquals(0, plan.getAsJsonArray("notes").size());
    }

    @Test
    void aRecipeWhoseTeacherAndPairsAreNotHereIsPlannedWithStandIns() {
        assertEquals(
                ExitCode.DONE,
                commands.execute("plan", RECIPE, "--no-probe", "--machines", "8", "--gpu", "a100"),
                commands.err());
        String text = commands.out();
        assertTrue(text.contains("stage 3 distill"), text);
        assertTrue(text.contains("one of ViT-B-32 with random weights stands in"), text);
        assertTrue(text.contains("probes use synthetic ones"), text);
        assertTrue(text.contains("on 8 x A100 at 10 % of 312.0 TFLOPS in bf16, computed"), text);
        assertTrue(text.contains("-Xmx"), text);
    }

    /** 49,408 rows of 512 floats, which only the start has; masks are little beside them. */
    @Test
    void eachServerGathersTheTableThatBecomesAProduct() {
        List<JsonObject> whole = memory("[{keep=0.9,inherit-steps=500,distill-steps=5}]");
        List<JsonObject> product = memory("[{token-rank=64,distill-steps=5}]");
        double table = 49_408.0 * 512 * Float.BYTES;
        double masks = 0.05 * table;
        assertEquals(2 * table, outside(product.get(0)) - outside(whole.get(0)), masks);
        assertEquals(table, outside(product.get(2)) - outside(whole.get(2)), masks);
    }

    private static double outside(JsonObject role) {
        return role.get("nativeBytes").getAsDouble();
    }

    /** Of all in one process, the coordinator, a server and a worker. */
    private List<JsonObject> memory(String stages) {
        String[] options = {"-Dtinyclip.stages=" + stages, "-Dtinyclip.servers=2"};
        assertEquals(
                ExitCode.DONE,
                commands.execute("plan", RECIPE, "--no-probe", "--json", options[0], options[1]),
                commands.err());
        JsonArray memory =
                JsonParser.parseString(commands.out()).getAsJsonObject().getAsJsonArray("memory");
        commands.forgetOut();
        return memory.asList().stream().map(JsonElement::getAsJsonObject).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--machines 0 --gpu A100 | --machines [0] must be 1 to 1024",
                "--machines 2 --gpu Z80 | --gpu [Z80] must be one of V100, T4",
                "--machines 2 --gpu A100 --tflops 3 | both say how fast",
                "--machines 2 --tflops 3 --share 2 | --share [2.0] must be above 0 to 1",
                "--machines 2 | --no-probe measures nothing",
                "--share 0.5 | is of the peak of --gpu or --tflops",
                "--pairs 0 | --pairs [0] must be at least 1",
                "--pairs 7 | tinyclip.batch [32768] must be at most the [7] training pairs",
                "--seconds 0 | --seconds [0.0] must be above 0",
                "-Dtinyclip.teacher-architecture= | does not exist",
                "-Dtinyclip.data.train=icons:seen | must be icons:train, icons:unseen"
            })
    void refusesInOneLine(String words, String reason) {
        String[] all = Stream.concat(Stream.of("plan", RECIPE, "--no-probe"), Stream.of(words.split(" ")))
                .toArray(String[]::new);
        assertEquals(ExitCode.WRONG_USE, commands.execute(all));
        assertTrue(commands.err().contains(reason), commands.err());
        assertEquals(1, commands.err().strip().lines().count(), commands.err());
        assertEquals("", commands.out());
    }
}
