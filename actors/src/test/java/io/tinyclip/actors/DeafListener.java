package io.tinyclip.actors;

import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.member.MembershipListener;
import io.tinyclip.numeric.NumericClass;
import java.util.Set;

/** For who does not care who comes and goes. */
class DeafListener implements MembershipListener {
    @Override
    public void admitted(Set<MemberRole> roles, String address) {}

    @Override
    public void computes(String address, NumericClass numerics) {}

    @Override
    public void refused(String address, String reason) {}

    @Override
    public void broken(Set<MemberRole> roles, String address, Breakdown breakdown) {}

    @Override
    public void leaving(Set<MemberRole> roles, String address) {}

    @Override
    public void left(Set<MemberRole> roles, String address) {}
}
