package io.tinyclip.checkpoint;

import io.tinyclip.files.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who leads a run, in one folder that all candidates share: a term belongs to whoever created its file, {@code term-N},
 * and no two can. The highest term leads; a coordinator that finds a higher one than its own has been followed by another.
 */
public final class Terms {
    private static final String PREFIX = "term-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "[1-9]\\d{0,11}");
    private static final int KEPT = 3;

    private final Path folder;

    Terms(Path folder) {
        this.folder = folder;
    }

    /**
     * Takes the next term; old files but the newest few go.
     *
     * @return above every term that was claimed here before
     * @throws UncheckedIOException naming the folder and what to do, if it cannot be written
     */
    public long claim() {
        try {
            AtomicFile.createFolders(folder);
            while (true) {
                long term = newest() + 1;
                // A file that was removed as an old one can be made a second time: then a higher term is there.
                if (AtomicFile.createNew(file(term)) && newest() == term) {
                    removeOld(term);
                    return term;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot claim a term in [" + folder + "]: " + e + "; make the folder writable, then start again",
                    e);
        }
    }

    /** Takes the next term, as {@link #claim()} does. */
    public Term take() {
        return new Term(this, claim());
    }

    /** The highest term that was claimed; 0 before the first. */
    public long newest() {
        List<Long> claimed = claimed();
        return claimed.isEmpty() ? 0 : claimed.get(claimed.size() - 1);
    }

    private List<Long> claimed() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches())
                    .map(name -> Long.parseLong(name.substring(PREFIX.length())))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list [" + folder + "]: " + e + "; check its permissions", e);
        }
    }

    private void removeOld(long newest) throws IOException {
        for (long term : claimed()) {
            if (term <= newest - KEPT) {
                Files.deleteIfExists(file(term));
            }
        }
    }

    private Path file(long term) {
        return folder.resolve(PREFIX + term);
    }
}
