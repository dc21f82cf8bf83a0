package io.tinyclip.report;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of judging a student between two steps, or at a stage's end.
 *
 * @param phase {@code distill} or {@code pretrain}
 * @param step the last one that the student has learned from
 * @param metrics by name, such as {@code imagenet.acc1}; mostly shares in 0..1
 * @param seconds that training paused for it
 * @param computing seconds that workers have computed for it, all together
 * @param notJudged for each set without figures why
 */
public record JudgedPoint(
        int stage,
        String phase,
        int step,
        Map<String, Double> metrics,
        double seconds,
        double computing,
        Map<String, String> notJudged) {
    /** Of its line in metrics.jsonl, and of no step's. */
    public static final String FIELD = "judged";

    /** By which such a line is known without being read. */
    public static final String MARK = "\"" + FIELD + "\":";

    public JudgedPoint {
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
        notJudged = Collections.unmodifiableMap(new TreeMap<>(notJudged));
    }

    /** Whether it is of the student after that step. */
    boolean isOf(StepPoint point) {
        return point.stage() == stage && point.phase().equals(phase) && point.step() == step;
    }
}
