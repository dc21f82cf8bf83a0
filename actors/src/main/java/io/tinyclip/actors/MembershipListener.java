package io.tinyclip.actors;

import io.tinyclip.numeric.NumericClass;
import java.util.Set;

/** What the leading machine hears of those that come and go. Must not block. */
public interface MembershipListener {
    /** A machine takes part from now on. */
    void admitted(Set<MemberRole> roles, String address);

    /**
     * A machine that computes takes part from now on.
     *
     * @param numerics its class; of the run's own where only such are taken
     */
    void computes(String address, NumericClass numerics);

    /** A machine was turned away, or expelled. */
    void refused(String address, String reason);

    /** A machine asks to go. */
    void leaving(Set<MemberRole> roles, String address);

    /** A machine is gone that had not asked to go. */
    void left(Set<MemberRole> roles, String address);
}
