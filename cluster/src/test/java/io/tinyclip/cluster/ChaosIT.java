package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.failpoint.Failpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 3 as scripts/chaos tries it, in short; without what needs root. docs/reliability.md tells of the long form. */
final class ChaosIT {
    /** As many steps as so many faults may need, and the transitions of two stages. */
    private static final String CONF = """
            tinyclip {
              seed = 7
              batch = 16
              partitions = 8
              stages = [
                { keep = 0.75, inherit-steps = 20, distill-steps = 20 }
                { keep = 0.50, inherit-steps = 20, distill-steps = 20 }
              ]
              data { icons = 200, evaluate = "icons:train", views = 2 }
              mask { rate = 0.5, multiplier-rate = 0.5 }
              checkpoint { steps = 5 }
            }
            """;

    private static final int FAULTS = 5;
    /** Its faults are of different families and none takes long; scripts/chaos --list shows them. */
    private static final int SEED = 20;

    private static final long LIMIT_SECONDS = 600;

    @TempDir
    private Path folder;

    @Test
    void faultsOfEveryKindDoNotChangeTheDigest() throws Exception {
        Files.writeString(folder.resolve("short.conf"), CONF);
        PackagedJar.Result result = chaos();
        assertEquals(ExitCode.DONE, result.exit(), result.output());
        JsonObject disturbed = record(folder.resolve("chaos/seed-" + SEED + "/run"));
        assertTrue(disturbed.get("finished").getAsBoolean());
        assertEquals(record(folder.resolve("chaos/undisturbed")).get("digest"), disturbed.get("digest"));
        assertEquals(FAULTS, disturbed.getAsJsonArray("faults").size());
        PackagedJar.Result again = chaos();
        assertTrue(again.output().contains("1 of 1 seeds are passed already"), again.output());
    }

    private PackagedJar.Result chaos() throws Exception {
        return jar(
                Map.of("TINYCLIP_JAVA_OPTIONS", PackagedJar.BRIEF),
                "chaos",
                "short.conf",
                "--seed=" + SEED,
                "--faults=" + FAULTS,
                "--workers=2",
                "--without=links,disk",
                "--out=chaos");
    }

    @Test
    void aFailpointThatThereIsNotIsRefusedByName() throws Exception {
        jar(Map.of(Failpoint.VARIABLE, "commit-sent:before:1:halt"), "inspect", "builtin")
                .requireRefusal(Failpoint.VARIABLE, "commit-sent", "commit-send");
    }

    @Test
    void moreFaultsThanTheRecipeHasStepsForAreRefused() throws Exception {
        jar(Map.of(), "chaos", TinyRecipe.CONF.toString(), "--faults=20")
                .requireRefusal("--faults [20]", "[125] steps", "at most 7");
    }

    private PackagedJar.Result jar(Map<String, String> environment, String... arguments) throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        List<String> command = new ArrayList<>(PackagedJar.command(List.of(PackagedJar.BRIEF), arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), () -> "still running: " + text(output));
            return new PackagedJar.Result(process.exitValue(), text(output));
        } finally {
            process.destroy();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "no output: " + e.getMessage();
        }
    }

    private static JsonObject record(Path run) throws Exception {
        return JsonParser.parseString(Files.readString(run.resolve("run.json"))).getAsJsonObject();
    }
}
