package io.tinyclip.cluster.membership;

import akka.Done;
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
import io.tinyclip.actors.plane.tcp.HostText;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.cluster.settings.Protection;
import io.tinyclip.model.InvalidInputException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The actor system of one machine in a cluster. */
public final class ClusterSystem implements AutoCloseable {
    /** Of every actor system, so that an address needs no name; clusters are told apart by {@link ClusterSettings#name}. */
    public static final String NAME = "tinyclip";

    /** Of processes that lead a run or stand by to lead it. */
    public static final String CORE = "core";

    private static final Logger LOG = LoggerFactory.getLogger(ClusterSystem.class);

    /** Until then the names that were given have been tried, and Akka asks again only every 5 s. */
    private static final Duration WIDENED_AFTER = Duration.ofSeconds(3);

    private static final String END_WITHIN = "tinyclip.cluster.end-within";
    /** Akka's own bound of the same, which is too short where much is under way. */
    private static final String TERMINATE = "akka.coordinated-shutdown.phases.actor-system-terminate.timeout";

    private static final String REACHED_WITHIN = "tinyclip.cluster.reached-within";

    private final ActorSystem<SpawnProtocol.Command> system;
    private final ClusterSettings settings;
    private final OwnPlace place;
    private final OtherNames names;
    private final Door door;
    private final Standing standing;
    private final CompletableFuture<Void> ended;
    private final Removal removal;
    private final OperatorDesk desk;
    private final OwnDoor ownDoor;

    /** Where this machine is reached. */
    private record Entrance(OwnPlace place, OtherNames names, Door door, Config settings) {}

    private ClusterSystem(ActorSystem<SpawnProtocol.Command> system, ClusterSettings settings, Entrance entrance) {
        this.system = system;
        this.settings = settings;
        this.place = entrance.place;
        this.names = entrance.names;
        this.door = entrance.door;
        this.ownDoor = OwnDoor.watched(
                this::address,
                settings.protection().credentials().map(RunTls::of),
                entrance.settings.getDuration(REACHED_WITHIN));
        this.standing = Standing.watched(system);
        // Akka completes each stage that it hands out some time after the end, and whoever asks whether it is done
        // wants to know.
        this.ended = system.getWhenTerminated().toCompletableFuture().thenApply(done -> {
            closeDoor();
            return null;
        });
        this.removal = new Removal(system, names, ended::isDone);
        this.desk = new OperatorDesk(system);
        door.answeredBy(desk);
        ownDoor.deaf().thenRunAsync(this::close);
        endsWithin(entrance.settings.getDuration(END_WITHIN));
    }

