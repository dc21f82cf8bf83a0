package io.tinyclip.cluster.board;

import akka.actor.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.plane.tcp.HostText;
import io.tinyclip.cluster.settings.HttpPlace;
import io.tinyclip.model.InvalidInputException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP server with an actor system of its own, that no run waits for, nor fails because of. */
final class Served implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Served.class);

    private static final Duration LISTENS_WITHIN = Duration.ofSeconds(20);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(3);

    private final ActorSystem system;
    private final ServerBinding binding;
    private final HttpPlace place;

    /** What is answered. */
    interface Answering extends akka.japi.function.Function<HttpRequest, CompletionStage<HttpResponse>> {}

    private Served(ActorSystem system, ServerBinding binding, HttpPlace place) {
        this.system = system;
        this.binding = binding;
        this.place = place;
    }

    /**
     * Listens at the place's port, or at any free one where that is taken.
     *
     * @param group of its keys, such as board
     * @param answering made with the actor system that requests come in
     * @throws InvalidInputException if it cannot listen at that host at all
     */
    static Served at(HttpPlace place, String group, Function<ActorSystem, Answering> answering) {
        Config config = ConfigFactory.load();
        ActorSystem system = ActorSystem.create(
                group, config.getConfig("tinyclip.board-server").withFallback(config));
        try {
            return new Served(system, listening(system, place, group, answering.apply(system)), place);
        } catch (RuntimeException e) {
            system.terminate();
            throw e;
        }
    }

    private static ServerBinding listening(ActorSystem system, HttpPlace place, String group, Answering answering) {
        try {
            return bound(system, place.host(), place.port(), answering);
        } catch (ExecutionException e) {
            LOG.debug("port [{}] is taken", place.port(), e);
        }
        try {
            return bound(system, place.host(), 0, answering);
        } catch (ExecutionException e) {
            throw new InvalidInputException(
                    "nothing can be served at [" + place.host() + "]: " + String.valueOf(e.getCause())
                            + "; set tinyclip." + group + ".host to an address of this machine, or tinyclip." + group
                            + ".enabled = false",
                    e);
        }
    }

    private static ServerBinding bound(ActorSystem system, String host, int port, Answering answering)
            throws ExecutionException {
        try {
            return Http.get(system)
                    .newServerAt(host, port)
                    .bind(answering)
                    .toCompletableFuture()
                    .get(LISTENS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ExecutionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting to listen", e);
        }
    }

    /** Where it answers, with a slash at the end. */
    String address() {
        return "http://" + HostText.bracketed(place.host()) + ":"
                + binding.localAddress().getPort() + "/";
    }

    /** Waits a little for answers that are under way. */
    @Override
    public void close() {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the server did not end in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
