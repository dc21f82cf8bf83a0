package io.tinyclip.actors.plane;

import io.tinyclip.actors.tls.Role;
import java.util.Set;

/** Hears of whoever holds a session that is offered; on any thread, and must not block. */
public interface SessionWatch {
    /** @param roles that its certificate proves; all of them where connections show no certificates */
    default void held(Set<Role> roles) {}

    /** Whoever held it last is gone. */
    void ended();
}
