package io.tinyclip.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The recipe that is repeated, run in one process by two workers and two servers: its digest is the oracle of whatever repeats it. It is
 * run once for all tests of a JVM.
 */
final class UndisturbedRun {
    private static final Path PLACE = Path.of("target", "undisturbed").toAbsolutePath();

    private static Optional<TrainingRun> finished = Optional.empty();

    private UndisturbedRun() {}

    /** It is finished. */
    static synchronized TrainingRun get() throws Exception {
        if (finished.isEmpty()) {
            clear();
            finished = Optional.of(TinyRecipe.run(PLACE, "run").finishes(2, 2));
        }
        return finished.get();
    }

    /** What an earlier build has left. */
    private static void clear() throws IOException {
        if (Files.exists(PLACE)) {
            try (Stream<Path> files = Files.walk(PLACE)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(PLACE);
    }
}
