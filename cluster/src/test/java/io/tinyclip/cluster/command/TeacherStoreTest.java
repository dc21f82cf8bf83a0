package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import java.io.IOException;
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
    @TempDir
    private static Path shared;

    private static Path conf;

    private final CommandRun commands = CommandRun.quiet();

    @TempDir
    private Path folder;

    /** Two shards, one of which has a picture that is none. */
    @BeforeAll
    static void makeATeacher() throws IOException {
        CrawledTar.write(shared.resolve("0.tar"), Map.of(33, CrawledTar.torn(33)));
        CrawledTar.write(shared.resolve("1.tar"), Map.of(5, CrawledTar.picture(77)));
        String tars = shared.resolve("{0,1}.tar").toString();
        conf = SmallRecipe.write(
                shared,
                shared.resolve("teacher"),
                "train = \"" + tars + "\", evaluate = \"" + tars + "\", views = 4",
                "teacher-store.views = 2");
        CommandRun teacher = CommandRun.quiet();
        assertEquals(
                ExitCode.DONE,
                teacher.execute("pretrain", conf.toString(), "-Dtinyclip.run.folder=" + shared.resolve("teacher")),
                teacher.err());
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
        assertTrue(commands.err().contains("is not complete: no file ["), commands.err());
        assertEquals(ExitCode.DONE, precompute(store, "--part", "2/2"), commands.err());
        assertTrue(commands.out().contains("1 files made, 0 were there; not complete yet"), commands.out());
        commands.forgetErr();
        assertEquals(ExitCode.WRONG_USE, tryRun("half", "precomputed", store));
        assertTrue(commands.err().contains("is not complete: no file ["), commands.err());
        assertEquals(ExitCode.DONE, precompute(store, "--part", "1/2"), commands.err());
        assertTrue(commands.out().contains("1 files made, 0 were there; complete, content "), commands.out());
        Path atOnce = folder.resolve("at-once");
        assertEquals(ExitCode.DONE, precompute(atOnce), commands.err());
        assertTrue(commands.out().contains("2 files made, 0 were there; complete, content "), commands.out());
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
        assertTrue(commands.out().contains("content " + hash), commands.out());
        assertEquals(
                digest,
                run("three", "precomputed", atOnce, "tinyclip.workers=3", "tinyclip.teacher-store.hash=" + hash));
        String other = hash.replace(hash.charAt(0), hash.charAt(0) == 'a' ? 'b' : 'a');
        assertEquals(ExitCode.WRONG_USE, tryRun("other", "precomputed", store, "tinyclip.teacher-store.hash=" + other));
        assertTrue(
                commands.err().contains("have content [" + hash + "] here, [" + other + "] in the run"),
                commands.err());
    }

    @Test
    void precomputeGoesOnWhereItWasStoppedAndMendsWhatIsDamaged() throws IOException {
        Path store = folder.resolve("store");
        assertEquals(ExitCode.DONE, precompute(store), commands.err());
        List<Path> files = files(store);
        byte[] first = Files.readAllBytes(files.get(0));
        byte[] second = Files.readAllBytes(files.get(1));
        Files.delete(files.get(0));
        assertEquals(ExitCode.DONE, precompute(store), commands.err());
        assertTrue(commands.out().contains("1 files made, 1 were there; complete"), commands.out());
        byte[] damaged = second.clone();
        damaged[damaged.length - 40] ^= 1;
        Files.write(files.get(1), damaged);
        assertEquals(ExitCode.DONE, precompute(store), commands.err());
        assertTrue(commands.out().contains("1 files made, 1 were there; complete"), commands.out());
        assertEquals(List.of(files.get(0), files.get(1)), files(store));
        assertTrue(Arrays.equals(first, Files.readAllBytes(files.get(0))));
        assertTrue(Arrays.equals(second, Files.readAllBytes(files.get(1))));
    }

    @Test
    void aRunDoesNotGoOnWithOtherTeacherEmbeddings() throws IOException {
        Path store = folder.resolve("store");
        assertEquals(ExitCode.DONE, precompute(store, "-Dtinyclip.precision=fp32"), commands.err());
        assertEquals(ExitCode.WRONG_USE, precompute(store, "-Dtinyclip.precision=bf16"));
        assertTrue(commands.err().contains("were made in [fp32], and here they would be in [bf16]"), commands.err());
        commands.forgetErr();
        assertEquals(
                ExitCode.WRONG_USE,
                tryRun("run", "precomputed", store, "tinyclip.data.bad-share=0"),
                "it ends at the picture that is none");
        Path other = folder.resolve("other");
        assertEquals(ExitCode.DONE, precompute(other, "-Dtinyclip.precision=bf16"), commands.err());
        commands.forgetErr();
        assertEquals(ExitCode.WRONG_USE, tryRun("run", "precomputed", other));
        assertTrue(commands.err().contains("what tinyclip.teacher-store points at has changed"), commands.err());
        Path moved = Files.move(store, folder.resolve("moved"));
        commands.forgetErr();
        assertEquals(ExitCode.DONE, tryRun("run", "precomputed", moved), commands.err());
        assertFalse(record("run").get("digest").getAsString().isEmpty());
    }

    @Test
    void wrongUseIsSaidInALine() {
        for (String part : List.of("0/2", "3/2", "1", "a/b", "1/0")) {
            commands.forgetErr();
            assertEquals(ExitCode.WRONG_USE, precompute(folder, "--part", part), part);
            assertTrue(commands.err().contains(part), commands.err());
        }
        commands.forgetErr();
        assertEquals(ExitCode.WRONG_USE, precompute(folder, "-Dtinyclip.teacher-store.views=0"));
        assertTrue(commands.err().contains("tinyclip.teacher-store.views [0] must be at least 1"), commands.err());
        commands.forgetErr();
        assertEquals(ExitCode.WRONG_USE, tryRun("run", "filled", folder, "tinyclip.teacher-store.views=0"));
        assertTrue(commands.err().contains("tinyclip.teacher-store.views [0] must be at least 1"), commands.err());
        commands.forgetErr();
        assertEquals(ExitCode.WRONG_USE, tryRun("run", "filled", folder, "tinyclip.teacher-store.hash=ab"));
        assertTrue(commands.err().contains("tinyclip.teacher-store.hash [ab] must be empty, or"), commands.err());
    }

    private int precompute(Path store, String... more) {
        commands.forgetOut();
        List<String> args = new ArrayList<>(List.of("precompute", conf.toString()));
        args.add("-Dtinyclip.teacher-store.folder=" + store);
        args.addAll(List.of(more));
        return commands.execute(args.toArray(String[]::new));
    }

    /** @return its digest */
    private String run(String name, String use, Path store, String... settings) throws IOException {
        commands.forgetErr();
        assertEquals(ExitCode.DONE, tryRun(name, use, store, settings), commands.err());
        return record(name).get("digest").getAsString();
    }

    private int tryRun(String name, String use, Path store, String... settings) {
        Stream<String> ofStore =
                Stream.of("tinyclip.teacher-store.use=" + use, "tinyclip.teacher-store.folder=" + store);
        return commands.run(
                conf,
                folder.resolve(name),
                Stream.concat(ofStore, Stream.of(settings)).toArray(String[]::new));
    }

    private JsonObject record(String name) throws IOException {
        return CommandRun.record(folder.resolve(name));
    }

    private static List<Path> files(Path store) throws IOException {
        try (Stream<Path> all = Files.walk(store)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
