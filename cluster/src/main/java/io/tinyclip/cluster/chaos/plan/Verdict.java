package io.tinyclip.cluster.chaos.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a run kept what is promised.
 *
 * @param offences what was not as promised, each in a line; none if all was
 */
public record Verdict(List<String> offences) {
    public Verdict {
        offences = List.copyOf(offences);
    }

    /**
     * @param planned all faults that were to come
     * @param happened how many of them, from the first on, came
     * @param why the next one did not; empty if all did
     */
    public record Faults(List<Fault> planned, int happened, String why) {}

    /**
     * How the run ended.
     *
     * @param finished whether it did by itself
     * @param steps committed
     * @param digest its state's
     */
    public record Ending(boolean finished, int steps, String digest) {}

    /** @param expected the digest of a run that nobody disturbed */
    public static Verdict of(Faults faults, Ending ending, String expected) {
        List<String> offences = new ArrayList<>();
        if (!ending.finished) {
            offences.add("the run came to step " + ending.steps + " and did not finish");
        } else if (!ending.digest.equals(expected)) {
            offences.add("the digest is " + ending.digest + " and must be " + expected);
        }
        for (Fault fault : faults.planned.subList(faults.happened, faults.planned.size())) {
            String why = fault.number() == faults.happened + 1 ? ": " + faults.why : "";
            offences.add("fault " + fault.number() + ", " + fault.words() + ", did not happen" + why);
        }
        return new Verdict(offences);
    }

    public boolean passed() {
        return offences.isEmpty();
    }
}
