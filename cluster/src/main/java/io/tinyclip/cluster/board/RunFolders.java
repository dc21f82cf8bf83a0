package io.tinyclip.cluster.board;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The run folders beside each other in one folder, and which of them this process has. A run is asked for by the name of its
 * folder there: whoever asks cannot name any other place.
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

    /** @param changed milliseconds since 1970; 0 of a run that has written nothing yet */
    record Entry(String name, Path folder, long changed) {}

    /** Of a process that has the run in this folder, and shows its neighbours. */
    public static RunFolders around(Path run) {
        Path whole = run.toAbsolutePath().normalize();
        Path parent = Optional.ofNullable(whole.getParent()).orElse(whole);
        return new RunFolders(parent, Optional.ofNullable(whole.getFileName()).map(Path::toString));
    }

    /** Those in a folder; of one that is a run itself, it and its neighbours. */
    public static RunFolders in(Path place) {
        Path whole = place.toAbsolutePath().normalize();
        boolean run = Stream.of(METRICS, RECORD).anyMatch(file -> Files.exists(whole.resolve(file)));
        return run ? around(whole) : new RunFolders(whole, Optional.empty());
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
                String name = entry.getFileName().toString();
                if (!isOwn(name)) {
                    entry(name).ifPresent(found::add);
                }
            }
        }
        own.flatMap(this::entry).ifPresent(found::add);
        found.sort(Comparator.comparing((Entry entry) -> !isOwn(entry.name()))
                .thenComparing(Comparator.comparingLong(Entry::changed).reversed())
                .thenComparing(Entry::name));
        return found.size() > MOST ? found.subList(0, MOST) : found;
    }

    /** The run of that name; empty where there is none. */
    Optional<Entry> named(String name) {
        boolean plain = name.chars().noneMatch(it -> it == '/' || it == '\\' || it == 0);
        return plain && !name.isEmpty() && !name.equals(".") && !name.equals("..") ? entry(name) : Optional.empty();
    }

    boolean isOwn(String name) {
        return own.filter(name::equals).isPresent();
    }

    private Optional<Entry> entry(String name) {
        Path folder = root.resolve(name);
        OptionalLong changed = Stream.of(METRICS, RECORD)
                .flatMapToLong(file -> changed(folder.resolve(file)).stream())
                .max();
        // What this process has is shown from its start on: a page that is opened while tars are counted must not stay
        // with a neighbour.
        return changed.isPresent() || isOwn(name) && Files.isDirectory(folder)
                ? Optional.of(new Entry(name, folder, changed.orElse(0)))
                : Optional.empty();
    }

    /** Empty for what is no file, or is gone meanwhile. */
    private static OptionalLong changed(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return now.isRegularFile() ? OptionalLong.of(now.lastModifiedTime().toMillis()) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
