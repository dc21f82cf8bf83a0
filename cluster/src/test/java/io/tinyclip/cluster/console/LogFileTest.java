package io.tinyclip.cluster.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class LogFileTest {
    private static final Logger LOG = LoggerFactory.getLogger(LogFileTest.class);
    private static final LogForm TEXT = new LogForm(false, 1 << 20, 1);
    private static final LogForm JSON = new LogForm(true, 1 << 20, 1);

    @TempDir
    private Path folder;

    private Path log;

    @BeforeEach
    void begin() {
        log = folder.resolve("log.txt");
        LogPlace.forget();
    }

    @AfterEach
    void forget() {
        LogPlace.forget();
        LogFile.write(LogForm.USUAL);
        LogFile.introduce(() -> "");
    }

    @Test
    void aJsonLineSaysTimeLevelAndPlace() throws IOException {
        LogFile.write(JSON);
        LogFile.to(log);
        LogPlace.as("worker");
        LogPlace.at("icons-1a2b", new LogPlace.Step(1, "distill", 317));
        LOG.warn("two \"words\"\nand a line", new IllegalStateException("of its own"));
        JsonObject line = JsonParser.parseString(only(Files.readAllLines(log))).getAsJsonObject();
        assertTrue(Instant.parse(line.get("time").getAsString()).isAfter(Instant.EPOCH));
        assertEquals("WARN", line.get("level").getAsString());
        assertEquals("worker", line.get("role").getAsString());
        assertEquals("icons-1a2b", line.get("run").getAsString());
        assertEquals(1, line.get("stage").getAsInt());
        assertEquals("distill", line.get("phase").getAsString());
        assertEquals(317, line.get("step").getAsInt());
        assertEquals("two \"words\"\nand a line", line.get("message").getAsString());
        assertEquals(LogFileTest.class.getName(), line.get("logger").getAsString());
        assertTrue(line.get("error").getAsString().startsWith("java.lang.IllegalStateException: of its own"));
    }

    @Test
    void whatIsNotKnownIsNotSaid() throws IOException {
        LogFile.write(JSON);
        LogFile.to(log);
        LOG.info("alone");
        JsonObject line = JsonParser.parseString(only(Files.readAllLines(log))).getAsJsonObject();
        for (String key : List.of("role", "run", "stage", "phase", "step", "error", "actor")) {
            assertFalse(line.has(key), key);
        }
        LogFile.write(TEXT);
        LogFile.to(folder.resolve("text"));
        LOG.info("alone");
        String text = only(Files.readAllLines(folder.resolve("text")));
        assertTrue(text.matches("[0-9T:.-]+Z INFO  \\[[^]]+\\] \\S+LogFileTest - alone"), text);
    }

    /** A message may hold what a stranger sent. */
    @Test
    void aTextLineThatBeginsWithATimeIsAlwaysTheLogsOwn() throws IOException {
        LogFile.write(TEXT);
        LogFile.to(log);
        LogPlace.as("leader");
        LogPlace.in("icons");
        LogPlace.at(new LogPlace.Step(0, "inherit", 4));
        LOG.info("said\r\n2026-01-01T00:00:00.000Z ERROR forged", new IllegalStateException("traced\nforged"));
        List<String> lines = Files.readAllLines(log);
        assertTrue(
                lines.get(0).matches("\\S+Z INFO  role=leader run=icons stage=0 phase=inherit step=4 \\[.*said"),
                lines.get(0));
        assertTrue(lines.size() > 4, lines.toString());
        assertTrue(lines.subList(1, lines.size()).stream().allMatch(line -> line.startsWith("\t")), lines.toString());
    }

    @Test
    void whereTheProcessStandsIsInLinesOfAllThreads() throws Exception {
        LogFile.write(TEXT);
        LogFile.to(log);
        LogPlace.at(new LogPlace.Step(2, "distill", 9));
        Thread other = new Thread(() -> LOG.info("from elsewhere"));
        other.start();
        other.join();
        assertTrue(only(Files.readAllLines(log)).contains("stage=2 phase=distill step=9"));
        LogPlace.in("another");
        LOG.info("of another run");
        assertFalse(Files.readAllLines(log).get(1).contains("step="), "its steps are not the last run's");
    }

    @Test
    void rotationKeepsAsManyOlderFilesAsAreAskedFor() throws IOException {
        long bytes = 2_000;
        LogFile.write(new LogForm(false, bytes, 3));
        LogFile.to(folder.resolve("a % b\u00E4.txt"));
        for (int i = 0; i < 400; i++) {
            LOG.info("line {}", i);
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            assertEquals(
                    List.of("a % b\u00E4.txt", "a % b\u00E4.txt.1", "a % b\u00E4.txt.2", "a % b\u00E4.txt.3"), names);
        }
        assertTrue(Files.size(folder.resolve("a % b\u00E4.txt.3")) < 2 * bytes);
        assertTrue(Files.readString(folder.resolve("a % b\u00E4.txt")).contains("line 399\n"));
    }

    @Test
    void aFileBeginsWithWhatWritesIt() throws IOException {
        LogFile.introduce(() -> "the program, version 1");
        LogFile.to(log);
        assertTrue(only(Files.readAllLines(log)).endsWith("started: the program, version 1"));
    }

    @Test
    void twoProcessesOfAFolderWriteToTwoFiles() {
        LogNames own = LogNames.of("node");
        LogNames neighbour = new LogNames("node", own.host(), own.pid() + 1);
        LogNames elsewhere = new LogNames("node", own.host() + "x", own.pid());
        assertEquals(
                3,
                Stream.of(own, neighbour, elsewhere)
                        .map(LogNames::own)
                        .distinct()
                        .count());
        LogFile.in(folder, "node");
        assertEquals(folder.resolve(own.own()).toString(), LogFile.where());
    }

    @Test
    void onlyLogsOfProcessesThatEndedLongAgoAreRemoved() throws IOException {
        for (int pid = 1; pid <= LogNames.KEPT + 3; pid++) {
            Path file = Files.createFile(folder.resolve(new LogNames("node", "here", pid).own()));
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000L * pid));
        }
        Files.createFile(folder.resolve("node-here-2-log.txt.1"));
        Files.setLastModifiedTime(folder.resolve("node-here-2-log.txt.1"), FileTime.fromMillis(1));
        Path elsewhere = Files.createFile(folder.resolve("node-there-1-log.txt"));
        Path other = Files.createFile(folder.resolve("serve-here-1-log.txt"));
        new LogNames("node", "here", 99).removeOld(folder, pid -> pid == 1);
        assertTrue(Files.exists(folder.resolve("node-here-1-log.txt")), "it lives");
        assertFalse(Files.exists(folder.resolve("node-here-2-log.txt")));
        assertFalse(Files.exists(folder.resolve("node-here-2-log.txt.1")));
        assertFalse(Files.exists(folder.resolve("node-here-3-log.txt")));
        assertTrue(Files.exists(folder.resolve("node-here-4-log.txt")));
        assertTrue(Files.exists(elsewhere) && Files.exists(other));
    }

    private static String only(List<String> lines) {
        assertEquals(1, lines.size(), lines.toString());
        return lines.get(0);
    }
}
