package io.tinyclip.actors.member;

import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.lead.Coordinator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Machines that broke down, and why. Where others can't help, as the data is wrong, the run ends instead of losing one
 * machine after the other; else what the machine had goes to others at once. Used by the registrar alone.
 */
final class Breakdowns {
    /** That are remembered; of more, the oldest go. */
    private static final int MOST = 100;

    private final RegistrarTools at;
    private final Deque<ClusterStatus.Broken> broken = new ArrayDeque<>();

    Breakdowns(RegistrarTools tools) {
        this.at = tools;
    }

    /** A member has broken down. */
    void of(Members.Seat member, Breakdown breakdown) {
        broken.add(new ClusterStatus.Broken(member.roles(), member.address(), breakdown));
        if (broken.size() > MOST) {
            broken.remove();
        }
        member.worker().ifPresent(worker -> at.coordinator().tell(new Coordinator.WorkerGone(worker)));
        member.server().ifPresent(server -> at.coordinator().tell(new Coordinator.ServerGone(server)));
        at.listener().broken(member.roles(), member.address(), breakdown);
        boolean computes =
                member.roles().contains(MemberRole.WORKER) && member.state() != ClusterStatus.State.PREPARING;
        if (breakdown.cause() == Breakdown.Cause.DATA && computes) {
            at.unusable().accept(breakdown.line() + " (found by [" + member.address() + "])");
        }
    }

    List<ClusterStatus.Broken> all() {
        return List.copyOf(broken);
    }
}
