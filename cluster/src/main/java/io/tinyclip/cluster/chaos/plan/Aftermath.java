package io.tinyclip.cluster.chaos.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of a fault until the next one came. In a train nobody can tell whose a pause is that both are in: it counts for both.
 *
 * @param pauseMillis longest time without a commit
 * @param redone steps that were committed a second time
 */
public record Aftermath(Happened happened, long pauseMillis, int redone) {
    /** @param end when the run ended */
    public static List<Aftermath> of(List<Happened> faults, Timeline timeline, long end) {
        List<Aftermath> found = new ArrayList<>();
        for (int i = 0; i < faults.size(); i++) {
            long from = faults.get(i).millis();
            long before = i + 1 < faults.size() ? faults.get(i + 1).millis() : end;
            found.add(new Aftermath(
                    faults.get(i),
                    timeline.longestPauseMillis(from, pauseEnd(faults, i, timeline, end)),
                    timeline.redone(from, before)));
        }
        return found;
    }

    private static long pauseEnd(List<Happened> faults, int index, Timeline timeline, long end) {
        if (index + 1 == faults.size()) {
            return end;
        }
        Happened next = faults.get(index + 1);
        boolean train = next.fault().comes() instanceof Fault.InTrain;
        return train ? timeline.firstAfter(next.millis(), end) : next.millis();
    }
}
