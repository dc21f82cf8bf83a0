package io.tinyclip.checkpoint;

import io.tinyclip.files.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The names in a store's folder: what lies there, what does not belong there, and how it is removed. */
final class CheckpointFolder {
    static final String LATEST = "latest";

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final Pattern ID = Pattern.compile("step-\\d{9}");
    /** Named in a warning. */
    private static final int MOST_NAMED = 3;

    private final Path folder;

    CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    Path latest() {
        return folder.resolve(LATEST);
    }

    /** @throws IllegalArgumentException for what is no id, and may lead elsewhere */
    Path of(String id) {
        if (!isId(id)) {
            throw new IllegalArgumentException("checkpoint id [" + id + "] must be like step-000000123");
        }
        return folder.resolve(id);
    }

    static boolean isId(String name) {
        return ID.matcher(name).matches();
    }

    /** Of checkpoints, and of what was to become one, oldest first. */
    List<String> ids() {
        return names().filter(CheckpointFolder::isId).toList();
    }

    /** Of what has a manifest, newest first. */
    List<String> committed() {
        return ids().stream()
                .filter(id -> Files.exists(of(id).resolve(Manifest.FILE)))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /** The manifest first: what is left of an interrupted removal must not look like a checkpoint. */
    void remove(String id) {
        Path checkpoint = of(id);
        delete(checkpoint.resolve(Manifest.FILE));
        list(checkpoint).forEach(CheckpointFolder::delete);
        delete(checkpoint);
    }

    /** Removes temporary files that a crash left. */
    void removeLeftovers() {
        Stream.concat(Stream.of(folder), ids().stream().map(this::of))
                .flatMap(CheckpointFolder::list)
                .filter(file -> file.getFileName().toString().endsWith(AtomicFile.TEMPORARY))
                .forEach(CheckpointFolder::delete);
    }

    /** Says in one line what lies here and is nothing of a run: it changes nothing, and somebody may miss it elsewhere. */
    void warnOfStrays() {
        List<String> strays = names().filter(
                        name -> !isId(name) && !Terms.isTerm(name) && !PinFiles.isOne(name) && !name.equals(LATEST))
                .toList();
        if (!strays.isEmpty()) {
            LOG.warn(
                    "[{}] has [{}] files that are no checkpoints and no terms, such as {}; they count for nothing, remove them",
                    folder,
                    strays.size(),
                    strays.subList(0, Math.min(MOST_NAMED, strays.size())));
        }
    }

    /** What cannot be removed costs space only, and is tried again later: no reason to fail a run. */
    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot remove [{}]: {}; it may be removed by hand", file, e.toString());
        }
    }

    /** Whatever lies here, by name. */
    Stream<Path> all() {
        return list(folder);
    }

    private Stream<String> names() {
        return list(folder).map(path -> path.getFileName().toString());
    }

    /** What a folder holds, by name; nothing where it does not exist. */
    private static Stream<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list [" + folder + "]: " + e + "; check its permissions", e);
        }
    }
}
