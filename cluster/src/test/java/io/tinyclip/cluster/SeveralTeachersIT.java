package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.console.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transformer and a residual network with an embedding of a quarter of its width teach one student. */
class SeveralTeachersIT {
    private static final String CONF = """
            tinyclip {
              further-teachers = [{ model = "%s", logit-scale = 20, weight = 0.5 }]
              batch = 64
              partitions = 4
              stages = [{ keep = 0.5, inherit-steps = 20, distill-steps = 6 }]
              data { icons = 200, evaluate = "icons:train" }
              optimizer { warmup-steps = 2 }
              mask { rate = 0.5 }
              checkpoint { steps = 2 }
            }
            """;

    private static final int STEPS = 26;

    @TempDir
    private static Path folder;

    private static Path conf = Path.of("");
    private static JsonObject undisturbed = new JsonObject();

    @BeforeAll
    static void runUndisturbed() throws Exception {
        Path further = RandomModels.resNet(folder.resolve("further"));
        conf = Files.writeString(folder.resolve("two.conf"), CONF.formatted(further));
        undisturbed = named("undisturbed").finishes(1, 1).record();
    }

    @Test
    void machinesThatHaveNeitherTeacherComeToTheSameDigest() throws Exception {
        TrainingRun run = named("cluster");
        try (LocalCluster cluster = new LocalCluster(run, 1)) {
            Process leader = cluster.coordinator(0, 2, 1);
            String cache = "-Dtinyclip.cache.folder=" + folder.resolve("cache");
            Process both = cluster.node("both", "worker,server", cache);
            Process worker = cluster.node("worker", "worker", cache);
            cluster.ends("coordinator-0", ExitCode.DONE, leader);
            cluster.ends("both", ExitCode.DONE, both);
            cluster.ends("worker", ExitCode.DONE, worker);
        }
        assertSameResult(run);
        assertTrue(run.record().getAsJsonObject("inputs").has("tinyclip.further-teachers 1"));
        try (var copies = Files.list(folder.resolve("cache/teachers"))) {
            assertEquals(2, copies.count());
        }
    }

    private static TrainingRun named(String name) {
        return new TrainingRun(conf, folder.resolve(name), List.of(PackagedJar.BRIEF));
    }

    private static void assertSameResult(TrainingRun run) throws Exception {
        run.requireResult(undisturbed, 1, STEPS);
    }
}
