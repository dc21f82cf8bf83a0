package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.remote.RemoteModels;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** For commands without a recipe: where drawn icons and the log lie. */
final class CacheOption {
    @Mixin
    private final Overrides overrides = new Overrides();

    /**
     * The cache folder, made where it is missing; the log goes there from now on. A log is worth no refusal, drawn icons are.
     *
     * @param needed whether the command does not work without it
     */
    Path open(boolean needed, PrintStream err) {
        Settings settings = SettingsFile.defaults(overrides.values());
        RemoteModels.install(settings.free().storage());
        Path cache = settings.free().files().cache();
        Optional<String> refusal = CacheFolder.refusal(cache);
        if (refusal.isPresent() && needed) {
            throw new InvalidInputException(refusal.get());
        }
        refusal.ifPresentOrElse(why -> err.println("no log file: " + why), () -> LogFile.to(cache.resolve("log.txt")));
        return cache;
    }
}
