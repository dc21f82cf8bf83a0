package io.tinyclip.actors.member;

import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.numeric.NumericClass;
import java.util.Set;

/** What the leading machine hears of those that come and go. Must not block, but where it says otherwise. */
public interface MembershipListener {
    /** A machine takes part from now on. */
    void admitted(Set<MemberRole> roles, String address);

    /**
     * A machine that computes is about to take part: it gets no work before this returns, and the run ends if it fails.
     * May block, to write the class down; called from any thread.
     *
     * @param numerics its class; where only one is taken, the first to come is the run's
     */
    void computes(String address, NumericClass numerics);

    /** A machine was turned away, or expelled. */
    void refused(String address, String reason);

    /** A machine cannot go on, and ends. */
    void broken(Set<MemberRole> roles, String address, Breakdown breakdown);

    /** A machine asks to go. */
    void leaving(Set<MemberRole> roles, String address);

    /** A machine is gone that had not asked to go. */
    void left(Set<MemberRole> roles, String address);
}
