package io.tinyclip.cluster.membership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent.MemberEvent;
import akka.cluster.ClusterEvent.MemberRemoved;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.UniqueAddress;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * How this machine stands in its cluster, by what the cluster tells of its members.
 *
 * <pre>
 * asking     weakly up, or up          -> taken in: deaths elsewhere put off being up, and change nothing else
 * taken in   the last candidate goes   -> orphaned: whoever leads next founds another cluster, which this one never hears of
 * </pre>
 */
final class Standing {
    /** Among the system's actors. */
    private static final String NAME = "tinyclip-standing";

    private static final Set<MemberStatus> IN = Set.of(MemberStatus.weaklyUp(), MemberStatus.up());

    private final UniqueAddress own;
    private final Set<UniqueAddress> candidates = new HashSet<>();
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final CompletableFuture<Void> orphaned = new CompletableFuture<>();

    Standing(UniqueAddress own) {
        this.own = own;
    }

    static Standing watched(ActorSystem<?> system) {
        Cluster cluster = Cluster.get(system);
        Standing standing = new Standing(cluster.selfMember().uniqueAddress());
        ActorRef<MemberEvent> watch = system.systemActorOf(
                Behaviors.receive(MemberEvent.class)
                        .onAnyMessage(event -> {
                            standing.changed(event);
                            return Behaviors.same();
                        })
                        .build(),
                NAME,
                Props.empty());
        cluster.subscriptions().tell(Subscribe.create(watch, MemberEvent.class));
        return standing;
    }

    /** One at a time. */
    void changed(MemberEvent event) {
        Member member = event.member();
        boolean removed = event instanceof MemberRemoved;
        if (member.uniqueAddress().equals(own) && !removed && IN.contains(member.status())) {
            joined.complete(null);
        }
        if (!member.hasRole(ClusterSystem.CORE)) {
            return;
        }
        if (!removed) {
            candidates.add(member.uniqueAddress());
        } else if (candidates.remove(member.uniqueAddress()) && candidates.isEmpty()) {
            orphaned.complete(null);
        }
    }

    /** Completes when this machine has been taken in. */
    CompletableFuture<Void> joined() {
        return joined;
    }

    /** Completes when no candidate is left. */
    CompletableFuture<Void> orphaned() {
        return orphaned;
    }
}
