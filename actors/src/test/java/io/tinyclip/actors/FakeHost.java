package io.tinyclip.actors;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.member.AdmissionTest;
import io.tinyclip.actors.member.NodeHost;
import io.tinyclip.kernel.Precision;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.step.StepCompute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Prepares a machine for the fixture's run. */
class FakeHost implements NodeHost {
    String dataHash = "data";
    NumericClass numerics = AdmissionTest.RUN;
    Supplier<StepCompute> compute = FakeCompute::new;
    final List<Optional<Precision>> asked = new CopyOnWriteArrayList<>();

    /** The same machine, computing in a precision. */
    static NumericClass in(Precision precision, NumericClass machine) {
        Map<String, String> parts = new HashMap<>(machine.parts());
        parts.put(NumericClass.PRECISION, precision.word());
        return new NumericClass(parts, machine.answers());
    }

    @Override
    public Prepared prepare(Task task) {
        asked.add(task.precision());
        NumericClass prepared = task.precision().map(it -> in(it, numerics)).orElse(numerics);
        Computing computing = new Computing(dataHash, prepared, 2, compute);
        boolean computes = task.roles().contains(MemberRole.WORKER);
        return new Prepared(Fixture.compress(), Fixture.SHAPE, computes ? Optional.of(computing) : Optional.empty());
    }
}
