package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.console.LogPlace;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.remote.RemoteModels;
import io.tinyclip.cluster.run.Precomputing;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code precompute}: fills the store of teacher embeddings for a recipe. */
@Command(
        name = "precompute",
        description = {
            "Asks the teachers of a recipe about its training pairs, and stores what they say.",
            "The recipe needs tinyclip.teacher-store.views, and a run of it use = precomputed there.",
            "What is there is not computed again, so a process that was stopped goes on by the same command."
        },
        mixinStandardHelpOptions = true)
final class PrecomputeCommand implements Callable<Integer> {
    private static final Pattern PART = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");

    private final Tools tools;

    @Parameters(paramLabel = "CONF", description = "The recipe.")
    private Path recipe = Path.of("");

    @Option(
            names = "--part",
            paramLabel = "I/N",
            description =
                    "Makes every Nth file, from the Ith on: give N processes, on any machines that share the folder, 1/N to N/N.")
    private String part = "1/1";

    @Mixin
    private final Overrides overrides = new Overrides();

    PrecomputeCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        Precomputing.Part own = part(part);
        Settings settings = SettingsFile.read(recipe, overrides.values());
        LogPlace.as("precompute");
        LogPlace.in(settings.free().files().name());
        LogSetup.write(settings);
        RemoteModels.install(settings.free().storage());
        Path cache = settings.free().files().cache();
        CacheFolder.refusal(cache)
                .ifPresentOrElse(
                        why -> tools.err().println("no log file: " + why), () -> LogFile.in(cache, "precompute"));
        Engine engine = tools.engine().get().on(settings.free().machine().device());
        try (Progress progress = tools.progress().get()) {
            new Precomputing(settings, engine, own, progress, tools.out()).execute();
        }
        return ExitCode.DONE;
    }

    private static Precomputing.Part part(String text) {
        Matcher matcher = PART.matcher(text.strip());
        if (!matcher.matches()) {
            throw new InvalidInputException("--part [" + text + "] must be I/N, such as 1/8 for the first of eight");
        }
        return new Precomputing.Part(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
}
