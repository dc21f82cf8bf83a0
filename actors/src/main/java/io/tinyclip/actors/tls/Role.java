package io.tinyclip.actors.tls;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the holder of a certificate may do in a run. */
public enum Role {
    /** Leads the run, or stands by to lead it. */
    COORDINATOR,
    /** Computes partitions. */
    WORKER,
    /** Holds shards. */
    SERVER,
    /** Asks how the run is doing, and ends it. */
    OPERATOR;

    /** As certificates, files and command lines write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }
}
