package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.machine.TorchEngine;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What teachers say, kept on a disk, through whole commands. */
final class TeacherStoreTest {
    private static final String MODEL =
            "{ embedding = 16, image { size = 16, patch = 8, width = 32, head-width = 16, layers = 2,"
                    + " neurons = 64 }, text { context = 24, width = 32, head-width = 16, layers = 2, neurons = 64 } }";

    @TempDir
    private static Path shared;

    private static Path conf;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    /** Two shards, one of which has a picture that is none. */
    @BeforeAll
    static void makeATeacher() throws IOException {
        CrawledTar.write(shared.resolve("0.tar"), Map.of(33, CrawledTar.torn(33)));
        CrawledTar.write(shared.resolve("1.tar"), Map.of(5, CrawledTar.picture(77)));
        String tars = shared.resolve("{0,1}.tar").toString();
        conf = Files.writeString(
                shared.resolve("small.conf"),
                "tinyclip { seed = 1, batch = 16, partitions = 4, data { train = \"" + tars + "\", evaluate = \"" + tars
                        + "\", views = 4 }, teacher = \"" + shared.resolve("teacher/model")
                        + "\", pretrain { steps = 3, model "
                        + MODEL + " }, stages = [ { keep = 0.5, inherit-steps = 5, distill-steps = 3 } ],"
                        + " mask { rate = 2.0, multiplier-rate = 0.5 }, checkpoint.steps = 2, cache.folder = \""
                        + shared.resolve("cache") + "\", teacher-store.views = 2 }\n");
        TeacherStoreTest teacher = new TeacherStoreTest();
        assertEquals(
                ExitCode.DONE,
                teacher.execute("pretrain", conf.toString(), "-Dtinyclip.run.folder=" + shared.resolve("teacher")),
                teacher.text(teacher.err));
    }

    @Test
    void aRunThatFillsItsStoreHasOneDigestHoweverMuchIsThere() throws IOException {
        Path store = folder.resolve("store");
        String cold = run("cold", "filled", store);
        assertNotEquals("", cold);
        assertEquals(cold, run("filled", "filled", store, "tinyclip.workers=3"));
        List<Path> files = files(store);
        assertEquals(2, files.size());
        Files.delete(files.get(0));
        byte[] bytes = Files.readAllBytes(files.get(1));
        for (int i = bytes.length / 2; i < bytes.length; i += 50) {
            bytes[i] ^= 1;
        }
        Files.write(files.get(1), bytes);
        assertEquals(cold, run("damaged", "filled", store, "tinyclip.workers=2"));
    }

    @Test
    void aPrecomputedStoreIsAnInputWhoeverFilledIt() throws IOException {
        Path store = folder.resolve("store");
        assertEquals(ExitCode.WRONG_USE, tryRun("early", "precomputed", store));
        assertTrue(text(err).contains("is not complete: no file ["), text(err));
        assertEquals(ExitCode.DONE, precompute(store, "--part", "2/2"), text(err));
        assertTrue(text(out).contains("1 files made, 0 were there; not complete yet"), text(out));
        err.reset();
        assertEquals(ExitCode.WRONG_USE, tryRun("half", "precomputed", store));
        assertTrue(text(err).contains("is not complete: no file ["), text(err));
        assertEquals(ExitCode.DONE, precompute(store, "--part", "1/2"), text(err));
        assertTrue(text(out).contains("1 files made, 0 were there; complete, content "), text(out));
        Path atOnce = folder.resolve("at-once");
        assertEquals(ExitCode.DONE, precompute(atOnce), text(err));
        assertTrue(text(out).contains("2 files made, 0 were there; complete, content "), text(out));
        List<Path> parts = files(store);
        List<Path> whole = files(atOnce);
        for (int i = 0; i < 2; i++) {
            assertEquals(-1, Files.mismatch(parts.get(i), whole.get(i)));
        }
        String digest = run("one", "precomputed", store);
        String hash = record("one")
                .getAsJsonObject("inputs")
                .get("tinyclip.teacher-store")
                .getAsString();
        assertTrue(text(out).contains("content " + hash), text(out));
        assertEquals(
                digest,
                run("three", "precomputed", atOnce, "tinyclip.workers=3", "tinyclip.teacher-store.hash=" + hash));
        String other = hash.replace(hash.charAt(0), hash.charAt(0) == 'a' ? 'b' : 'a');
        assertEquals(ExitCode.WRONG_USE, tryRun("other", "precomputed", store, "tinyclip.teacher-store.hash=" + other));
        assertTrue(text(err).contains("have content [" + hash + "] here, [" + other + "] in the run"), text(err));
    }

