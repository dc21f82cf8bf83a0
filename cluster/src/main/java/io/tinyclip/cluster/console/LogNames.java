package io.tinyclip.cluster.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names of logs in a folder that several processes, and machines, may share: {@code WHAT-HOST-PID-log.txt}. As each process has
 * one of its own, those of processes of this host that have ended are removed, but for the newest.
 *
 * @param what such as {@code node}: letters and dashes
 * @param host this machine's name
 * @param pid of this process
 */
record LogNames(String what, String host, long pid) {
    /** Of processes that have ended, of one kind on one host. */
    static final int KEPT = 20;

    private static final Path HOST = Path.of("/proc/sys/kernel/hostname");

    /** Of this process. */
    static LogNames of(String what) {
        return new LogNames(what, hostName(), ProcessHandle.current().pid());
    }

    String own() {
        return String.format(Locale.ROOT, "%s-%s-%d-log.txt", what, host, pid);
    }

    /**
     * Removes the logs of the processes that ended longest ago. One that cannot be removed stays.
     *
     * @param lives whether there is a process of that number
     */
    void removeOld(Path folder, LongPredicate lives) {
        Pattern name = Pattern.compile(
                Pattern.quote(what) + "-" + Pattern.quote(host) + "-([0-9]{1,18})-log\\.txt(\\.[0-9]+)?");
        try (Stream<Path> files = Files.list(folder)) {
            Map<Long, List<Path>> ended = files.map(file -> name.matcher(String.valueOf(file.getFileName())))
                    .filter(Matcher::matches)
                    .filter(it -> Long.parseLong(it.group(1)) != pid && !lives.test(Long.parseLong(it.group(1))))
                    .collect(Collectors.groupingBy(
                            it -> Long.parseLong(it.group(1)),
                            Collectors.mapping(it -> folder.resolve(it.group()), Collectors.toList())));
            ended.values().stream()
                    .sorted(Comparator.comparing(LogNames::newest).reversed())
                    .skip(KEPT)
                    .flatMap(List::stream)
                    .forEach(LogNames::remove);
        } catch (IOException | UncheckedIOException e) {
            // Old logs are worth no refusal.
        }
    }

    private static Long newest(List<Path> files) {
        return files.stream().mapToLong(LogNames::changed).max().orElse(0);
    }

    private static long changed(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0; // another process has removed it
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hostName() {
        try {
            return Files.readString(HOST).strip().replaceAll("[^A-Za-z0-9._-]", "_");
        } catch (IOException e) {
            return "unknown"; // no Linux: the number of the process has to do
        }
    }
}
