package io.tinyclip.cluster.bench;

import io.tinyclip.engine.Capabilities;
import io.tinyclip.kernel.Precision;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Holds the rule by which a precision is chosen against what was measured. The rule itself never measures. */
final class PrecisionVerdict {
    /** Two measurements of one thing may differ by so much. */
    private static final double NOISE = 1.05;

    private PrecisionVerdict() {}

    /**
     * @param name of what was measured
     * @param rates by precision, in any unit; higher is faster
     * @return one line where the rule's precision is the slower one here
     */
    static Optional<String> of(String name, Capabilities here, Map<Precision, Double> rates) {
        Precision chosen = Precision.fitting(here);
        double own = rates.getOrDefault(chosen, Double.NaN);
        return rates.entrySet().stream()
                .filter(other -> other.getValue() > NOISE * own)
                .max(Map.Entry.comparingByValue())
                .map(faster -> String.format(
                        Locale.ROOT,
                        "tinyclip.precision=auto is %s here, and %s is %.2f times as fast in the %s; set"
                                + " tinyclip.precision=%s for new runs on machines like this one (%s)",
                        chosen.word(),
                        faster.getKey().word(),
                        faster.getValue() / own,
                        name,
                        faster.getKey().word(),
                        here.told()));
    }
}