    @Test
    void precomputeGoesOnWhereItWasStoppedAndMendsWhatIsDamaged() throws IOException {
        Path store = folder.resolve("store");
        assertEquals(ExitCode.DONE, precompute(store), text(err));
        List<Path> files = files(store);
        byte[] first = Files.readAllBytes(files.get(0));
        byte[] second = Files.readAllBytes(files.get(1));
        Files.delete(files.get(0));
        assertEquals(ExitCode.DONE, precompute(store), text(err));
        assertTrue(text(out).contains("1 files made, 1 were there; complete"), text(out));
        byte[] damaged = second.clone();
        damaged[damaged.length - 40] ^= 1;
        Files.write(files.get(1), damaged);
        assertEquals(ExitCode.DONE, precompute(store), text(err));
        assertTrue(text(out).contains("1 files made, 1 were there; complete"), text(out));
        assertEquals(List.of(files.get(0), files.get(1)), files(store));
        assertTrue(Arrays.equals(first, Files.readAllBytes(files.get(0))));
        assertTrue(Arrays.equals(second, Files.readAllBytes(files.get(1))));
    }

    @Test
    void aRunDoesNotGoOnWithOtherTeacherEmbeddings() throws IOException {
        Path store = folder.resolve("store");
        assertEquals(ExitCode.DONE, precompute(store, "-Dtinyclip.precision=fp32"), text(err));
        assertEquals(ExitCode.WRONG_USE, precompute(store, "-Dtinyclip.precision=bf16"));
        assertTrue(text(err).contains("were made in [fp32], and here they would be in [bf16]"), text(err));
        err.reset();
        assertEquals(
                ExitCode.WRONG_USE,
                tryRun("run", "precomputed", store, "tinyclip.data.bad-share=0"),
                "it ends at the picture that is none");
        Path other = folder.resolve("other");
        assertEquals(ExitCode.DONE, precompute(other, "-Dtinyclip.precision=bf16"), text(err));
        err.reset();
        assertEquals(ExitCode.WRONG_USE, tryRun("run", "precomputed", other));
        assertTrue(text(err).contains("what tinyclip.teacher-store points at has changed"), text(err));
        Path moved = Files.move(store, folder.resolve("moved"));
        err.reset();
        assertEquals(ExitCode.DONE, tryRun("run", "precomputed", moved), text(err));
        assertFalse(record("run").get("digest").getAsString().isEmpty());
    }

    @Test
    void wrongUseIsSaidInALine() {
        for (String part : List.of("0/2", "3/2", "1", "a/b", "1/0")) {
            err.reset();
            assertEquals(ExitCode.WRONG_USE, precompute(folder, "--part", part), part);
            assertTrue(text(err).contains(part), text(err));
        }
        err.reset();
        assertEquals(ExitCode.WRONG_USE, precompute(folder, "-Dtinyclip.teacher-store.views=0"));
        assertTrue(text(err).contains("tinyclip.teacher-store.views [0] must be at least 1"), text(err));
        err.reset();
        assertEquals(ExitCode.WRONG_USE, tryRun("run", "filled", folder, "tinyclip.teacher-store.views=0"));
        assertTrue(text(err).contains("tinyclip.teacher-store.views [0] must be at least 1"), text(err));
        err.reset();
        assertEquals(ExitCode.WRONG_USE, tryRun("run", "filled", folder, "tinyclip.teacher-store.hash=ab"));
        assertTrue(text(err).contains("tinyclip.teacher-store.hash [ab] must be empty, or"), text(err));
    }

    private int precompute(Path store, String... more) {
        out.reset();
        List<String> args = new ArrayList<>(List.of("precompute", conf.toString()));
        args.add("-Dtinyclip.teacher-store.folder=" + store);
        args.addAll(List.of(more));
        return execute(args.toArray(String[]::new));
    }

    /** @return its digest */
    private String run(String name, String use, Path store, String... settings) throws IOException {
        err.reset();
        assertEquals(ExitCode.DONE, tryRun(name, use, store, settings), text(err));
        return record(name).get("digest").getAsString();
    }

    private int tryRun(String name, String use, Path store, String... settings) {
        List<String> args = new ArrayList<>(List.of("run", conf.toString()));
        args.add("-Dtinyclip.run.folder=" + folder.resolve(name));
        args.add("-Dtinyclip.teacher-store.use=" + use);
        args.add("-Dtinyclip.teacher-store.folder=" + store);
        Stream.of(settings).map(setting -> "-D" + setting).forEach(args::add);
        return execute(args.toArray(String[]::new));
    }

    private JsonObject record(String name) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve(name).resolve("run.json")))
                .getAsJsonObject();
    }

    private static List<Path> files(Path store) throws IOException {
        try (Stream<Path> all = Files.walk(store)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private int execute(String... args) {
        Tools tools = new Tools(
                TorchEngine::new,
                () -> new ProgressLines(new PrintStream(PrintStream.nullOutputStream()), System::nanoTime),
                print(out),
                print(err));
        return CommandLineTool.execute(tools, args);
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String text(ByteArrayOutputStream from) {
        return from.toString(StandardCharsets.UTF_8);
    }
}
