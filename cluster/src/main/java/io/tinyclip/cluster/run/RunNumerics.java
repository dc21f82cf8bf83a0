package io.tinyclip.cluster.run;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * On which machines a run computed, as run.json has it.
 *
 * @param name of the class that the run began in
 * @param mode {@link Numerics#RELAXED} once other classes could take part
 * @param probe that class itself; empty for a run that is older than the probe
 * @param classes names of the classes that took part, where {@code mode} is relaxed
 */
public record RunNumerics(String name, Numerics mode, Optional<NumericClass> probe, List<String> classes) {
    public RunNumerics {
        classes = List.copyOf(classes);
    }

    /** Of a run that begins in a class. */
    static RunNumerics begun(NumericClass own, Numerics mode) {
        return new RunNumerics(
                own.name(), mode, Optional.of(own), mode == Numerics.RELAXED ? List.of(own.name()) : List.of());
    }

    /**
     * The same run, now in another process. What ran under {@code relaxed} stays relaxed; an older run takes this process's
     * class for its own.
     *
     * @param own class of the process
     * @param now mode of the process
     * @param computes whether the process itself does the run's tensor work
     * @throws InvalidInputException if it does in another class, and the mode is strict
     */
    RunNumerics goingOn(NumericClass own, Numerics now, boolean computes) {
        Optional<String> difference = probe.flatMap(begun -> begun.difference(own));
        if (computes && now == Numerics.STRICT && difference.isPresent()) {
            throw new InvalidInputException(difference.get()
                    + "; go on on a machine like the run's, or set tinyclip.numerics to relaxed for another digest");
        }
        Numerics mark = mode == Numerics.RELAXED ? mode : now;
        List<String> known = mark == Numerics.RELAXED && classes.isEmpty() ? List.of(name) : classes;
        RunNumerics going = new RunNumerics(name, mark, Optional.of(probe.orElse(own)), known);
        return computes ? going.with(own) : going;
    }

    /** After a machine of a class took part; nothing changes where the run is strict, since it is of the run's class. */
    RunNumerics with(NumericClass other) {
        if (mode == Numerics.STRICT || classes.stream().anyMatch(other::isNamedBy)) {
            return this;
        }
        List<String> all = new ArrayList<>(classes);
        all.add(other.name());
        return new RunNumerics(name, mode, probe, all);
    }
}
