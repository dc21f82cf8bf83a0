package io.tinyclip.cluster;

import io.tinyclip.cluster.command.CommandLineTool;
import io.tinyclip.cluster.command.Tools;
import io.tinyclip.cluster.console.Encoding;
import io.tinyclip.cluster.console.Ending;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.devices.KeptBy;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.TorchEngine;
import java.util.Locale;

/** The entry point of {@code coordinator.jar}. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its {@link ExitCode}. */
    public static void main(String[] arguments) {
        // What is printed and written here is for machines too, in libraries as well: no locale's own digits or
        // letters.
        Locale.setDefault(Locale.ROOT);
        Encoding.speak();
        // Given what prints today: the errors themselves are caught on their way there.
        CommandLineTool.endOnFatalErrors(System.err);
        KeptBy.watch(System.getenv());
        Tools tools = new Tools(Platform::placeScratch, Main::engine, Progress::standard, System.out, System.err);
        Ending.with(CommandLineTool.execute(tools, arguments));
    }

    /** Only commands that compute need a platform that the engine runs on. */
    private static Engine engine() {
        Platform.prepare();
        return new TorchEngine();
    }
}
