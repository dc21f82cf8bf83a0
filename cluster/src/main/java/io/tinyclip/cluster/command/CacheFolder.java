package io.tinyclip.cluster.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The cache folder of a command without a run. */
final class CacheFolder {
    private CacheFolder() {}

    /**
     * Makes it where it is missing.
     *
     * @return why nothing can be kept there, with the remedy; empty where it serves
     */
    static Optional<String> refusal(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            return Optional.of("cannot make the cache folder [" + folder + "] (" + e + "); set tinyclip.cache.folder");
        }
        return Files.isWritable(folder)
                ? Optional.empty()
                : Optional.of("cannot write in the cache folder [" + folder + "]; set tinyclip.cache.folder");
    }
}