    /** What hangs in a system that is to end must not hold this process: whoever started it is to hear, and start it anew. */
    private void endsWithin(Duration limit) {
        CoordinatedShutdown.get(Adapter.toClassic(system))
                .addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "tinyclip-end", () -> {
                    CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
                            .execute(this::giveUp);
                    return CompletableFuture.completedFuture(Done.getInstance());
                });
    }

    private void giveUp() {
        if (ended.complete(null)) {
            LOG.warn("the actor system has begun to end and does not; it is left as it is");
            closeDoor();
        }
    }

    /**
     * Starts an actor system that has not joined anybody yet.
     *
     * @param settings of the run or machine, with everything under {@code tinyclip.actors} and {@code tinyclip.plane}
     * @param roles such as core, worker or server
     * @throws InvalidInputException if the host or port cannot be listened at
     */
    public static ClusterSystem start(ClusterSettings cluster, Config settings, List<String> roles) {
        return start(cluster, settings, roles, new SystemLookup());
    }

    static ClusterSystem start(ClusterSettings cluster, Config settings, List<String> roles, HostLookup lookup) {
        Config reference = ConfigFactory.load();
        OtherNames names = new OtherNames(lookup);
        names.requireKnown(cluster.seeds());
        OwnPlace place = new OwnAddress(lookup).of(cluster);
        cluster.protection().requireFor(place.listening());
        cluster.protection().credentials().ifPresent(RunTls::of);
        LOG.info("announces [{}] and listens at [{}]: {}", place.announced(), place.listening(), place.why());
        Config defaults = MemberTls.config(cluster)
                .withFallback(settings.withOnlyPath("tinyclip.actors"))
                .withFallback(reference.getConfig("tinyclip.member"))
                .withFallback(reference);
        Door door;
        try {
            door = Door.open(cluster, place, settings.withFallback(reference), defaults);
        } catch (IllegalStateException e) {
            throw Door.unlistenable(cluster, place, e);
        }
        Config own = ConfigFactory.empty()
                .withValue("akka.cluster.roles", ConfigValueFactory.fromIterable(roles))
                .withValue(TERMINATE, settings.withFallback(reference).getValue(END_WITHIN))
                .withFallback(door.artery());
        Config config = own.withFallback(Discovery.config(cluster.discovery(), place, roles.contains(CORE)))
                .withFallback(defaults);
        try {
            ActorSystem<SpawnProtocol.Command> system = ActorSystem.create(SpawnProtocol.create(), NAME, config);
            door.leadsTo(system);
            return new ClusterSystem(
                    system, cluster, new Entrance(place, names, door, settings.withFallback(reference)));
        } catch (RuntimeException e) {
            door.close();
            throw Door.unlistenable(cluster, place, e);
        }
    }

    static int listeningPort(ClusterSettings cluster) {
        int port = cluster.listening().port();
        return port == 0 ? cluster.port() : port;
    }

    /**
     * Joins through one of these, or founds a cluster where this is the first of them. Where there are none the settings say
     * what to do: look for candidates, or found a cluster.
     *
     * @throws InvalidInputException if candidates cannot be looked for here
     */
    public void join(List<Address> seeds) {
        if (seeds.isEmpty() && settings.discovery().searches()) {
            Discovery.start(Adapter.toClassic(system), settings, place);
            return;
        }
        if (seeds.isEmpty()) {
            ask(List.of(address()));
            return;
        }
        Contacts contacts = new Contacts(names, seeds, address(), place.listening());
        ask(contacts.sure());
        if (!contacts.none()) {
            CompletableFuture.delayedExecutor(WIDENED_AFTER.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> widen(contacts));
        }
    }

    /** Joins as {@link #join} does, but founds no cluster where there are others who can: they may be one already. */
    void joinOthers(List<Address> seeds) {
        List<Address> others = seeds.isEmpty()
                ? List.of()
                : new Contacts(names, seeds, address(), place.listening())
                        .all().stream().filter(it -> !it.equals(address())).toList();
        if (others.isEmpty()) {
            join(seeds);
        } else {
            ask(others);
        }
    }

    /** Who has been taken in, or is founding, by then does not hear of it. */
    private void widen(Contacts contacts) {
        if (joined().isDone() || ended().isDone()) {
            return;
        }
        List<Address> all = contacts.all();
        if (!all.equals(contacts.sure())) {
            LOG.info("nobody has answered yet; trying all names of the seeds: {}", all);
            ask(all);
        }
    }

    private void ask(List<Address> contacts) {
        Cluster.get(system).manager().tell(new JoinSeedNodes(akka(contacts)));
    }

    public ActorSystem<SpawnProtocol.Command> system() {
        return system;
    }

    /** Where others connect. */
    Door door() {
        return door;
    }

    /** Where people ask. */
    OperatorDesk desk() {
        return desk;
    }

    /** By which the dead leave the cluster before heartbeats are missed. */
    Removal removal() {
        return removal;
    }

    static Address member(akka.actor.Address address) {
        return new Address(
                HostText.canonical(address.getHost().orElseThrow()),
                address.getPort().orElseThrow());
    }

    /** Where others reach this machine. */
    public Address address() {
        return member(Cluster.get(system).selfMember().address());
    }

    Protection protection() {
        return settings.protection();
    }

    /** Host that this machine listens at. */
    public String listening() {
        return place.listening();
    }

    /** What to add where nobody of the seeds has taken this machine in: whether somebody is there under another name. */
    String advice() {
        return settings.seeds().stream()
                .filter(seed -> names.listens(names.sure(seed)))
                .findFirst()
                .map(seed -> "; [" + seed + "] can be reached, but nobody there goes by any of " + names.all(seed)
                        + ": join by the address that the coordinator printed when it started")
                .orElse("");
    }

    /** Completes when this machine has been taken in. */
    public CompletableFuture<Void> joined() {
        return standing.joined();
    }

    /** Completes when no coordinator candidate is left in this machine's cluster. */
    CompletableFuture<Void> orphaned() {
        return standing.orphaned();
    }

    /** Why this process is to end: nobody reaches it any more where it says that it is. */
    Optional<String> unreached() {
        return ownDoor.deaf().isDone()
                ? Optional.of("nobody reaches this process at [" + address()
                        + "] any more: its own port answered there before, and has not answered " + OwnDoor.LOOKS
                        + " times in a row; start it again (" + REACHED_WITHIN + ")")
                : Optional.empty();
    }

    /** Completes when this machine is out of the cluster, of its own will or because it was cut off. */
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /** Leaves the cluster in good order and ends the actors; returns once that is done, or has taken too long. */
    @Override
    public void close() {
        CoordinatedShutdown.get(Adapter.toClassic(system))
                .runAll(CoordinatedShutdown.actorSystemTerminateReason())
                .toCompletableFuture()
                .handle((done, failure) -> done)
                .join();
        closeDoor();
    }

    private void closeDoor() {
        ownDoor.close();
        door.close();
    }

    private static List<akka.actor.Address> akka(List<Address> seeds) {
        return seeds.stream()
                .map(seed -> AddressFromURIString.parse("akka://" + NAME + "@" + seed))
                .toList();
    }
}
