package io.tinyclip.actors.lease;

import io.tinyclip.actors.message.Lease;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the steps of a run are leased, one after the other. */
public final class Leasing {
    /**
     * A step's leases.
     *
     * @param leases of every partition, once
     * @param seconds of partitions that another worker computes too, one each
     */
    public record Dealt(List<Lease> leases, List<Lease> seconds) {}

    private final LeasePolicy policy;
    private final int partitions;
    private final boolean relaxed;
    private final Speeds speeds = new Speeds();
    private final SecondAnswers seconds;
    private boolean said;

    /** @param relaxed whether the bits of workers may differ, so that none is compared with another */
    public Leasing(LeasePolicy policy, RunPlan plan, boolean relaxed) {
        this.policy = policy;
        this.partitions = plan.partitions();
        this.relaxed = relaxed;
        this.seconds = new SecondAnswers(policy.recompute(), plan.seed());
    }

    /** Of the next step. @param workers that may compute it, those first who are to be preferred */
    public Shares shares(List<Integer> workers) {
        return policy.bySpeed() && !workers.isEmpty() ? speeds.shares(workers) : Shares.EQUAL;
    }

    /** @param workers as {@link #shares} was told, at least one */
    public Dealt deal(Cursor step, List<Integer> workers) {
        List<Lease> leases = shares(workers).cut(partitions, workers);
        return policy.recompute() == 0 || relaxed || workers.size() == 1
                ? new Dealt(leases, List.of())
                : seconds.of(step, leases, workers);
    }

    /** Once, why nothing is computed twice though it is asked for. @param workers of the step that begins */
    public Optional<String> remark(int workers) {
        boolean heeded = policy.recompute() == 0 || said || !relaxed && workers > 1;
        said |= !heeded;
        String why = relaxed ? "the bits of relaxed workers may differ" : "only one worker computes";
        return heeded
                ? Optional.empty()
                : Optional.of(LeasePolicy.RECOMPUTE + " [" + policy.recompute() + "] finds nothing: " + why);
    }

    /** A step was committed, computed by those who were leased it first. @param measured partitions a second, by worker */
    public void committed(Map<Integer, Double> measured) {
        speeds.committed(measured);
    }
}
