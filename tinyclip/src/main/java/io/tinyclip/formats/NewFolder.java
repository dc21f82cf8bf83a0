package io.tinyclip.formats;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Removal;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Writes a folder that appears whole or not at all: a temporary one beside it, then a rename. An empty folder that is there
 * stays, as it may be a mount, a link or have rights of its own: the temporary one lies in it, and its files are moved up,
 * backwards by name, so that the weights are there before their config.
 */
public final class NewFolder {
    private NewFolder() {}

    /**
     * Writes a folder, and those above it where they are missing.
     *
     * @param folder is not there, or empty
     * @param content writes the files into the folder that it is given
     * @throws InvalidInputException if there is something already
     * @throws UncheckedIOException if the disk is full or the folder cannot be written; nothing is left of the attempt
     */
    public static void write(Path folder, Consumer<Path> content) {
        Path target = folder.toAbsolutePath().normalize();
        try {
            requireFree(target);
            if (Files.exists(target)) {
                fill(target, content);
            } else {
                create(target, content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write [" + folder + "]: " + e + "; free space, or make it or the folder above it writable",
                    e);
        }
    }

    private static void create(Path target, Consumer<Path> content) throws IOException {
        AtomicFile.createFolders(Objects.requireNonNull(target.getParent(), "a root is there"));
        Path temporary = target.resolveSibling(temporaryName(target));
        try {
            content.accept(temporary);
            rename(temporary, target);
        } finally {
            Removal.of(temporary);
        }
    }

    private static void fill(Path target, Consumer<Path> content) throws IOException {
        Path temporary = target.resolve(temporaryName(target));
        try {
            content.accept(temporary);
            List<Path> files = new ArrayList<>(entries(temporary));
            Collections.reverse(files);
            for (Path file : files) {
                rename(file, target.resolve(file.getFileName()));
            }
        } finally {
            Removal.of(temporary);
        }
    }

    private static String temporaryName(Path target) {
        return target.getFileName() + "." + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime())
                + AtomicFile.TEMPORARY;
    }

    private static void requireFree(Path target) throws IOException {
        if (target.getFileName() == null || Files.exists(target) && !isEmpty(target)) {
            throw new InvalidInputException(
                    "[" + target + "] is there already; remove it or name a folder that is not there");
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        return Files.isDirectory(folder) && entries(folder).isEmpty();
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    private static void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
    }
}
