package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.input.ModelHash;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.TorchEngine;
import io.tinyclip.cluster.remote.FaultyServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that judge a model on sets, against what CLIP_benchmark 1.6.2 and open_clip 3.2.0 say of the built-in teacher, by
 * {@code scripts/reference/benchmark.py}, with equal values in the order of the set.
 */
final class SetCommandsTest {
    /** Of the model that the figures were taken of; where it changes they are taken anew, by that script. */
    private static final String TEACHER = "faca90cdc62f960e";

    private static final Map<String, Double> SHAPES =
            Map.of("acc1", 0.129412, "acc5", 0.505882, "mean_per_class_recall", 0.158333);
    private static final Map<String, Double> CAPTIONS = Map.of(
            "image_retrieval_recall@1", 0.047337,
            "image_retrieval_recall@5", 0.183432,
            "image_retrieval_recall@10", 0.272189,
            "text_retrieval_recall@1", 0.058824,
            "text_retrieval_recall@5", 0.152941,
            "text_retrieval_recall@10", 0.247059);
    /** By scikit-learn 1.9.1 at the same penalty. */
    private static final Map<String, Double> PROBE =
            Map.of("lp_acc1", 0.55, "lp_acc5", 0.9625, "lp_mean_per_class_recall", 0.55, "lp_penalty", 0.00316228);

    private static final double POINT_ONE = 0.001;

    @TempDir
    private static Path shared;

    private static Path shapes;
    private static Path captions;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @BeforeAll
    static void draw() throws IOException {
        assertEquals(
                TEACHER,
                ModelHash.of(Teachers.read("builtin")).substring(0, TEACHER.length()),
                "the built-in teacher is another one; take the figures below anew");
        shapes = DrawnSets.shapes(shared.resolve("shapes"));
        captions = DrawnSets.captions(shared.resolve("captions"));
    }

    @Test
    void zeroShotGivesTheFiguresOfClipBenchmark() throws IOException {
        Path folders = DrawnSets.folders(folder.resolve("folders"), "test");
        assertEquals(ExitCode.DONE, judge("zero-shot", "builtin", shapes, folders, "--json", "-"), text(err));
        JsonArray rows = JsonParser.parseString(text(out)).getAsJsonArray();
        for (int i = 0; i < rows.size(); i++) {
            JsonObject row = rows.get(i).getAsJsonObject();
            same(SHAPES, row);
            assertEquals("zeroshot_classification", row.get("task").getAsString());
            assertEquals(DrawnSets.PICTURES, row.get("pictures").getAsInt());
            assertEquals(0, row.get("badSamples").getAsInt());
        }
        assertEquals(2, rows.size());
        assertEquals(
                folders.toString(), rows.get(1).getAsJsonObject().get("dataset").getAsString());
    }

    @Test
    void retrievalGivesTheFiguresOfClipBenchmark() {
        String tars = captions + "/test/{0..2}.tar";
        assertEquals(ExitCode.DONE, judge("retrieval", "builtin", captions, tars, "--json", "-"), text(err));
        JsonArray rows = JsonParser.parseString(text(out)).getAsJsonArray();
        assertEquals(2, rows.size());
        same(CAPTIONS, rows.get(0).getAsJsonObject());
        same(CAPTIONS, rows.get(1).getAsJsonObject());
    }

    @Test
    void aSetAtAnAddressGivesTheSame() throws IOException {
        try (FaultyServer server = new FaultyServer();
                Stream<Path> files = Files.walk(shapes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                server.put("/sets/shapes/" + shapes.relativize(file), Files.readAllBytes(file), "\"1\"");
            }
            assertEquals(
                    ExitCode.DONE,
                    judge("zero-shot", "builtin", server.url("/sets/shapes/"), "--json", "-"),
                    text(err));
            same(
                    SHAPES,
                    JsonParser.parseString(text(out)).getAsJsonArray().get(0).getAsJsonObject());
            refuses("has no val/nshards.txt", "zero-shot", "builtin", server.url("/sets/shapes"), "--split", "val");
            refuses("has a query", "zero-shot", "builtin", server.url("/sets/shapes?key=1"));
        }
    }

    @Test
    void aLinearProbeGivesTheFiguresOfScikitLearn() throws IOException {
        Path probe = DrawnSets.probe(folder.resolve("probe"));
        assertEquals(ExitCode.DONE, judge("linear-probe", "builtin", probe, "--json", "-"), text(err));
        same(PROBE, JsonParser.parseString(text(out)).getAsJsonArray().get(0).getAsJsonObject());
        assertTrue(text(err).contains("] penalty 0.0100: "), text(err));
    }

