package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.Encoding;
import io.tinyclip.cluster.console.Ending;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.FatalErrors;
import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.run.Training;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.failpoint.Failpoint;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

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
    private static final Logger LOG = LoggerFactory.getLogger(CommandLineTool.class);

    private static final String QUICKSTART = "quickstart.conf";

    private final Tools tools;

    @Mixin
    private final Overrides overrides = new Overrides();

    private CommandLineTool(Tools tools) {
        this.tools = tools;
    }

    /** Tells which build this is. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            // A percent sign begins a format.
            return About.lines().stream().map(line -> line.replace("%", "%%")).toArray(String[]::new);
        }
    }

    /** All commands, with what they share. */
    static CommandLine line(Tools tools) {
        CommandLine line = new CommandLine(new CommandLineTool(tools));
        line.addSubcommand("run", new TrainingCommand.Run(tools));
        line.addSubcommand("pretrain", new TrainingCommand.Pretrain(tools));
        line.addSubcommand("plan", new PlanCommand(tools));
        line.addSubcommand("precompute", new PrecomputeCommand(tools));
        line.addSubcommand("node", new NodeCommand(tools));
        line.addSubcommand("keys", new KeysCommand(tools));
        line.addSubcommand("status", new StatusCommand(tools));
        line.addSubcommand("stop", new StopCommand(tools));
        line.addSubcommand("board", new BoardCommand(tools));
        line.addSubcommand("evaluate", new EvaluateCommand(tools));
        line.addSubcommand("zero-shot", new ZeroShotCommand(tools));
        line.addSubcommand("retrieval", new RetrievalCommand(tools));
        line.addSubcommand("linear-probe", new LinearProbeCommand(tools));
        line.addSubcommand("embed", new EmbedCommand(tools));
        line.addSubcommand("serve", new ServeCommand(tools));
        line.addSubcommand("inspect", new InspectCommand(tools));
        line.addSubcommand("export", new ExportCommand(tools));
        line.addSubcommand("bench", new BenchCommand(tools));
        line.addSubcommand("repeat", new RepeatCommand(tools));
        line.addSubcommand("chaos", new ChaosCommand(tools));
        line.addSubcommand("completion", new CompletionCommand(tools));
        line.setOut(new PrintWriter(tools.out(), true, Encoding.printed()));
        line.setErr(new PrintWriter(tools.err(), true, Encoding.printed()));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        WrongUse.inOneLine(line, tools.err());
        PlaceArguments.refuseAddresses(line, tools.err());
        line.setExecutionExceptionHandler((error, command, parsed) -> Failure.report(error, tools.err()));
        line.getSubcommands()
                .values()
                .forEach(command -> command.setExecutionExceptionHandler(
                        (error, failed, parsed) -> Failure.report(error, tools.err())));
        line.setExecutionStrategy(parsed -> {
            try {
                Failpoint.requireSensible();
                if (loadsLibraries(parsed)) {
                    tools.libraries().run();
                }
            } catch (RuntimeException e) {
                return Failure.report(e, tools.err());
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        return line;
    }

    /** @return the {@link io.tinyclip.cluster.console.ExitCode} */
    public static int execute(Tools tools, String... arguments) {
        LogFile.introduce(About::line);
        try {
            Encoding.requireReadable(System.getProperty("user.dir", ""), arguments);
            int code = line(tools).execute(arguments);
            LOG.info("ends with exit code {}", code);
            return code;
        } catch (Error | RuntimeException e) {
            // picocli hands on exceptions only; memory that runs out must end in a clear line too
            return Failure.report(e, tools.err());
        }
    }

    /** From now on an error that ends Akka ends this process, with its line and code. */
    public static void endOnFatalErrors(PrintStream err) {
        FatalErrors.endWith(error -> {
            Failure.report(error, err);
            Ending.atOnce(ExitCode.FAILED);
        });
    }

    /** Help, making keys and asking a cluster serve where no library could be loaded. */
    private static boolean loadsLibraries(ParseResult parsed) {
        List<CommandLine> asked = parsed.asCommandLineList();
        Object last = asked.get(asked.size() - 1).getCommand();
        return asked.stream().noneMatch(line -> line.isUsageHelpRequested() || line.isVersionHelpRequested())
                && !(last instanceof StatusCommand
                        || last instanceof StopCommand
                        || last instanceof BoardCommand
                        || last instanceof KeysCommand
                        || last instanceof CompletionCommand);
    }

    @Override
    public Integer call() {
        Settings settings = SettingsFile.bundled(QUICKSTART, overrides.values());
        TrainingCommand.Words words = new TrainingCommand.Words(List.of(), overrides.values());
        return TrainingCommand.execute(Training.Command.RUN, settings, words, tools);
    }
}
