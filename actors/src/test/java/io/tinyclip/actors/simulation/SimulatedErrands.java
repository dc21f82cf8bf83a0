package io.tinyclip.actors.simulation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Errands of a process by what they are for, see {@link io.tinyclip.actors.plane.Errands}. */
final class SimulatedErrands<K> {
    private final SimulatedPlane plane;
    private final SimulatedProcess by;
    private final Map<K, SimulatedPlane.Errand> open = new LinkedHashMap<>();

    SimulatedErrands(SimulatedPlane plane, SimulatedProcess by) {
        this.plane = plane;
        this.by = by;
    }

    SimulatedPlane.Errand of(K what) {
        return open.computeIfAbsent(what, unknown -> plane.errand(by));
    }

    void end(K what) {
        Optional.ofNullable(open.remove(what)).ifPresent(SimulatedPlane.Errand::close);
    }

    void endUnless(Predicate<K> wanted) {
        List.copyOf(open.keySet()).stream().filter(wanted.negate()).forEach(this::end);
    }

    void endAll() {
        endUnless(what -> false);
    }
}
