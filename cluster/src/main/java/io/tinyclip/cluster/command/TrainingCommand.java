package io.tinyclip.cluster.command;

import io.tinyclip.cluster.board.LiveRun;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.console.LogPlace;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.devices.Box;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.Notice;
import io.tinyclip.cluster.membership.Candidate;
import io.tinyclip.cluster.remote.RemoteModels;
import io.tinyclip.cluster.run.RunHost;
import io.tinyclip.cluster.run.Training;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code run} and {@code pretrain}: both read a recipe and train; what they train, {@link Training} knows. */
abstract class TrainingCommand implements Callable<Integer> {
    private final Training.Command command;
    private final Tools tools;

    @Parameters(paramLabel = "CONF", description = "The recipe, such as conf/quickstart.conf.")
    private Path recipe = Path.of("");

    @Mixin
    private final Overrides overrides = new Overrides();

    private TrainingCommand(Training.Command command, Tools tools) {
        this.command = command;
        this.tools = tools;
    }

    /** {@code run}. */
    @Command(
            name = "run",
            description = "Compresses a model as a recipe describes, or goes on with a run that was stopped.",
            mixinStandardHelpOptions = true)
    static final class Run extends TrainingCommand {
        Run(Tools tools) {
            super(Training.Command.RUN, tools);
        }
    }

    /** {@code pretrain}. */
    @Command(
            name = "pretrain",
            description = "Trains a CLIP from scratch as a recipe describes, or goes on where that was stopped.",
            mixinStandardHelpOptions = true)
    static final class Pretrain extends TrainingCommand {
        Pretrain(Tools tools) {
            super(Training.Command.PRETRAIN, tools);
        }
    }

    @Override
    public Integer call() {
        Settings settings = SettingsFile.read(recipe, overrides.values());
        List<String> again = List.of(command.word(), recipe.toString());
        return execute(command, settings, new Words(again, overrides.values()), tools);
    }

    /**
     * What was said on the command line.
     *
     * @param arguments without the settings
     * @param given the settings
     */
    record Words(List<String> arguments, Map<String, String> given) {}

    /** In this process, or in one for each of several devices. */
    static int execute(Training.Command command, Settings settings, Words words, Tools tools) {
        return settings.free().machine().devices().areProcesses()
                ? Box.of(words.given, settings).compress(words.arguments, tools.out())
                : execute(command, settings, tools);
    }

    /** @return the {@link ExitCode}: failed for a run that was stopped before its end */
    private static int execute(Training.Command command, Settings settings, Tools tools) {
        log(command, settings, tools);
        RemoteModels.install(settings.free().storage());
        Engine engine = tools.engine().get().on(settings.free().machine().device());
        LiveRun live = new LiveRun();
        try (Notice notice = NoticeGiven.watched(settings, tools.out());
                ServedBoard board = ServedBoard.of(settings, live, tools.out());
                Progress progress = live.heard(tools.progress().get())) {
            Training.Console console = new Training.Console(progress, tools.out());
            boolean finished = settings.cluster().mode() == ClusterSettings.Mode.EMBEDDED
                    ? new Training(command, settings, engine, RunHost.embedded(), console).execute()
                    : Candidate.execute(command, settings, engine, console, live);
            return finished ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    /**
     * A run in one process logs into its folder, whose lock it has. Candidates may share that folder, and its disk may freeze: each
     * logs on its own machine from before it stands by.
     */
    private static void log(Training.Command command, Settings settings, Tools tools) {
        LogSetup.write(settings);
        LogPlace.in(settings.free().files().name());
        if (settings.cluster().mode() == ClusterSettings.Mode.EMBEDDED) {
            LogPlace.as(command.word());
            return;
        }
        LogPlace.as(Candidate.STANDING_BY);
        Path cache = settings.free().files().cache();
        Optional<String> refusal = CacheFolder.refusal(cache);
        refusal.ifPresentOrElse(
                why -> tools.err().println("no log file: " + why), () -> LogFile.in(cache, "coordinator"));
    }
}
