package io.tinyclip.cluster.membership;

import akka.actor.AddressFromURIString;
import akka.actor.typed.ActorSystem;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has members removed whose processes have ended, as soon as that can be known. What a wrong verdict costs is a restart: terms
 * say who leads, and leases and shards go to others.
 */
final class Removal {
    private static final Logger LOG = LoggerFactory.getLogger(Removal.class);
    private static final int LOOK_MILLIS = 500;
    private static final int LOOKS = 6;

    private final ActorSystem<?> system;
    private final OtherNames names;
    private final BooleanSupplier ended;

    /** @param ended whether this machine is out of the cluster itself */
    Removal(ActorSystem<?> system, OtherNames names, BooleanSupplier ended) {
        this.system = system;
        this.names = names;
        this.ended = ended;
    }

    /**
     * Has a member removed at once whose process has ended: its machine answers, and refuses connections to its port. Looks for
     * some seconds, since a process that ends closes one connection after another. One that can't be reached at all may be alive
     * elsewhere; heartbeats and the majority decide about that.
     *
     * @param member as in {@code host:port}
     * @param then is called where its process has ended; on any thread
     */
    void downIfDead(String member, Runnable then) {
        downIfDead(AddressFromURIString.parse("akka://" + ClusterSystem.NAME + "@" + member), then, LOOKS);
    }

    private void downIfDead(akka.actor.Address address, Runnable then, int looks) {
        if (looks == 0 || ended.getAsBoolean()) {
            return;
        }
        if (names.refuses(ClusterSystem.member(address))) {
            LOG.info("the process at [{}] has ended; the cluster goes on without it", ClusterSystem.member(address));
            Cluster.get(system).manager().tell(new Down(address));
            then.run();
        } else {
            CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> downIfDead(address, then, looks - 1));
        }
    }

    /** Whether there is another candidate. */
    boolean hasOthers() {
        Cluster cluster = Cluster.get(system);
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(it -> it.hasRole(ClusterSystem.CORE) && it.status() == MemberStatus.up())
                .anyMatch(it -> !it.uniqueAddress().equals(cluster.selfMember().uniqueAddress()));
    }

    /** Whether this is the candidate to lead when the leader is dead: the oldest of the others, as far as it knows. */
    boolean isNext(String deadLeader) {
        akka.actor.Address dead = AddressFromURIString.parse("akka://" + ClusterSystem.NAME + "@" + deadLeader);
        Cluster cluster = Cluster.get(system);
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(it -> it.hasRole(ClusterSystem.CORE) && it.status() == MemberStatus.up())
                .filter(it -> !it.address().equals(dead))
                .min((one, other) -> one.isOlderThan(other) ? -1 : 1)
                .filter(it -> it.uniqueAddress().equals(cluster.selfMember().uniqueAddress()))
                .isPresent();
    }
}
