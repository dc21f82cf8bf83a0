package io.tinyclip.cluster.membership;

import akka.actor.AddressFromURIString;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.JoinSeedNodes;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.model.InvalidInputException;
import java.net.BindException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The actor system of one machine in a cluster. */
public final class ClusterSystem implements AutoCloseable {
    /** Of every actor system, so that an address needs no name; clusters are told apart by {@link ClusterSettings#name}. */
    public static final String NAME = "tinyclip";

    /** Of processes that lead a run or stand by to lead it. */
    public static final String CORE = "core";

    private final ActorSystem<SpawnProtocol.Command> system;
    private final ClusterSettings settings;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();

    private ClusterSystem(ActorSystem<SpawnProtocol.Command> system, ClusterSettings settings) {
        this.system = system;
        this.settings = settings;
        akka.cluster.Cluster.get(Adapter.toClassic(system)).registerOnMemberUp(() -> joined.complete(null));
    }

    /**
     * Starts an actor system that has not joined anybody yet.
     *
     * @param settings of the run or machine, with everything under {@code tinyclip.actors} and {@code tinyclip.plane}
     * @param roles such as core, worker or server
     * @throws InvalidInputException if the host or port cannot be listened at
     */
    public static ClusterSystem start(ClusterSettings cluster, Config settings, List<String> roles) {
        Config reference = ConfigFactory.load();
        String host = host(cluster);
        Config own = ConfigFactory.empty()
                .withValue("akka.cluster.roles", ConfigValueFactory.fromIterable(roles))
                .withValue("akka.remote.artery.canonical.hostname", ConfigValueFactory.fromAnyRef(host))
                .withValue("akka.remote.artery.canonical.port", ConfigValueFactory.fromAnyRef(cluster.port()));
        Config config = own.withFallback(Discovery.config(cluster.discovery(), host, roles.contains(CORE)))
                .withFallback(settings.withOnlyPath("tinyclip.actors"))
                .withFallback(reference.getConfig("tinyclip.member"))
                .withFallback(reference);
        try {
            return new ClusterSystem(ActorSystem.create(SpawnProtocol.create(), NAME, config), cluster);
        } catch (RuntimeException e) {
            throw unlistenable(cluster, e);
        }
    }

    /**
     * Joins through one of these, or founds a cluster where this is the first of them. Where there are none the settings say
     * what to do: look for candidates, or found a cluster.
     *
     * @throws InvalidInputException if candidates cannot be looked for here
     */
    public void join(List<Address> seeds) {
        if (seeds.isEmpty() && settings.discovery().searches()) {
            Discovery.start(Adapter.toClassic(system), settings.discovery());
            return;
        }
        List<akka.actor.Address> contacts =
                seeds.isEmpty() ? List.of(Cluster.get(system).selfMember().address()) : akka(seeds);
        Cluster.get(system).manager().tell(new JoinSeedNodes(contacts));
    }

    public ActorSystem<SpawnProtocol.Command> system() {
        return system;
    }

    /** Where others reach this machine. */
    public Address address() {
        akka.actor.Address own = Cluster.get(system).selfMember().address();
        return new Address(own.getHost().orElseThrow(), own.getPort().orElseThrow());
    }

    /** Completes when this machine has been taken in. */
    public CompletableFuture<Void> joined() {
        return joined;
    }

    /** Completes when this machine is out of the cluster, of its own will or because it was cut off. */
    public CompletableFuture<Void> ended() {
        return system.getWhenTerminated().toCompletableFuture().thenApply(done -> null);
    }

    /** Leaves the cluster in good order and ends the actors; returns once that is done, or has taken too long. */
    @Override
    public void close() {
        CoordinatedShutdown.get(Adapter.toClassic(system))
                .runAll(CoordinatedShutdown.actorSystemTerminateReason())
                .toCompletableFuture()
                .handle((done, failure) -> done)
                .join();
    }

    private static List<akka.actor.Address> akka(List<Address> seeds) {
        return seeds.stream()
                .map(seed -> AddressFromURIString.parse("akka://" + NAME + "@" + seed))
                .toList();
    }

    private static String host(ClusterSettings cluster) {
        return cluster.host().isEmpty()
                ? OwnAddress.towards(cluster.seeds().stream().findFirst())
                : cluster.host();
    }

    private static RuntimeException unlistenable(ClusterSettings cluster, RuntimeException e) {
        Optional<Throwable> cause = Stream.iterate((Throwable) e, it -> it != null, Throwable::getCause)
                .filter(BindException.class::isInstance)
                .findFirst();
        boolean bind = cause.isPresent() || String.valueOf(e.getMessage()).contains("bind");
        return bind
                ? new InvalidInputException(
                        "cannot listen at [" + host(cluster) + ":" + cluster.port()
                                + "]; another process may use it: set tinyclip.cluster.port, or tinyclip.cluster.host to an"
                                + " address of this machine",
                        e)
                : e;
    }
}
