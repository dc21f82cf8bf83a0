package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/gpu-check} in its smallest sizes, without a GPU: it runs, says what it leaves out, and refuses in one line. */
final class GpuCheckIT {
    private static final Path CHECK = Path.of("..", "scripts", "gpu-check").toAbsolutePath();

    @TempDir
    private Path folder;

    @BeforeEach
    void requirePython() throws Exception {
        assumeTrue(hasPython(), "scripts/gpu-check needs python3 of 3.9 or newer");
    }

    @Test
    void aRunThatIsKilledAndResumedHasTheDigestOfOneThatIsNot() throws Exception {
        JsonObject tiny = passed("tiny").getAsJsonObject("tiny");
        JsonObject digests = tiny.getAsJsonObject("found").getAsJsonObject("digests");
        assertEquals(List.of("once", "killed-and-resumed"), List.copyOf(digests.keySet()));
        assertEquals(tiny, JsonParser.parseString(Files.readString(folder.resolve("tiny.json"))));
    }

    @Test
    void stepsAreMeasuredOnTheProcessorAndWhatIsLeftOutIsNamed() throws Exception {
        JsonObject all = passed("steps,data,compiled");
        assertEquals("passed", status(all, "data"));
        JsonObject steps = all.getAsJsonObject("steps").getAsJsonObject("found").getAsJsonObject("small");
        assertEquals("copying", steps.get("device").getAsString());
        assertTrue(steps.getAsJsonObject("known").get("pairsPerSecond").getAsDouble() > 0, steps.toString());
        assertEquals("skipped", status(all, "compiled"));
        assertTrue(Files.readString(folder.resolve("table.md")).contains("| compiled | **skipped** | without a GPU"));
    }

    /** @return the records of all parts, of which the first has passed */
    private JsonObject passed(String parts) throws Exception {
        PackagedJar.Result result = check("--quick", "--only", parts);
        result.requireExit(ExitCode.DONE);
        JsonObject all = JsonParser.parseString(Files.readString(folder.resolve("gpu-check.json")))
                .getAsJsonObject()
                .getAsJsonObject("parts");
        assertEquals("passed", status(all, parts.split(",")[0]), result.output());
        return all;
    }

    @Test
    void aCardThatDoesNothingIsNoProofAndFiguresStandBesideTheirGoals() throws Exception {
        String tests = CHECK.resolveSibling("gpu").toString();
        PackagedJar.run(List.of("python3", "-B", "-m", "unittest", "discover", "--start-directory", tests))
                .requireExit(ExitCode.DONE);
    }

    @Test
    void refusesWhatItCannotUseInOneLine() throws Exception {
        check("--only", "everything").requireRefusal("--only [everything]", "probe, kernels");
        check("--fast").requireRefusal("--fast");
        check("--torch", folder.toString()).requireRefusal("lib/libtorch.so");
    }

    private PackagedJar.Result check(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(CHECK.toString(), "--out", folder.toString()));
        command.addAll(List.of(options));
        return PackagedJar.run(command);
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException none) {
            return false;
        }
    }

    private static String status(JsonObject all, String part) {
        return all.getAsJsonObject(part).get("status").getAsString();
    }
}
