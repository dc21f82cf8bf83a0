package io.tinyclip.actors;

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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;

/** A process of a cluster, as far as one JVM can have several: an actor system and a data plane on loopback. */
record Machine(ActorSystem<Void> system, DataPlane plane) implements AutoCloseable {
    private static final int CHUNK = 1 << 20;
    private static final long SECONDS = 20;

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

    /** Ends its connections, as the death of its process does. */
    void disconnect() {
        ExtendedActorSystem classic = (ExtendedActorSystem) Adapter.toClassic(system);
        ((RemoteActorRefProvider) classic.provider()).transport().shutdown();
        plane.close();
    }

    /** Whether the cluster, as this machine knows it, has the other one for a member that is up. */
    boolean countsAmongMembers(Machine other) {
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                .anyMatch(member -> member.status() == MemberStatus.up()
                        && member.address()
                                .equals(Cluster.get(other.system).selfMember().address()));
    }

    @Override
    public void close() {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new AssertionError("an actor system did not end", e);
        } finally {
            plane.close();
        }
    }
}
