package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Folders that commands write to beside a run's: each fault of one is one line, before any work. */
final class FoldersTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private Path inTheWay;

    @BeforeEach
    void putAFileInTheWay() throws IOException {
        inTheWay = Files.createFile(folder.resolve("file"));
    }

    @Test
    void librariesAreMadeReadyBeforeACommandLoadsOneAndNotForHelp() {
        Runnable refuses = () -> {
            throw new InvalidInputException("[/mnt] forbids programs");
        };
        assertEquals(ExitCode.WRONG_USE, execute(refuses, "inspect", "builtin"));
        assertEquals("error: [/mnt] forbids programs\n", text());
        assertEquals(ExitCode.DONE, execute(refuses, "inspect", "--help"));
        assertEquals(ExitCode.DONE, execute(refuses, "--version"));
    }

    /** As of a folder that is named in letters which this process cannot say. */
    @Test
    void whateverIsWrongWithTheLibrariesIsOneLine() {
        Runnable cannotBeNamed = () -> {
            throw new InvalidPathException("/tmp/h\u00f6", "Malformed input or input contains unmappable characters");
        };
        assertEquals(ExitCode.WRONG_USE, execute(cannotBeNamed, "inspect", "builtin"));
        assertEquals(1, text().lines().count());
        assertTrue(text().contains("LC_ALL=C.UTF-8"), text());
    }

    @Test
    void aLogThatCannotBeKeptRefusesNoCommandThatNeedsNoCache() {
        String cache = "-Dtinyclip.cache.folder=" + inTheWay.resolve("cache");
        execute(
                () -> {},
                "evaluate",
                "builtin",
                "--data",
                folder.resolve("pairs.tar").toString(),
                cache);
        assertTrue(text().startsWith("no log file: cannot make the cache folder [" + inTheWay), text());
        assertTrue(text().contains("error: no engine here"), text());
    }

    @Test
    void anOutputThatCannotBeWrittenIsRefusedBeforeTheModelIsRead() {
        for (String[] arguments : List.of(
                new String[] {"embed", "nowhere", "--texts", "x", "--out", inTheWay + "/a/b.safetensors"},
                new String[] {"export", "nowhere", "--format", "hf", "--out", inTheWay + "/a"})) {
            err.reset();
            assertEquals(ExitCode.WRONG_USE, execute(() -> {}, arguments));
            assertTrue(text().startsWith("error: --out [" + inTheWay + "/a"), text());
            assertTrue(text().contains("nothing can be written in [" + inTheWay + "]"), text());
            assertEquals(1, text().lines().count());
        }
    }

    @Test
    void aCacheFolderThatCannotBeMadeIsOneLine() {
        String cache = "-Dtinyclip.cache.folder=" + inTheWay.resolve("cache");
        assertEquals(ExitCode.WRONG_USE, execute(() -> {}, "evaluate", "builtin", "--data", "icons:unseen", cache));
        assertEquals(1, text().lines().count());
        assertTrue(text().startsWith("error: cannot make the cache folder [" + inTheWay), text());
        assertTrue(text().contains("tinyclip.cache.folder"), text());
    }

    @Test
    void aNodeLogsToAFileOfItsOwn() throws IOException {
        Path cache = folder.resolve("cache");
        execute(() -> {}, node(cache));
        Path log = Path.of(LogFile.where());
        assertEquals(cache, log.getParent());
        String pid = "-" + ProcessHandle.current().pid() + "-log.txt";
        assertTrue(log.getFileName().toString().startsWith("node-"), log.toString());
        assertTrue(log.getFileName().toString().endsWith(pid), log.toString());
        LoggerFactory.getLogger(FoldersTest.class).info("heard of by the file");
        assertTrue(Files.readString(log).contains("heard of by the file"));
    }

    @Test
    void aCommandLogsToAFileThatBearsItsName() {
        Path cache = folder.resolve("cache");
        execute(() -> {}, "evaluate", "builtin", "--data", "icons:unseen", "-Dtinyclip.cache.folder=" + cache);
        assertEquals(cache, Path.of(LogFile.where()).getParent());
        assertTrue(LogFile.where().startsWith(cache + "/evaluate-"), LogFile.where());
    }

    /** Candidates share the run folder, whose disk may freeze. */
    @Test
    void aCandidateLogsOutsideTheRunFolderFromBeforeItStandsBy() throws IOException {
        Path cache = folder.resolve("cache");
        Path recipe = Files.writeString(folder.resolve("recipe.conf"), "tinyclip.cluster.mode = cluster");
        execute(
                () -> {},
                "run",
                recipe.toString(),
                "-Dtinyclip.cache.folder=" + cache,
                "-Dtinyclip.run.folder=" + folder.resolve("run"));
        assertTrue(text().contains("error: no engine here"), text());
        assertTrue(LogFile.where().startsWith(cache + "/coordinator-"), LogFile.where());
        assertTrue(Files.readString(Path.of(LogFile.where())).contains(" role=standby run=recipe "));
        assertFalse(Files.exists(folder.resolve("run")));
    }

    @Test
    void aNodeWithoutAFolderForItsLogSaysSoInOneLineAndGoesOn() {
        execute(() -> {}, node(inTheWay.resolve("cache")));
        String first = text().lines().findFirst().orElse("");
        assertTrue(first.startsWith("no log file, and no copy of the teacher is kept: cannot make"), text());
        assertTrue(first.contains("set tinyclip.cache.folder"), text());
        assertFalse(LogFile.where().startsWith(inTheWay.toString()));
    }

    /** Ends when it asks for its progress, which is after its log. */
    private static String[] node(Path cache) {
        return new String[] {"node", "--roles", "worker", "--join", "127.0.0.1:1", "-Dtinyclip.cache.folder=" + cache};
    }

    private int execute(Runnable libraries, String... arguments) {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        Tools tools = new Tools(
                libraries,
                () -> {
                    throw new InvalidInputException("no engine here");
                },
                () -> {
                    throw new InvalidInputException("no progress here");
                },
                nowhere,
                errors);
        return CommandLineTool.execute(tools, arguments);
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
