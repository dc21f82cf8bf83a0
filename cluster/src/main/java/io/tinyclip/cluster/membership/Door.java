package io.tinyclip.cluster.membership;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.remote.RemoteActorRefProvider;
import akka.remote.artery.ArteryTransport;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.plane.door.Guests;
import io.tinyclip.actors.plane.tcp.HostText;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.cluster.guard.Desk;
import io.tinyclip.cluster.guard.FrontDoor;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.cluster.settings.DoorSettings;
import io.tinyclip.model.InvalidInputException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where this machine's actor system is reached: a {@link FrontDoor} listens in its place, and the system itself on loopback at a port
 * that nobody is told.
 */
final class Door implements AutoCloseable {
    private static final String ARTERY = "akka.remote.artery.";
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    private final FrontDoor front;
    private final Config artery;

    private Door(FrontDoor front, Config artery) {
        this.front = front;
        this.artery = artery;
    }

    /**
     * Listens.
     *
     * @param settings with all defaults
     * @param akka what the actor system is going to be configured with
     * @throws IllegalStateException with the cause, where that cannot be listened at
     */
    static Door open(ClusterSettings cluster, OwnPlace place, Config settings, Config akka) {
        int port = ClusterSystem.listeningPort(cluster);
        DoorSettings limits = DoorSettings.read(settings);
        Guests guests = new Guests(limits.all(), limits.byAddress(), limits.strangers(), FOR_EVER);
        int longest = Math.toIntExact(akka.getBytes(ARTERY + "advanced.maximum-frame-size"));
        FrontDoor.Rules rules = new FrontDoor.Rules(
                guests,
                limits.timeout(),
                longest,
                cluster.protection().credentials().map(RunTls::of));
        FrontDoor front = FrontDoor.listen(new InetSocketAddress(place.listening(), port), rules);
        return new Door(front, artery(place, cluster.port() == 0 ? front.port() : cluster.port()));
    }

    private static Config artery(OwnPlace place, int port) {
        return ConfigFactory.parseMap(Map.of(
                ARTERY + "canonical.hostname",
                HostText.bracketed(place.announced()),
                ARTERY + "canonical.port",
                port,
                ARTERY + "bind.hostname",
                HostText.bracketed(loopback().getHostAddress()),
                ARTERY + "bind.port",
                0));
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    /** Of an actor system to be. */
    Config artery() {
        return artery;
    }

    /** The actor system listens by now. */
    void leadsTo(ActorSystem<?> system) {
        ExtendedActorSystem classic = (ExtendedActorSystem) Adapter.toClassic(system);
        RemoteActorRefProvider provider = (RemoteActorRefProvider) classic.provider();
        ArteryTransport transport = (ArteryTransport) provider.transport();
        int inside = (Integer) transport.bindAddress().address().port().get();
        front.leadsTo(new InetSocketAddress(loopback(), inside));
    }

    /** Who is asked what people ask. */
    void answeredBy(Desk desk) {
        front.answeredBy(desk);
    }

    /** Nobody is let in any more; harmless where that is so. */
    @Override
    public void close() {
        front.close();
    }

    /** What a failure to listen means to a user; any other stays as it is. */
    static RuntimeException unlistenable(ClusterSettings cluster, OwnPlace place, RuntimeException e) {
        Optional<Throwable> cause = Stream.iterate((Throwable) e, it -> it != null, Throwable::getCause)
                .filter(BindException.class::isInstance)
                .findFirst();
        boolean bind = cause.isPresent() || String.valueOf(e.getMessage()).contains("bind");
        return bind
                ? new InvalidInputException(
                        "cannot listen at [" + new Address(place.listening(), ClusterSystem.listeningPort(cluster))
                                + "]; another process may use it: set tinyclip.cluster.port, or tinyclip.cluster.host or"
                                + " tinyclip.cluster.bind-host to an address of this machine",
                        e)
                : e;
    }
}
