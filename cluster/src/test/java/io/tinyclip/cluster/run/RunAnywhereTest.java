package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a machine has or lacks beside processor and memory changes neither a run's end nor its digest. */
final class RunAnywhereTest {
    private static final long LIMIT_SECONDS = 120;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void runAtHome() {
        RunAnywhere.run(shared.resolve("home"), shared.resolve("cache"), quiet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa", "tr", "de"})
    void hasTheSameDigestUnderAnyLocale(String locale) throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(locale));
        try {
            RunAnywhere.run(folder.resolve("run"), shared.resolve("cache"), quiet());
        } finally {
            Locale.setDefault(before);
        }
        requireSameEnd(folder.resolve("run"));
    }

    /**
     * Java asks fontconfig, which finds no font by this configuration, and keeps the answer in the home folder. Twice, since
     * such a run once broke at its end for ever.
     */
    @Test
    void isFinishedWithoutFonts() throws Exception {
        Path none = Files.writeString(folder.resolve("fonts.conf"), "<?xml version=\"1.0\"?>\n<fontconfig/>\n");
        String first = child(Map.of("FONTCONFIG_FILE", none.toString()));
        requireSameEnd(folder.resolve("run"));
        assertTrue(Files.exists(folder.resolve("run/report.html")), first);
        String second = child(Map.of("FONTCONFIG_FILE", none.toString()));
        assertTrue(second.contains("is finished"), second);
    }

    private String child(Map<String, String> environment) throws Exception {
        Path log = folder.resolve("child.log");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Duser.home=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                RunAnywhere.class.getName(),
                folder.resolve("run").toString(),
                shared.resolve("cache").toString());
        builder.environment().putAll(environment);
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "the child does not end");
        String output = Files.readString(log);
        assertEquals(0, process.exitValue(), output);
        return output;
    }

    private static void requireSameEnd(Path run) throws IOException {
        assertTrue(record(run).get("finished").getAsBoolean());
        assertEquals(record(shared.resolve("home")).get("digest"), record(run).get("digest"));
    }

    private static JsonObject record(Path run) throws IOException {
        return JsonParser.parseString(Files.readString(run.resolve("run.json"))).getAsJsonObject();
    }

    private static PrintStream quiet() {
        return new PrintStream(PrintStream.nullOutputStream());
    }
}
