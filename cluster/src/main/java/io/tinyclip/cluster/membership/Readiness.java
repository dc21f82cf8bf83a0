package io.tinyclip.cluster.membership;

import akka.actor.ActorSystem;
import akka.cluster.Cluster;
import akka.cluster.MemberStatus;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What {@code /ready} answers: whether this machine has been taken in and is not on its way out. */
final class Readiness implements Supplier<CompletionStage<Boolean>> {
    private static final Set<MemberStatus> IN = Set.of(MemberStatus.up(), MemberStatus.weaklyUp());

    private final Cluster cluster;

    /** Called by Akka with the actor system that it checks. */
    Readiness(ActorSystem system) {
        this.cluster = Cluster.get(system);
    }

    @Override
    public CompletionStage<Boolean> get() {
        return CompletableFuture.completedFuture(isIn(cluster));
    }

    static boolean isIn(Cluster cluster) {
        return IN.contains(cluster.selfMember().status());
    }
}
