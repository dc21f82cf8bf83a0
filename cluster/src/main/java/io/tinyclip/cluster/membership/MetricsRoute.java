package io.tinyclip.cluster.membership;

import akka.actor.ExtendedActorSystem;
import akka.cluster.Cluster;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.Route;
import akka.management.javadsl.ManagementRouteProvider;
import akka.management.javadsl.ManagementRouteProviderSettings;
import io.tinyclip.cluster.board.ProcessMetrics;

/** {@code /metrics} on the management port: what a process tells of itself, for Prometheus. The run's own are the live page's. */
final class MetricsRoute implements ManagementRouteProvider {
    private final Cluster cluster;

    /** Called by Akka with the actor system that it serves. */
    MetricsRoute(ExtendedActorSystem system) {
        this.cluster = Cluster.get(system);
    }

    @Override
    public Route routes(ManagementRouteProviderSettings settings) {
        return Directives.path(
                "metrics",
                () -> Directives.get(() -> Directives.complete(
                        HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, text())))));
    }

    private String text() {
        ProcessMetrics metrics = new ProcessMetrics();
        metrics.ofThisProcess();
        metrics.memberReady(Readiness.isIn(cluster));
        return metrics.text();
    }
}
