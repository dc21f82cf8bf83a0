package io.tinyclip.cluster.run;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A run of seconds, from its first pairs to its report; in a process of its own where a test has to change that. */
final class RunAnywhere {
    private RunAnywhere() {}

    /** @param arguments the run's folder, and one for drawn icons */
    public static void main(String[] arguments) {
        run(Path.of(arguments[0]), Path.of(arguments[1]), System.out);
    }

    static void run(Path folder, Path cache, PrintStream out) {
        run(folder, cache, new FakeEngine(), out, Map.of());
    }

    /** @param more settings */
    static void run(Path folder, Path cache, Engine engine, PrintStream out, Map<String, String> more) {
        Map<String, String> all = SmallRun.settings(folder, cache);
        all.put("tinyclip.data.icons", "20");
        all.put("tinyclip.checkpoint.steps", "1");
        all.put("tinyclip.pretrain.steps", "3");
        all.putAll(more);
        Settings settings = SettingsFile.defaults(all);
        PrintStream quiet = new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        try (Progress progress = new ProgressLines(quiet, System::nanoTime)) {
            new Training(
                            Training.Command.PRETRAIN,
                            settings,
                            engine,
                            RunHost.embedded(),
                            new Training.Console(progress, out))
                    .execute();
        }
    }
}
