package io.tinyclip.cluster.membership;

import akka.actor.ActorSystem;
import akka.http.javadsl.ConnectionContext;
import akka.http.javadsl.Http;
import akka.http.javadsl.HttpsConnectionContext;
import akka.management.cluster.bootstrap.ClusterBootstrap;
import akka.management.javadsl.AkkaManagement;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.plane.tcp.HostText;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.DiscoverySettings;
import io.tinyclip.cluster.settings.DiscoverySettings.Method;
import io.tinyclip.cluster.settings.Protection;
import io.tinyclip.model.InvalidInputException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds the coordinator candidates where no seeds are listed. Each process asks all candidates that it finds who is in the
 * cluster and joins that; if none is in one, the candidate with the lowest address founds it.
 */
final class Discovery {
    /** Set by Kubernetes in every pod. */
    private static final String API_SERVER = "KUBERNETES_SERVICE_HOST";

    private static final Duration LISTENS_WITHIN = Duration.ofSeconds(20);

    private Discovery() {}

    /**
     * What Akka must know to look for candidates; empty where seeds are listed.
     *
     * @param place of this machine among others
     * @param candidate whether this process may found a cluster
     */
    static Config config(DiscoverySettings discovery, OwnPlace place, boolean candidate) {
        if (!discovery.searches()) {
            return ConfigFactory.empty();
        }
        String bootstrap = "akka.management.cluster.bootstrap.";
        Map<String, Object> values = new HashMap<>();
        values.put("akka.management.http.hostname", asFound(discovery, place.announced()));
        values.put("akka.management.http.bind-hostname", place.listening());
        values.put("akka.management.http.port", managementPort(discovery, candidate));
        values.put(bootstrap + "new-cluster-enabled", candidate);
        values.put(bootstrap + "contact-point.fallback-port", discovery.port());
        values.put(bootstrap + "contact-point-discovery.required-contact-point-nr", discovery.majority());
        if (discovery.method() == Method.DNS) {
            values.put("akka.discovery.method", "akka-dns");
            values.put(bootstrap + "contact-point-discovery.effective-name", discovery.service());
        } else {
            values.put("akka.discovery.method", "kubernetes-api");
            values.put("akka.discovery.kubernetes-api.pod-label-selector", discovery.selector());
            if (!discovery.namespace().isEmpty()) {
                values.put("akka.discovery.kubernetes-api.pod-namespace", discovery.namespace());
            }
        }
        return ConfigFactory.parseMap(values, "tinyclip.cluster.discovery");
    }

    /** Akka compares texts: its DNS client writes IPv6 addresses with all their zeros, and pods have them in the shortest form. */
    private static String asFound(DiscoverySettings discovery, String host) {
        boolean inFull = discovery.method() == Method.DNS && host.contains(":");
        return inFull ? new InetSocketAddress(host, 0).getAddress().getHostAddress() : host;
    }

    private static int managementPort(DiscoverySettings discovery, boolean candidate) {
        boolean own = discovery.managementPort() > 0 || !candidate;
        return own ? discovery.managementPort() : discovery.port();
    }

    /**
     * Begins to look; the system joins once it has found somebody.
     *
     * @throws InvalidInputException outside Kubernetes where that is to be asked, or if the management port is taken
     */
    static void start(ActorSystem system, ClusterSettings cluster, OwnPlace place) {
        DiscoverySettings discovery = cluster.discovery();
        if (discovery.method() == Method.KUBERNETES && System.getenv(API_SERVER) == null) {
            throw new InvalidInputException("tinyclip.cluster.discovery.method [kubernetes] works in a pod only, and "
                    + API_SERVER + " is not set; use seeds or dns");
        }
        AkkaManagement management = AkkaManagement.get(system);
        String questions = HostText.bracketed(management.settings().getHttpEffectiveBindHostname()) + ":"
                + management.settings().getHttpEffectiveBindPort();
        await(listen(system, management, cluster.protection()), questions, "management-port");
        if (discovery.probePort() > 0) {
            String at = HostText.bracketed(place.listening()) + ":" + discovery.probePort();
            await(Probes.listen(system, place.listening(), discovery.probePort()), at, "probe-port");
        }
        ClusterBootstrap.get(system).start();
    }

    private static CompletionStage<?> listen(ActorSystem system, AkkaManagement management, Protection protection) {
        if (protection.credentials().isEmpty()) {
            return management.start();
        }
        RunTls tls = RunTls.of(protection.credentials().get());
        Http.get(system).setDefaultClientHttpsContext(client(tls));
        return management.start(routes -> routes.withHttpsConnectionContext(server(tls)));
    }

    static HttpsConnectionContext client(RunTls tls) {
        return ConnectionContext.httpsClient((host, port) -> new StreamedEngine(tls.client(), tls::isRevoked));
    }

    static HttpsConnectionContext server(RunTls tls) {
        return ConnectionContext.httpsServer(() -> new StreamedEngine(tls.server(), tls::isRevoked));
    }

    private static void await(CompletionStage<?> listening, String at, String key) {
        try {
            listening.toCompletableFuture().get(LISTENS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new InvalidInputException(
                    "cannot listen at [" + at
                            + "] for other machines' questions; another process may use it: set"
                            + " tinyclip.cluster.discovery." + key
                            + ", or tinyclip.cluster.host to an address of this machine",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting to listen", e);
        }
    }
}