    @Test
    void whatTheFilesHaveIsNotComputedAgain() throws IOException {
        Path json = folder.resolve("out/figures.json");
        Path csv = folder.resolve("out/figures.csv");
        Object[] command = {"zero-shot", "builtin", shapes, "--json", json, "--csv", csv};
        assertEquals(ExitCode.DONE, judge(command), text(err));
        String table = text(out);
        assertTrue(table.contains("12.94") && table.contains("50.59") && table.contains("15.83"), table);
        String written = Files.readString(json);
        String rows = Files.readString(csv);
        assertTrue(rows.startsWith("dataset,model,pretrained,task,language,split,model_fullname,acc1,acc5,"), rows);

        assertEquals(ExitCode.DONE, with(NoEngine::new, command), text(err));
        assertEquals(table, text(out), "all of it comes from the file");
        assertTrue(text(err).contains("is in the file already; --again computes it anew"), text(err));
        Files.delete(json);
        assertEquals(ExitCode.DONE, with(NoEngine::new, command), "the other file has it, too");
        assertEquals(table, text(out));

        Files.writeString(json, written);
        assertEquals(ExitCode.FAILED, with(NoEngine::new, more(command, "--again")), "it would have been computed");
        Path templates = Files.writeString(folder.resolve("templates.txt"), "{c}\n");
        assertEquals(ExitCode.FAILED, with(NoEngine::new, more(command, "--templates", templates)));
        assertEquals(ExitCode.DONE, judge(more(command, "--templates", templates)), text(err));
        JsonArray now = JsonParser.parseString(Files.readString(json)).getAsJsonArray();
        assertEquals(1, now.size(), "a set has one row for a model");
        assertNotEquals(written, Files.readString(json));
        assertEquals(ExitCode.DONE, judge("retrieval", "builtin", captions, "--json", json), text(err));
        assertEquals(
                2,
                JsonParser.parseString(Files.readString(json)).getAsJsonArray().size());
    }

    @Test
    void picturesThatCannotBeUsedAreLeftOutAndSaid() throws IOException {
        Path folders = DrawnSets.folders(folder.resolve("folders"), "val");
        Path bad = folders.resolve("val/class3/00.png");
        Files.write(bad, Arrays.copyOf(Files.readAllBytes(bad), 45));
        assertEquals(ExitCode.DONE, judge("zero-shot", "builtin", folders, "--split", "val", "--json", "-"), text(err));
        assertTrue(
                text(err).contains("left out [1] of [85] pictures of [" + folders + "], first [" + bad + "], which "),
                text(err));
        JsonObject row =
                JsonParser.parseString(text(out)).getAsJsonArray().get(0).getAsJsonObject();
        assertEquals(84, row.get("pictures").getAsInt());
        assertEquals(1, row.get("badSamples").getAsInt());
    }

    @Test
    void refusesBeforeAnythingIsComputed() throws IOException {
        Path other = Files.writeString(folder.resolve("other.json"), "{\"a\": 1}");
        Path table = Files.writeString(folder.resolve("other.csv"), "a,b\n1,2\n");
        Path few = Files.writeString(folder.resolve("few.txt"), "a\nb\n");
        Path splits = Files.createDirectories(folder.resolve("splits"));
        Files.createDirectories(splits.resolve("train/cat"));
        refuses("judge by it with the command retrieval", "zero-shot", "builtin", captions);
        refuses("judge by it with the command zero-shot", "retrieval", "builtin", shapes);
        refuses("no folder [" + folder + "/none]", "zero-shot", "builtin", shapes, folder.resolve("none"));
        refuses("name one of [train] by --split", "zero-shot", "builtin", splits);
        refuses("names are given for 0 to 1", "zero-shot", "builtin", shapes, "--classnames", few);
        refuses("must have {c}", "zero-shot", "builtin", shapes, "--templates", few);
        refuses("which --templates names", "zero-shot", "builtin", shapes, "--templates", folder.resolve("x"));
        refuses("is no list of figures", "zero-shot", "builtin", shapes, "--json", other);
        refuses("has not the columns", "zero-shot", "builtin", shapes, "--csv", table);
        refuses("is built in", "retrieval", "builtin", "icons:unseen");
        refuses("unknown scheme [ftp]", "zero-shot", "builtin", "ftp://host/set");
        refuses("must be another one than --split", "linear-probe", "builtin", shapes, "--train-split", "test");
        refuses("has no folder [train]", "linear-probe", "builtin", shapes);
        refuses("does not exist", "zero-shot", folder.resolve("none"), shapes);
        assertEquals("{\"a\": 1}", Files.readString(other));
    }

    private void refuses(String what, Object... command) {
        assertEquals(ExitCode.WRONG_USE, with(NoEngine::new, command), what);
        assertTrue(text(err).contains(what), text(err));
        assertFalse(text(err).contains("\tat "), text(err));
    }

    private static void same(Map<String, Double> theirs, JsonObject row) {
        JsonObject ours = row.getAsJsonObject("metrics");
        assertEquals(theirs.keySet(), ours.keySet());
        theirs.forEach((name, value) -> assertEquals(value, ours.get(name).getAsDouble(), POINT_ONE, name));
    }

    private static Object[] more(Object[] command, Object... arguments) {
        List<Object> all = new ArrayList<>(Arrays.asList(command));
        all.addAll(Arrays.asList(arguments));
        return all.toArray();
    }

    private int judge(Object... command) {
        return with(TorchEngine::new, command);
    }

    private int with(Supplier<Engine> engine, Object... command) {
        out.reset();
        err.reset();
        Tools tools = new Tools(
                engine,
                () -> new ProgressLines(new PrintStream(PrintStream.nullOutputStream()), System::nanoTime),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        List<String> arguments = new ArrayList<>();
        for (Object argument : command) {
            arguments.add(argument.toString());
        }
        arguments.add("-Dtinyclip.cache.folder=" + shared.resolve("cache"));
        return CommandLineTool.execute(tools, arguments.toArray(String[]::new));
    }

    private static String text(ByteArrayOutputStream from) {
        return from.toString(StandardCharsets.UTF_8);
    }
}
