package io.tinyclip.cluster.devices;

import java.util.List;
import java.util.Map;

/**
 * A process that is wanted.
 *
 * @param name in front of what it prints, such as cuda:0
 * @param kind what its end means
 * @param command that starts it
 * @param environment beside this process's own
 */
record Post(String name, Kind kind, List<String> command, Map<String, String> environment) {
    /** What a process is for. */
    enum Kind {
        /** Has the run, and the terminal; where it ends, all end. */
        LEADER,
        /** Lends its device; others go on without it. */
        HELPER
    }
}
