package io.tinyclip.cluster.record;

import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * On which machines a run computed, as run.json has it.
 *
 * @param name of the class that the run began in; empty before anything has computed
 * @param mode {@link Numerics#RELAXED} once other classes could take part
 * @param probe that class itself; empty before anything has computed, and for a run that is older than the probe
 * @param precision in which it computes; empty before anything has computed, and for a run that is older than this field
 * @param classes names of the classes that took part, where {@code mode} is relaxed
 */
public record RunNumerics(
        String name, Numerics mode, Optional<NumericClass> probe, Optional<Precision> precision, List<String> classes) {
    public RunNumerics {
        classes = List.copyOf(classes);
    }

    /** Of a run in which nothing has computed. */
    public static RunNumerics begun(Numerics mode) {
        return new RunNumerics("", mode, Optional.empty(), Optional.empty(), List.of());
    }

    /**
     * The same run, now in another process. What ran under {@code relaxed} stays relaxed.
     *
     * @param now mode of the process
     */
    public RunNumerics goingOn(Numerics now) {
        Numerics mark = mode == Numerics.RELAXED ? mode : now;
        boolean first = mark == Numerics.RELAXED && classes.isEmpty() && !name.isEmpty();
        return new RunNumerics(name, mark, probe, precision, first ? List.of(name) : classes);
    }

    /**
     * The same run, now in another process that computes itself.
     *
     * @param own class of the process
     * @throws InvalidInputException if it is another than the run's, and the mode is strict
     */
    public RunNumerics goingOn(Numerics now, NumericClass own) {
        Optional<String> difference = probe.flatMap(begun -> begun.difference(own));
        if (now == Numerics.STRICT && difference.isPresent()) {
            throw new InvalidInputException(difference.get()
                    + "; go on on a machine like the run's, or set tinyclip.numerics to relaxed for another digest");
        }
        return goingOn(now).with(own);
    }

    /** When a machine of a class takes part: the first sets the run's and its precision, also where the run is older. */
    public RunNumerics with(NumericClass machine) {
        List<String> all = new ArrayList<>(classes);
        if (mode == Numerics.RELAXED && classes.stream().noneMatch(machine::isNamedBy)) {
            all.add(machine.name());
        }
        return new RunNumerics(
                name.isEmpty() ? machine.name() : name,
                mode,
                Optional.of(probe.orElse(machine)),
                precision.or(machine::precision),
                all);
    }
}
