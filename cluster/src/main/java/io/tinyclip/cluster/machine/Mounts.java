package io.tinyclip.cluster.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this machine's disks allow.
 *
 * @param lines of proc(5) mountinfo; of two at one place the later one counts
 */
public record Mounts(List<String> lines) {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;
    private static final int OPTIONS = 5;

    /** Those that this process sees. */
    public static Mounts read() throws IOException {
        // A byte a letter: whatever the mount points are called, it can be read, and what is not ASCII matches nothing.
        return new Mounts(
                Files.exists(MOUNTS)
                        ? Files.readString(MOUNTS, StandardCharsets.ISO_8859_1)
                                .lines()
                                .map(line -> line.replaceAll("[^\\x00-\\x7f]", "?"))
                                .toList()
                        : List.of());
    }

    /** Whether the disk under a file of this machine allows no program; false where nobody can tell. */
    public static boolean forbidPrograms(Path file) {
        try {
            return read().forbidsPrograms(file.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether the disk under a file is mounted so that no program or library may be loaded from it.
     *
     * @param file absolute, without links
     */
    public boolean forbidsPrograms(Path file) {
        boolean forbids = false;
        int deepest = -1;
        for (String mount : lines) {
            String[] fields = mount.split(" ");
            if (fields.length <= OPTIONS) {
                continue;
            }
            Path point = Path.of(fields[MOUNT_POINT].replace("\\040", " "));
            if (file.startsWith(point) && point.getNameCount() >= deepest) {
                deepest = point.getNameCount();
                forbids = List.of(fields[OPTIONS].split(",")).contains("noexec");
            }
        }
        return forbids;
    }
}
