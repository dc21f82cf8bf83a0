package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.console.LogPlace;
import io.tinyclip.cluster.remote.RemoteModels;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** For commands without a recipe: where drawn icons and the log lie. */
final class CacheOption {
    @Mixin
    private final Overrides overrides = new Overrides();

    /** The command that has this option. */
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /**
     * The cache folder, made where it is missing; the log goes there from now on. A log is worth no refusal, drawn icons are.
     *
     * @param needed whether the command does not work without it
     */
    Path open(boolean needed, PrintStream err) {
        Settings settings = SettingsFile.defaults(overrides.values());
        LogPlace.as(command.name());
        LogSetup.write(settings);
        RemoteModels.install(settings.free().storage());
        Path cache = settings.free().files().cache();
        Optional<String> refusal = CacheFolder.refusal(cache);
        if (refusal.isPresent() && needed) {
            throw new InvalidInputException(refusal.get());
        }
        refusal.ifPresentOrElse(why -> err.println("no log file: " + why), () -> LogFile.in(cache, command.name()));
        return cache;
    }
}
