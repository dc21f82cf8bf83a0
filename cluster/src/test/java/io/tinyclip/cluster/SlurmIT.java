package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/slurm/tinyclip.sbatch} as a job of two nodes, by daemons of Slurm that {@code scripts/slurm-check} starts here. The oracle is the
 * digest of an embedded run.
 */
@EnabledIfSystemProperty(
        named = "tinyclip.test.slurm",
        matches = "true",
        disabledReason = "needs Slurm's daemons and munge: -Dtinyclip.test.slurm=true")
final class SlurmIT {
    private static final Path CHECK = Path.of("..", "scripts", "slurm-check").toAbsolutePath();
    private static final String STOP_AT = Integer.toString(TinyRecipe.step(30));
    private static final long LIMIT_MINUTES = 30;

    @TempDir
    private static Path folder;

    private static JsonObject embedded = new JsonObject();

    @BeforeAll
    static void runEmbedded() throws Exception {
        embedded = UndisturbedRun.get().record();
    }

    @Test
    void aJobOfTwoNodesEndsWithTheDigestOfTheEmbeddedRun() throws Exception {
        TrainingRun run = named("two-nodes");
        String output = check(run);
        assertTrue(output.contains("NodeList=127.0.0.[1-2]"), output);
        run.requireResult(embedded, TinyRecipe.STAGES, TinyRecipe.STEPS);
    }

    /** As near its time limit, but at a step: when Slurm looks at its clock is not to be foreseen. */
    @Test
    void aJobThatIsAskedToEndQueuesItselfAgainAndEndsWithTheSameDigest() throws Exception {
        TrainingRun run = named("queued-again");
        String output = check(run, "--stop-at", STOP_AT);
        assertTrue(output.contains("Restarts=1"), output);
        run.requireResult(embedded, TinyRecipe.STAGES, TinyRecipe.STEPS);
    }

    private static String check(TrainingRun run, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(CHECK.toString()));
        command.addAll(List.of(options));
        command.addAll(List.of(run.conf().toString(), "-Dtinyclip.run.folder=" + run.folder()));
        Path output = folder.resolve(run.folder().getFileName() + "-slurm.txt");
        Process process = PackagedJar.start(command, output);
        try {
            assertTrue(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES), () -> "still running");
        } finally {
            // It ends its daemons by itself.
            process.destroy();
        }
        String said = Files.readString(output);
        assertEquals(ExitCode.DONE, process.exitValue(), said);
        String digest = embedded.get("digest").getAsString();
        assertFalse(digest.isEmpty());
        assertTrue(said.contains("digest: " + digest), said);
        return said;
    }

    private static TrainingRun named(String name) throws Exception {
        return TinyRecipe.run(folder, name);
    }
}
