package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Fault;
import java.util.List;

/** Which machine a fault comes to. */
final class Target {
    private Target() {}

    /** One of the role that runs, as soon as there is one. */
    static Machine await(World world, Fault fault) throws Injection.Missed {
        List<Machine> found = world.fleet().inRole(fault.card().role());
        if (found.isEmpty()
                && !world.until(() -> !world.fleet().inRole(fault.card().role()).isEmpty(), Injection.PATIENCE)) {
            throw new Injection.Missed(world.run().finished() ? "the run was over" : "there was no such machine");
        }
        List<Machine> there = world.fleet().inRole(fault.card().role());
        return there.get(fault.pick() % there.size());
    }
}
