package io.tinyclip.cluster.settings;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where programs of this user keep what they can make again. */
final class CacheHome {
    private CacheHome() {}

    /**
     * Below the user's home; where there is none that can be written, as for a user whom a container does not know, below
     * Java's folder for what is temporary, in a folder of the user's own.
     */
    static Path of(Map<String, String> environment) {
        return of(
                Stream.of(environment.getOrDefault("HOME", ""), System.getProperty("user.home", ""))
                        .filter(folder -> folder.startsWith("/")) // Java calls a home that nobody knows [?]
                        .toList(),
                Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** @param homes the preferred one first */
    static Path of(List<String> homes, Path temporary) {
        Path own = temporary.resolve(".cache-" + ThisUser.number());
        return homes.stream()
                .map(home -> Path.of(home, ".cache"))
                .filter(CacheHome::canBeWritten)
                .findFirst()
                .orElseGet(() -> own(own));
    }

    private static boolean canBeWritten(Path folder) {
        Path there = AtomicFile.nearest(folder);
        return Files.isDirectory(there) && Files.isWritable(there);
    }

    private static Path own(Path folder) {
        try {
            if (!ThisUser.isForeign(folder)) {
                return folder;
            }
        } catch (IOException e) {
            throw unusable(folder, e.toString());
        }
        throw unusable(folder, "another user made it");
    }

    private static InvalidInputException unusable(Path folder, String why) {
        return new InvalidInputException(
                "cannot use the cache folder [" + folder + "] (" + why + "); set tinyclip.cache.folder");
    }
}
