package io.tinyclip.formats;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model's folder in the cache of Hugging Face's hub, {@code models--OWNER--NAME}: {@code snapshots} has a folder for every
 * commit that was fetched, and {@code refs/main} says which of them the main branch was at last.
 */
final class HubCache {
    private static final String SNAPSHOTS = "snapshots";

    private HubCache() {}

    /**
     * The model's files, where a folder is such a one.
     *
     * @throws InvalidInputException if it holds none, or several of which none is said to be the main one
     */
    static Optional<Path> snapshot(Path folder) {
        Path snapshots = folder.resolve(SNAPSHOTS);
        if (!Files.isDirectory(snapshots) || Files.exists(folder.resolve(KnownFolder.HUGGING_FACE_CONFIG))) {
            return Optional.empty();
        }
        try {
            Path main = folder.resolve("refs").resolve("main");
            if (Files.isRegularFile(main)) {
                String commit = Files.readString(main).strip();
                if (commit.matches("\\w+") && Files.isDirectory(snapshots.resolve(commit))) {
                    return Optional.of(snapshots.resolve(commit));
                }
            }
            List<Path> commits;
            try (Stream<Path> found = Files.list(snapshots)) {
                commits = found.filter(Files::isDirectory).sorted().toList();
            }
            if (commits.size() != 1) {
                throw new InvalidInputException(
                        "[" + snapshots + "] holds [" + commits.size()
                                + "] snapshots and refs/main names none of them; name the folder of one, or fetch the model again");
            }
            return Optional.of(commits.get(0));
        } catch (IOException e) {
            throw new InvalidInputException("cannot read [" + folder + "]: " + e + "; check the path", e);
        }
    }
}
