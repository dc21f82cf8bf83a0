package io.tinyclip.actors.lease;

import java.util.List;
import java.util.Map;

/** How the steps of a run are leased, one after the other. */
public final class Leasing {
    private final LeasePolicy policy;
    private final Speeds speeds = new Speeds();

    public Leasing(LeasePolicy policy) {
        this.policy = policy;
    }

    /** Of the next step. @param workers that may compute it, those first who are to be preferred */
    public Shares shares(List<Integer> workers) {
        return policy.bySpeed() && !workers.isEmpty() ? speeds.shares(workers) : Shares.EQUAL;
    }

    /** A step was committed, computed by those who were leased it first. @param measured partitions a second, by worker */
    public void committed(Map<Integer, Double> measured) {
        speeds.committed(measured);
    }
}
