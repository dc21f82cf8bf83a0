package io.tinyclip.cluster.membership;

import akka.cluster.typed.Cluster;
import io.tinyclip.actors.plane.tcp.HostText;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process with two candidates and a worker that know nothing of each other but where to look. It is one of its own because
 * Akka's Kubernetes client finds the API server by environment variables.
 */
final class DiscoveredCluster {
    static final String FIRST = "127.0.0.1";
    static final String SECOND = "127.0.0.2";
    private static final String WORKER = "127.0.0.3";

    /** Names the system property with the candidates' hosts, separated by commas; the last of them is asked whether it is ready. */
    static final String CANDIDATES = "candidates";

    private static final long JOINED_WITHIN_SECONDS = 120;

    private DiscoveredCluster() {}

    /** Prints what each member knows once all have joined; {@code arguments} are settings as key=value. */
    public static void main(String... arguments) throws Exception {
        List<ClusterSystem> systems = new ArrayList<>();
        try {
            // The worker starts first: it must not found a cluster.
            systems.add(joining(arguments, WORKER, "worker"));
            for (String candidate : candidates()) {
                systems.add(joining(arguments, candidate, ClusterSystem.CORE));
            }
            CompletableFuture.allOf(systems.stream().map(ClusterSystem::joined).toArray(CompletableFuture[]::new))
                    .get(JOINED_WITHIN_SECONDS, TimeUnit.SECONDS);
            for (ClusterSystem system : systems) {
                System.out.println(system.address().host() + " in the cluster founded by " + oldest(system));
            }
            System.out.println("ready: " + ready(probed(arguments)));
        } finally {
            systems.forEach(ClusterSystem::close);
        }
    }

    private static List<String> candidates() {
        return List.of(System.getProperty(CANDIDATES, SECOND + "," + FIRST).split(","));
    }

    private static ClusterSystem joining(String[] arguments, String host, String role) {
        Map<String, String> values = new TreeMap<>(Map.of(
                "tinyclip.cluster.host",
                host,
                "tinyclip.cluster.port",
                "0",
                "tinyclip.cluster.discovery.candidates",
                "3"));
        for (String argument : arguments) {
            values.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
        }
        Settings settings = SettingsFile.defaults(values);
        ClusterSystem system = ClusterSystem.start(settings.cluster(), settings.effective(), List.of(role));
        system.join(List.of());
        return system;
    }

    private static String oldest(ClusterSystem system) {
        List<akka.cluster.Member> members = new ArrayList<>();
        Cluster.get(system.system()).state().getMembers().forEach(members::add);
        return members.stream()
                .filter(member -> member.hasRole(ClusterSystem.CORE))
                .min((left, right) -> left.isOlderThan(right) ? -1 : 1)
                .flatMap(member -> member.address().getHost())
                .map(HostText::canonical)
                .orElseThrow();
    }

    /** The port for probes where there is one, else that for all questions. */
    private static String probed(String[] arguments) {
        return Stream.of(arguments)
                .filter(argument -> argument.contains("probe-port="))
                .findFirst()
                .orElse(arguments[0]);
    }

    private static int ready(String portArgument) throws Exception {
        String port = portArgument.split("=", 2)[1];
        String asked = candidates().get(candidates().size() - 1);
        URI uri = URI.create("http://" + HostText.bracketed(asked) + ":" + port + "/ready");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
