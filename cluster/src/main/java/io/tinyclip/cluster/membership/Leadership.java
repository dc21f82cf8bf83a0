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
 * been cut off from most candidates, or hung; what it may still send or write is of a term that is over, and it stands by anew.
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

    /**
     * Leads at once where the leader's process has ended and this candidate is next; the singleton follows once the cluster has
     * removed the dead. Should it go to another candidate, two lead for a while: the term says who.
     *
     * @param leader as in {@code host:port}; looked at for some seconds
     */
    void followIfDead(ClusterSystem cluster, String leader) {
        cluster.removal().downIfDead(leader, () -> {
            if (cluster.removal().isNext(leader)) {
                gained.complete(null);
            }
        });
    }

    /** Leads at once where the leader goes, and this candidate is next. @param leader as in {@code host:port} */
    void followLeaving(ClusterSystem cluster, String leader) {
        if (cluster.removal().isNext(leader)) {
            gained.complete(null);
        }
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
