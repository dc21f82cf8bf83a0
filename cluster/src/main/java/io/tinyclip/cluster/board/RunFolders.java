package io.tinyclip.cluster.board;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The run folders beside each other in one folder, and which of them this process has. A run is asked for by its name among
 * those that were found: no part of a path comes from whoever asks.
 *
 * @param root folder of run folders
 * @param own name of the one that this process has
 */
public record RunFolders(Path root, Optional<String> own) {
    /** Entries of the folder that are looked at. */
    private static final int MOST_LOOKED_AT = 4_000;

    /** Runs, the newest first. */
    private static final int MOST = 200;

    static final String RECORD = "run.json";
    static final String METRICS = "metrics.jsonl";

    /** @param changed milliseconds since 1970 */
    record Entry(String name, Path folder, long changed) {}

    /** Of a process that has the run in this folder, and shows its neighbours. */
    public static RunFolders around(Path run) {
        Path whole = run.toAbsolutePath().normalize();
        Path parent = Optional.ofNullable(whole.getParent()).orElse(whole);
        return new RunFolders(parent, Optional.ofNullable(whole.getFileName()).map(Path::toString));
    }

    /** Those that are there, the newest first. */
    List<Entry> all() throws IOException {
        List<Entry> found = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return found;
        }
        int looked = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                looked++;
                if (looked > MOST_LOOKED_AT) {
                    break;
                }
                changed(entry)
                        .ifPresent(
                                time -> found.add(new Entry(entry.getFileName().toString(), entry, time)));
            }
        }
        found.sort(Comparator.comparing((Entry entry) -> !isOwn(entry.name()))
                .thenComparing(Comparator.comparingLong(Entry::changed).reversed())
                .thenComparing(Entry::name));
        return found.size() > MOST ? found.subList(0, MOST) : found;
    }

    /** The run of that name; empty where there is none. */
    Optional<Entry> named(String name) throws IOException {
        return all().stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    boolean isOwn(String name) {
        return own.filter(name::equals).isPresent();
    }

    private static Optional<Long> changed(Path entry) throws IOException {
        long newest = -1;
        for (String name : List.of(METRICS, RECORD)) {
            Path file = entry.resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
            }
        }
        return newest < 0 ? Optional.empty() : Optional.of(newest);
    }
}
