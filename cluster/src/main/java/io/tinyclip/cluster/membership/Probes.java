package io.tinyclip.cluster.membership;

import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.management.HealthCheckSettings;
import akka.management.javadsl.HealthChecks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A plain port for those that cannot show a certificate, such as Kubernetes' probes: /ready and /alive, and nothing else. */
final class Probes {
    private final ActorSystem system;
    private final HealthChecks checks;

    private Probes(ActorSystem system) {
        this.system = system;
        this.checks = new HealthChecks(
                (ExtendedActorSystem) system,
                HealthCheckSettings.create(system.settings().config().getConfig("akka.management.health-checks")));
    }

    static CompletionStage<ServerBinding> listen(ActorSystem system, String host, int port) {
        Probes probes = new Probes(system);
        return Http.get(system).newServerAt(host, port).bind(probes::answer);
    }

    private CompletionStage<HttpResponse> answer(HttpRequest request) {
        request.discardEntityBytes(system);
        String asked =
                request.method().equals(HttpMethods.GET) ? request.getUri().path() : "";
        return switch (asked) {
            case "/ready" -> checks.ready().thenApply(Probes::response);
            case "/alive" -> checks.alive().thenApply(Probes::response);
            default -> CompletableFuture.completedFuture(HttpResponse.create().withStatus(StatusCodes.NOT_FOUND));
        };
    }

    private static HttpResponse response(boolean well) {
        return HttpResponse.create().withStatus(well ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE);
    }
}
