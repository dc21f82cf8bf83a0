package io.tinyclip.cluster.membership;

import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.SingletonActor;
import java.util.concurrent.CompletableFuture;

/**
 * Which of the coordinator candidates leads: the one on which the cluster's singleton lives. One that leads no more has
 * been cut off from most candidates; its process ends, and what it may still send is of an epoch that is over.
 */
public final class Leadership {
    private static final String NAME = "leader";

    private final CompletableFuture<Void> gained = new CompletableFuture<>();

    /** No message is for it. */
    private interface Command {}

    private Leadership() {}

    /** Stands for election. */
    public static Leadership stand(ClusterSystem cluster) {
        Leadership leadership = new Leadership();
        ClusterSingletonSettings settings =
                ClusterSingletonSettings.create(cluster.system()).withRole(ClusterSystem.CORE);
        Behavior<Command> leading = Behaviors.setup(context -> leadership.lead());
        ClusterSingleton.get(cluster.system())
                .init(SingletonActor.of(Behaviors.supervise(leading).onFailure(SupervisorStrategy.stop()), NAME)
                        .withSettings(settings));
        return leadership;
    }

    /** Completes when this process is to lead. */
    public CompletableFuture<Void> gained() {
        return gained;
    }

    private Behavior<Command> lead() {
        gained.complete(null);
        return Behaviors.empty();
    }
}
