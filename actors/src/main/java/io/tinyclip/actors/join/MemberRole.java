package io.tinyclip.actors.join;

import java.util.Locale;

/** What a machine does in a cluster. */
public enum MemberRole {
    /** Leads the run, or stands by to lead it. */
    CORE,
    /** Computes partitions. */
    WORKER,
    /** Holds a part of the weights. */
    SERVER;

    /** As Akka and users write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
