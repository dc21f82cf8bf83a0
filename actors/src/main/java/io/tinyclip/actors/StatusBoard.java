package io.tinyclip.actors;

import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Puts together how the cluster is doing. Used by the registrar alone. */
final class StatusBoard {
    /** Steps over which speed is told. */
    private static final int RECENT = 20;

    private final Registrar.Surroundings at;
    private final String own;
    private final Deque<Double> seconds = new ArrayDeque<>();
    private Optional<Cursor> cursor = Optional.empty();

    /** @param own address of this machine */
    StatusBoard(Registrar.Surroundings surroundings, String own) {
        this.at = surroundings;
        this.own = own;
    }

    void committed(RunListener.StepCommitted step) {
        cursor = Optional.of(step.cursor());
        seconds.addLast(step.seconds());
        if (seconds.size() > RECENT) {
            seconds.removeFirst();
        }
    }

    ClusterStatus status(Members members) {
        List<ClusterStatus.Member> all = new ArrayList<>();
        all.add(leader());
        members.status(at.plan().partitionSize()).stream()
                .filter(member -> !member.address().equals(own))
                .forEach(all::add);
        return new ClusterStatus(at.terms().belonging().cluster(), Optional.of(run()), all);
    }

    private ClusterStatus.Member leader() {
        return new ClusterStatus.Member(
                Set.of(MemberRole.CORE),
                own,
                ClusterStatus.State.LEADING,
                0,
                0,
                ProcessMemory.bytes(),
                ClusterStatus.Shares.NONE,
                at.plane().links());
    }

    private ClusterStatus.Run run() {
        RunPlan plan = at.plan();
        double sum = seconds.stream().mapToDouble(Double::doubleValue).sum();
        return new ClusterStatus.Run(
                at.terms().runId(),
                at.term(),
                cursor.isEmpty() ? "waiting for its first step" : "running",
                cursor,
                cursor.map(done -> plan.committedSteps(done) + 1).orElse(0L),
                plan.stages().stream().mapToLong(StagePlan::steps).sum(),
                sum == 0 ? 0 : seconds.size() / sum,
                List.of());
    }
}
