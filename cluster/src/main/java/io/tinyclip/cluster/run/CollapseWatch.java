package io.tinyclip.cluster.run;

import io.tinyclip.actors.run.RunListener.StepCommitted;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.plan.RunPlan;
import java.util.Optional;

/**
 * Notices that a student has collapsed: where all its embeddings are alike, each of N pairs is as likely as any other, and the
 * cross-entropy of its softmaxes is ln N, step after step. A student at its random start is there for a while, and one whose
 * teacher tells as little apart is right to be. It is said once; the run goes on, for it may recover.
 */
final class CollapseWatch {
    /** In a row. */
    private static final int STEPS = 200;

    /** How close to ln N, as a share of it. */
    private static final double CLOSE = 1e-3;

    /** How much the teacher must know beyond that, as a share of it. */
    private static final double TAUGHT = 0.01;

    private final RunPlan plan;
    private int steps;
    private boolean said;

    CollapseWatch(RunPlan plan) {
        this.plan = plan;
    }

    /** @return what is to be said, once a run */
    Optional<String> committed(StepCommitted step) {
        steps = isFlat(step) ? steps + 1 : 0;
        if (said || steps < STEPS) {
            return Optional.empty();
        }
        said = true;
        return Optional.of(
                "the student tells nothing apart: its loss has been ln N for " + STEPS + " steps, as where all its"
                        + " embeddings are alike; lower optimizer.rate, or look at the data and the teacher");
    }

    /** Terms that are no softmaxes of the student's logits have another value there. */
    private boolean isFlat(StepCommitted step) {
        LossPlan loss = plan.loss();
        int pairs = plan.globalBatch() - step.leftOut().count();
        if (loss.features() > 0 || loss.interactive() > 0 || pairs < 2) {
            return false;
        }
        double flat = (loss.affinity() + loss.contrastive()) * Math.log(pairs);
        boolean more = loss.affinity() == 0 || step.divergence() >= TAUGHT * flat;
        return Math.abs(step.loss() - flat) <= CLOSE * flat && more;
    }
}
