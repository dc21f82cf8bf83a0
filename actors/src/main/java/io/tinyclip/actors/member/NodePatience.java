package io.tinyclip.actors.member;

import akka.actor.typed.javadsl.TimerScheduler;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.NodeEnd;
import java.time.Duration;

/** How long a machine waits for others before it ends. Used by its agent alone. */
final class NodePatience {
    /** How long it has to leave. */
    static final String LEAVE_WITHIN = "tinyclip.actors.leave-within";

    private final TimerScheduler<AgentCommand> timers;
    private final Duration patience;

    /** @param patience with coordinators */
    NodePatience(TimerScheduler<AgentCommand> timers, Duration patience) {
        this.timers = timers;
        this.patience = patience;
    }

    void seeking() {
        giveUpAfter(
                patience,
                new NodeAgent.GaveUp(
                        "no coordinator within tinyclip.cluster.wait [" + patience.toSeconds()
                                + "s]; start the run again, or raise it",
                        NodeEnd.Kind.NO_COORDINATOR));
    }

    void found() {
        timers.cancel(NodeEnd.Kind.NO_COORDINATOR);
    }

    void leaving(Duration within) {
        giveUpAfter(
                within,
                new NodeAgent.GaveUp(
                        "left without being released within " + LEAVE_WITHIN + " [" + within.toSeconds()
                                + "s]: what this machine had is taken from the newest checkpoint, or computed again; raise it"
                                + " where there is more time",
                        NodeEnd.Kind.LEFT));
    }

    private void giveUpAfter(Duration limit, NodeAgent.GaveUp gaveUp) {
        timers.startSingleTimer(gaveUp.kind(), gaveUp, limit);
    }
}
