package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.cluster.settings.StorageSettings;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.Storage;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Models by what a user calls them, as paths of this machine; and where all addresses of this process are read by settings. */
public final class RemoteModels {
    private static volatile Optional<StorageSettings> installed = Optional.empty();

    private RemoteModels() {}

    /** From now on this process reads addresses by these settings. */
    public static void install(StorageSettings settings) {
        installed = Optional.of(settings);
        RemoteStore.install(settings);
    }

    /**
     * A model's path on this machine, fetched where it lies elsewhere.
     *
     * @param setting names it in messages
     * @throws io.tinyclip.model.InvalidInputException if it cannot be fetched or kept, or its scheme is unknown
     */
    public static Path path(String name, String setting) {
        Location.readable(name, setting);
        if (!Storage.isRemote(name)) {
            return Location.path(name);
        }
        Location.requireWhole(name, setting);
        StorageSettings settings =
                installed.orElseGet(() -> SettingsFile.defaults(Map.of()).free().storage());
        Supplier<Progress> progress = Progress::standard;
        return new ModelCache(settings.cache(), RemoteStore.of(settings), progress).fetched(name, setting);
    }
}
