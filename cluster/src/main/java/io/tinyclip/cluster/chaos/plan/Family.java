package io.tinyclip.cluster.chaos.plan;

import java.util.Arrays;
import java.util.Optional;

/** Kinds of faults that need the same of the machine on which chaos runs; some machines can't do all. */
public enum Family {
    SIGNALS("signals"),
    /** Network namespaces: Linux, root, ip and tc. */
    LINKS("links"),
    CHECKPOINTS("checkpoints"),
    /** A small file system of its own: Linux and root. */
    DISK("disk"),
    FAILPOINTS("failpoints");

    private final String word;

    Family(String word) {
        this.word = word;
    }

    /** As the command line has it. */
    public String word() {
        return word;
    }

    public static Optional<Family> named(String word) {
        return Arrays.stream(values())
                .filter(family -> family.word.equals(word))
                .findFirst();
    }
}
