package io.tinyclip.actors;

import akka.actor.CoordinatedShutdown;
import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.JoinSeedNodes;
import akka.remote.RemoteActorRefProvider;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.tcp.NettyDataPlane;
import io.tinyclip.actors.plane.tcp.PlaneSettings;
import io.tinyclip.actors.tls.Credentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import scala.jdk.javaapi.FutureConverters;

/** A process of a cluster, as far as one JVM can have several: an actor system and a data plane on loopback. */
record Machine(ActorSystem<Void> system, DataPlane plane) implements AutoCloseable {
    private static final int CHUNK = 1 << 20;
    private static final long SECONDS = 60;

    /** Membership in a hurry. */
    private static final Config QUICK = ConfigFactory.parseString("""
            akka {
              loglevel = "WARNING"
              log-dead-letters = off
              actor.provider = cluster
              actor.allow-java-serialization = off
              remote.artery {
                transport = tcp
                canonical.hostname = "127.0.0.1"
                canonical.port = 0
                untrusted-mode = on
                trusted-selection-paths = ["/system/cluster/core/daemon", "/system/cluster/heartbeatReceiver"
                  "/system/clusterReceptionist/replicator", "/system/remote-watcher"]
              }
              cluster {
                jmx.enabled = off
                gossip-interval = 100ms
                leader-actions-interval = 100ms
                periodic-tasks-initial-delay = 100ms
                downing-provider-class = "akka.cluster.sbr.SplitBrainResolverProvider"
                typed.receptionist.distributed-data { gossip-interval = 100ms, notify-subscribers-interval = 50ms }
              }
              coordinated-shutdown {
                run-by-jvm-shutdown-hook = off
                run-by-actor-system-terminate = off
                exit-jvm = off
                phases { cluster-leave.timeout = 2s, cluster-exiting.timeout = 2s }
              }
            }
            tinyclip.actors { report-every = 200ms, remind-after = 1s }
            """);

    static Machine start() {
        return start("");
    }

    /** @param own settings, over those of the others */
    static Machine start(String own) {
        return start(own, Optional.empty());
    }

    /** @param credentials of its data plane */
    static Machine start(String own, Optional<Credentials> credentials) {
        Config config = ConfigFactory.parseString(own).withFallback(QUICK).withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "tinyclip", config);
        PlaneSettings settings = new PlaneSettings("127.0.0.1", 0, 1, CHUNK, Duration.ofSeconds(SECONDS), credentials);
        return new Machine(system, NettyDataPlane.open(settings));
    }

    /** @return the machines, the first of which founded the cluster */
    static List<Machine> cluster(int count) {
        return cluster(count, "");
    }

    /** @param own settings of each, over those that all have */
    static List<Machine> cluster(int count, String own) {
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Machine machine = start(own);
            machines.add(machine);
            machine.join(machines.get(0));
        }
        return machines;
    }

    void join(Machine founder) {
        akka.actor.Address address = Cluster.get(founder.system).selfMember().address();
        Cluster.get(system).manager().tell(new JoinSeedNodes(List.of(address)));
    }

    /** Host and port. */
    String address() {
        akka.actor.Address own = Cluster.get(system).selfMember().address();
        return own.getHost().orElseThrow() + ":" + own.getPort().orElseThrow();
    }

    /** Ends its connections, as the death of its process does; its port is free again once this returns. */
    void disconnect() {
        ExtendedActorSystem classic = (ExtendedActorSystem) Adapter.toClassic(system);
        await(FutureConverters.asJava(
                ((RemoteActorRefProvider) classic.provider()).transport().shutdown()));
        plane.close();
    }

    /** Whether the cluster, as this machine knows it, has the other one for a member that is up. */
    boolean countsAmongMembers(Machine other) {
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                .anyMatch(member -> member.status() == MemberStatus.up()
                        && member.address()
                                .equals(Cluster.get(other.system).selfMember().address()));
    }

    /** Leaves the cluster in good order, and ends. */
    @Override
    public void close() {
        CoordinatedShutdown.get(Adapter.toClassic(system))
                .runAll(CoordinatedShutdown.actorSystemTerminateReason())
                .toCompletableFuture()
                .handle((done, failure) -> done)
                .join();
        end(List.of(this));
    }

    /** Ends all at once. None takes leave of the others: nobody is there any more whom it could matter to. */
    static void end(List<Machine> machines) {
        machines.forEach(machine -> machine.system.terminate());
        try {
            machines.forEach(machine -> await(machine.system.getWhenTerminated()));
        } finally {
            machines.forEach(machine -> machine.plane.close());
        }
    }

    private static void await(CompletionStage<?> end) {
        try {
            end.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("it does not end", e);
        }
    }
}
