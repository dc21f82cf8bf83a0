package io.tinyclip.cluster.board;

import akka.actor.ActorSystem;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.cluster.http.HostNames;
import io.tinyclip.cluster.settings.HttpPlace;
import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a machine that is lent says of itself: /metrics for Prometheus, /ready, /alive, and nothing else. */
public final class MachineNumbers implements AutoCloseable {
    private final Served served;

    /** What is asked for at each request, from any thread. */
    public interface Lent {
        /** Whether a cluster has taken this machine in. */
        boolean isIn();

        /** What went over the wire since it was taken in. */
        List<Link> links();
    }

    private MachineNumbers(Served served) {
        this.served = served;
    }

    /**
     * Listens at the settings' port, or at any free one where that is taken.
     *
     * @throws InvalidInputException if it cannot listen at that host at all
     */
    public static MachineNumbers open(HttpPlace place, Lent lent) {
        HostNames names = new HostNames(place.host(), List.of());
        return new MachineNumbers(Served.at(
                place,
                "metrics",
                system -> request -> CompletableFuture.completedStage(answer(system, names, lent, request))));
    }

    private static HttpResponse answer(ActorSystem system, HostNames names, Lent lent, HttpRequest request) {
        request.discardEntityBytes(system);
        if (!request.method().equals(HttpMethods.GET)) {
            return HttpResponse.create().withStatus(StatusCodes.METHOD_NOT_ALLOWED);
        }
        if (names.foreign(request).isPresent()) {
            return HttpResponse.create().withStatus(StatusCodes.FORBIDDEN);
        }
        return switch (request.getUri().path()) {
            case "/metrics" ->
                HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, text(lent)));
            case "/ready" ->
                HttpResponse.create().withStatus(lent.isIn() ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE);
            case "/alive" -> HttpResponse.create();
            default -> HttpResponse.create().withStatus(StatusCodes.NOT_FOUND);
        };
    }

    private static String text(Lent lent) {
        ProcessMetrics text = new ProcessMetrics();
        text.ofThisProcess();
        text.memberReady(lent.isIn());
        lent.links().forEach(link -> text.link("", link));
        return text.text();
    }

    /** Where Prometheus finds them. */
    public String address() {
        return served.address() + "metrics";
    }

    @Override
    public void close() {
        served.close();
    }
}
