package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Kind;
import java.util.List;

/** Where machines stand, by number, and what joins them. */
interface Network extends AutoCloseable {
    /** The address of a machine. */
    String host(int place);

    /** A port at which the machine can listen; the same one each time it is asked. */
    int port(int place);

    /** What goes before a command that is to run on the machine. */
    List<String> inside(int place);

    /** Disturbs all links of a machine, in one of the ways of {@link io.tinyclip.cluster.chaos.plan.Family#LINKS}. */
    void disturb(int place, Kind kind);

    /** As it was. */
    void restore(int place);

    @Override
    void close();
}
