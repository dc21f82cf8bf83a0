package io.tinyclip.cluster.command;

import io.tinyclip.cluster.run.Training;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** The program's commands. Without one it runs the quickstart. */
@Command(
        name = "coordinator.jar",
        synopsisHeading = "Usage: ",
        customSynopsis = "java -jar coordinator.jar [COMMAND]",
        description = {
            "Compresses CLIP models by the TinyCLIP method on a cluster of actors.",
            "Without a command: the quickstart, which compresses the built-in teacher to a quarter."
        },
        mixinStandardHelpOptions = true,
        versionProvider = CommandLineTool.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed; the log has the details", "2:wrong use, or input that cannot be used"},
        footer = "%nEvery setting is explained in reference.conf, inside the jar.")
public final class CommandLineTool implements Callable<Integer> {
    private static final String QUICKSTART = "quickstart.conf";

    private final Surroundings surroundings;

    @Mixin
    private final Overrides overrides = new Overrides();

    private CommandLineTool(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Tells which build this is. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = CommandLineTool.class.getPackage().getImplementationVersion();
            return new String[] {"TinyCLIP on Akka " + (version == null ? "(not packaged)" : version)};
        }
    }

    /** @return the {@link io.tinyclip.cluster.console.ExitCode} */
    public static int execute(Surroundings surroundings, String... arguments) {
        CommandLine line = new CommandLine(new CommandLineTool(surroundings));
        line.addSubcommand("run", new RunCommand(surroundings));
        line.addSubcommand("pretrain", new PretrainCommand(surroundings));
        line.addSubcommand("node", new NodeCommand(surroundings));
        line.addSubcommand("status", new StatusCommand(surroundings));
        line.addSubcommand("evaluate", new EvaluateCommand(surroundings));
        line.addSubcommand("embed", new EmbedCommand(surroundings));
        line.addSubcommand("inspect", new InspectCommand(surroundings));
        line.addSubcommand("export", new ExportCommand(surroundings));
        line.addSubcommand("bench", new BenchCommand(surroundings));
        line.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((error, command, parsed) -> Failure.report(error, surroundings.err()));
        line.getSubcommands()
                .values()
                .forEach(command -> command.setExecutionExceptionHandler(
                        (error, failed, parsed) -> Failure.report(error, surroundings.err())));
        try {
            return line.execute(arguments);
        } catch (Error e) { // picocli hands on exceptions only; memory that runs out must end in a clear line too
            return Failure.report(e, surroundings.err());
        }
    }

    @Override
    public Integer call() {
        Settings settings = SettingsFile.bundled(QUICKSTART, overrides.values());
        return TrainingCall.execute(Training.Command.RUN, settings, surroundings);
    }
}
