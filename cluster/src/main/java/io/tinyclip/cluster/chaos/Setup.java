package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Family;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What all trials of a call have in common.
 *
 * @param settings of the run, each as {@code -Dkey=value}
 * @param out the folder for everything that is written
 * @param faults in each trial
 * @param supervised whether every process that ends is started again
 * @param families of the faults that may come
 */
public record Setup(
        Program program,
        Path conf,
        List<String> settings,
        Path out,
        Machines machines,
        int faults,
        boolean supervised,
        Set<Family> families) {
    /** How many there are of each; the disk only where faults of the family come. */
    public record Machines(int coordinators, int servers, int workers, int diskMegabytes) {
        int all() {
            return coordinators + servers + workers;
        }
    }

    /**
     * What each machine runs.
     *
     * @param java the JVM and its options
     */
    public record Program(List<String> java, Path jar) {}

    public Setup {
        settings = List.copyOf(settings);
        families = Set.copyOf(families);
    }

    /** @throws InvalidInputException naming what this machine or user can't do */
    public static void requirePossible(Set<Family> families) {
        if (families.contains(Family.LINKS) && !Namespaces.areThere()) {
            throw new InvalidInputException("links are cut by network namespaces, which need Linux, root, ip and tc;"
                    + " leave them alone by --without links");
        }
        if (families.contains(Family.DISK) && !Disk.isThere()) {
            throw new InvalidInputException(
                    "a disk is filled that is mounted for that, which needs Linux and root; leave"
                            + " it alone by --without disk");
        }
    }

    boolean has(Family family) {
        return families.contains(family);
    }
}
