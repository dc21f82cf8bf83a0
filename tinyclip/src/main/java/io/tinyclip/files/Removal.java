package io.tinyclip.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Removes what is not needed any more from a disk. */
public final class Removal {
    private Removal() {}

    /**
     * Removes a folder with all that is in it, or a file. A link is removed, and what it leads to stays; what is gone already, or
     * goes meanwhile, is as it was to be.
     *
     * @throws IOException if something of it stays
     */
    public static void of(Path place) throws IOException {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(place)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path each : deepestFirst) {
            Files.deleteIfExists(each);
        }
    }
}
