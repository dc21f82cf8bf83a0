package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.NoProgress;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings of runs that take a second: small batches, and the smallest model that pretrain can make. */
final class SmallRun {
    private SmallRun() {}

    /**
     * What such runs have in common; the caller adds the rest.
     *
     * @param folder of the run
     * @param cache of drawn icons
     */
    static Map<String, String> settings(Path folder, Path cache) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("tinyclip.batch", "8");
        all.put("tinyclip.partitions", "4");
        all.put("tinyclip.pretrain.model.embedding", "16");
        for (String tower : List.of("image", "text")) {
            String key = "tinyclip.pretrain.model." + tower + ".";
            all.putAll(
                    Map.of(key + "width", "16", key + "head-width", "8", key + "layers", "2", key + "neurons", "32"));
        }
        all.put("tinyclip.cache.folder", cache.toString());
        all.put("tinyclip.run.folder", folder.toString());
        return all;
    }

    /**
     * Trains a teacher in {@code shared/teacher}, or by it a student on twenty icons.
     *
     * @param overrides go over what such runs have in common
     */
    static void trains(
            Training.Command command, Engine engine, Path shared, Path folder, Map<String, String> overrides) {
        Map<String, String> all = settings(folder, shared.resolve("cache"));
        all.put("tinyclip.mask.rate", "2.5");
        all.put("tinyclip.mask.minimum-heads", "0");
        all.put("tinyclip.data.icons", "20");
        all.put("tinyclip.teacher", shared.resolve("teacher/model").toString());
        all.put("tinyclip.pretrain.steps", "3");
        all.putAll(overrides);
        finishes(command, all, engine);
    }

    /** Trains to the end, in this process, and shows nothing. */
    static void finishes(Training.Command command, Map<String, String> settings, Engine engine) {
        Training.Console console =
                new Training.Console(new NoProgress(), new PrintStream(PrintStream.nullOutputStream()));
        assertTrue(
                new Training(command, SettingsFile.defaults(settings), engine, RunHost.embedded(), console).execute());
    }
}
