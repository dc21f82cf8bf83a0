package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.stranger.Token;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** This machine's part in a cluster: lent to a run, or standing by to lead one. */
public final class ClusterNode {
    private static final String LENT = "tinyclip-node-";
    private static final String STANDING_BY = "tinyclip-candidate-";

    private final ActorRef<AgentCommand> agent;
    private final CompletableFuture<NodeEnd> end;

    private ClusterNode(ActorRef<AgentCommand> agent, CompletableFuture<NodeEnd> end) {
        this.agent = agent;
        this.end = end;
    }

    /**
     * What lending takes.
     *
     * @param roles worker, server or both
     * @param host prepares this machine for a run
     * @param plane of this machine; closed by the caller after the end
     * @param patience how long to wait for a coordinator
     * @param say gets lines for whoever started this machine
     */
    public record Loan(
            RunTerms.Belonging belonging,
            Set<MemberRole> roles,
            NodeHost host,
            DataPlane plane,
            Duration patience,
            Consumer<String> say) {}

    /** This machine was cut off from its cluster, and may join again with another actor system. */
    public static final class CutOffException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public CutOffException() {
            super("this machine was cut off from the cluster");
        }
    }

    /** Lends this machine to whatever run its cluster has. */
    public static ClusterNode lend(ActorSystem<?> system, Loan loan) {
        ExecutorService preparing = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "tinyclip-prepare");
            thread.setDaemon(true);
            return thread;
        });
        CompletableFuture<NodeEnd> end = new CompletableFuture<>();
        RunTerms.Claim claim = new RunTerms.Claim(loan.belonging(), loan.roles(), Map.of());
        AgentTools tools =
                new AgentTools(claim, loan.host(), loan.plane(), loan.patience(), preparing, loan.say(), end);
        ActorRef<AgentCommand> agent =
                system.systemActorOf(NodeAgent.create(tools), LENT + Token.fresh(), Props.empty());
        end.whenComplete((done, failure) -> preparing.shutdown());
        return new ClusterNode(agent, end);
    }

    /**
     * What standing by takes.
     *
     * @param decisive the settings that decide bits
     * @param plane of this machine
     * @param leaderGone hears the address of a leader whose session with this machine has ended; must not block
     * @param leaderLeaves hears the address of a leader that goes and wants to be followed; must not block
     */
    public record Stall(
            RunTerms.Belonging belonging,
            SortedMap<String, String> decisive,
            DataPlane plane,
            Consumer<String> leaderGone,
            Consumer<String> leaderLeaves) {}

    /**
     * Lets whoever leads check this candidate, which stands by.
     *
     * @return completes when it may not stand by, or need not any more
     */
    public static CompletableFuture<NodeEnd> standBy(ActorSystem<?> system, Stall stall) {
        CompletableFuture<NodeEnd> end = new CompletableFuture<>();
        RunTerms.Claim claim = new RunTerms.Claim(stall.belonging(), Set.of(MemberRole.CORE), stall.decisive());
        system.systemActorOf(CandidateAgent.create(claim, stall, end), STANDING_BY + Token.fresh(), Props.empty());
        return end;
    }

    /** Asks the cluster to let this machine go; returns at once, and {@link #end} completes. */
    public void leave() {
        agent.tell(new NodeAgent.Leave());
    }

    /** Why this machine takes part no more. Fails with what broke, or where it was cut off. */
    public CompletableFuture<NodeEnd> end() {
        return end.copy();
    }
}
