package io.tinyclip.actors;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.member.AdmissionTest;
import io.tinyclip.actors.member.NodeHost;
import io.tinyclip.numeric.NumericClass;
import java.util.Optional;

/** Prepares a machine for the fixture's run. */
final class FakeHost implements NodeHost {
    String dataHash = "data";
    NumericClass numerics = AdmissionTest.RUN;

    @Override
    public Prepared prepare(Task task) {
        Computing computing = new Computing(dataHash, numerics, 2, FakeCompute::new);
        boolean computes = task.roles().contains(MemberRole.WORKER);
        return new Prepared(Fixture.compress(), Fixture.SHAPE, computes ? Optional.of(computing) : Optional.empty());
    }
}
