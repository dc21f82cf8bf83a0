package io.tinyclip.actors;

import java.util.Set;

/** What the leading machine hears of those that come and go. Must not block. */
public interface MembershipListener {
    /** A machine takes part from now on. */
    void admitted(Set<MemberRole> roles, String address);

    /** A machine was admitted whose bits may differ. */
    void otherClass(String address, String difference);

    /** A machine was turned away, or expelled. */
    void refused(String address, String reason);

    /** A machine asks to go. */
    void leaving(Set<MemberRole> roles, String address);

    /** A machine is gone that had not asked to go. */
    void left(Set<MemberRole> roles, String address);
}
