package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;

/** For commands without a recipe: where drawn icons and the log lie. */
final class CacheOption {
    @Mixin
    private final Overrides overrides = new Overrides();

    /** The cache folder, made where it is missing; the log goes there from now on. */
    Path open() {
        Settings settings = SettingsFile.defaults(overrides.values());
        Path cache = settings.free().files().cache();
        CacheFolder.refusal(cache).ifPresent(refusal -> {
            throw new InvalidInputException(refusal);
        });
        LogFile.to(cache.resolve("log.txt"));
        return cache;
    }
}
