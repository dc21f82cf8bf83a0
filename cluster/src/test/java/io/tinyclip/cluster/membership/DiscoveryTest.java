package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.cluster.FreePorts;
import io.tinyclip.cluster.keys.TestKeyFolder;
import io.tinyclip.cluster.settings.DiscoverySettings;
import io.tinyclip.cluster.settings.DiscoverySettings.Method;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiscoveryTest {
    private static final String DISCOVERY = "tinyclip.cluster.discovery.";
    private static final String BOOTSTRAP = "akka.management.cluster.bootstrap.";
    private static final String CANDIDATES = "coordinators.tinyclip.test";
    private static final long ENDS_WITHIN_SECONDS = 180;

    @TempDir
    private Path folder;

    @Test
    void seedsNeedNothingOfAkka() {
        DiscoverySettings seeds = new DiscoverySettings(Method.SEEDS, "", "", "", 0, 8558, 0, 0);
        assertTrue(Discovery.config(seeds, at("10.0.0.1"), true).isEmpty());
    }

    @Test
    void onlyCandidatesFoundAClusterAndListenAtThePortThatAllAsk() {
        DiscoverySettings dns = new DiscoverySettings(Method.DNS, "c.test", "", "", 5, 9000, 0, 0);
        Config candidate = Discovery.config(dns, at("10.0.0.1"), true);
        Config worker = Discovery.config(dns, at("10.0.0.2"), false);
        assertTrue(candidate.getBoolean(BOOTSTRAP + "new-cluster-enabled"));
        assertFalse(worker.getBoolean(BOOTSTRAP + "new-cluster-enabled"));
        assertEquals("10.0.0.1", candidate.getString("akka.management.http.hostname"));
        assertEquals("0.0.0.0", candidate.getString("akka.management.http.bind-hostname"));
        assertEquals(9000, candidate.getInt("akka.management.http.port"));
        assertEquals(0, worker.getInt("akka.management.http.port"));
        assertEquals(9000, worker.getInt(BOOTSTRAP + "contact-point.fallback-port"));
        assertEquals(3, worker.getInt(BOOTSTRAP + "contact-point-discovery.required-contact-point-nr"));
        assertEquals("c.test", worker.getString(BOOTSTRAP + "contact-point-discovery.effective-name"));
    }

    @Test
    void aWorkerAnswersWhereItIsTold() {
        DiscoverySettings dns = new DiscoverySettings(Method.DNS, "c.test", "", "", 1, 9000, 9001, 0);
        assertEquals(9001, Discovery.config(dns, at("10.0.0.2"), false).getInt("akka.management.http.port"));
    }

    @Test
    void kubernetesIsAskedForLabelsInANamespace() {
        DiscoverySettings pods = new DiscoverySettings(Method.KUBERNETES, "", "lab", "app=tinyclip", 3, 8558, 0, 0);
        Config config = Discovery.config(pods, at("10.0.0.1"), true).getConfig("akka.discovery");
        assertEquals("kubernetes-api", config.getString("method"));
        assertEquals("app=tinyclip", config.getString("kubernetes-api.pod-label-selector"));
        assertEquals("lab", config.getString("kubernetes-api.pod-namespace"));
    }

    @Test
    void refusesKubernetesOutsideAPod() {
        Settings settings = local(Map.of(
                DISCOVERY + "method", "kubernetes", DISCOVERY + "selector", "app=x", DISCOVERY + "candidates", "1"));
        assertRefused(settings, "works in a pod only");
    }

    @Test
    void refusesAManagementPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(DiscoveredCluster.FIRST))) {
            String port = Integer.toString(taken.getLocalPort());
            Settings settings = local(Map.of(
                    DISCOVERY + "method",
                    "dns",
                    DISCOVERY + "service",
                    CANDIDATES,
                    DISCOVERY + "candidates",
                    "1",
                    DISCOVERY + "port",
                    port));
            assertRefused(settings, "cannot listen at [127.0.0.1:" + port + "]");
        }
    }

    @Test
    void candidatesFindEachOtherByDns() throws Exception {
        try (NameServer names =
                new NameServer(CANDIDATES, List.of(DiscoveredCluster.FIRST, DiscoveredCluster.SECOND))) {
            assertOneCluster(
                    List.of("-Dakka.io.dns.async-dns.nameservers=127.0.0.1:" + names.port()),
                    Map.of(),
                    List.of(DISCOVERY + "method=dns", DISCOVERY + "service=" + CANDIDATES));
        }
    }

    /** Whether they are well is said on a port of its own, to those who have no certificate. */
    @Test
    void candidatesFindEachOtherOverTls() throws Exception {
        Path certificate = TestKeyFolder.make(folder.resolve("keys"), "both", Role.COORDINATOR, Role.WORKER);
        try (NameServer names =
                new NameServer(CANDIDATES, List.of(DiscoveredCluster.FIRST, DiscoveredCluster.SECOND))) {
            assertOneCluster(
                    List.of("-Dakka.io.dns.async-dns.nameservers=127.0.0.1:" + names.port()),
                    Map.of(),
                    List.of(
                            DISCOVERY + "method=dns",
                            DISCOVERY + "service=" + CANDIDATES,
                            DISCOVERY + "probe-port=" + freePort(),
                            "tinyclip.cluster.tls.certificate=" + certificate));
        }
    }

    @Test
    void candidatesFindEachOtherByKubernetes() throws Exception {
        String request = "/api/v1/namespaces/lab/pods?labelSelector=app=tinyclip,part=coordinator";
        try (ApiServer api =
                new ApiServer(folder, request, List.of(DiscoveredCluster.FIRST, DiscoveredCluster.SECOND))) {
            String prefix = "-Dakka.discovery.kubernetes-api.";
            assertOneCluster(
                    List.of(prefix + "api-ca-path=" + api.certificate(), prefix + "api-token-path=" + api.token()),
                    inAPod(api),
                    List.of(
                            DISCOVERY + "method=kubernetes",
                            DISCOVERY + "namespace=lab",
                            DISCOVERY + "selector=app=tinyclip,part=coordinator"));
        }
    }

    @Test
    void aCandidateIsFoundAtAnIpv6AddressByDns() throws Exception {
        assumeTrue(hasIpv6Loopback(), "no IPv6 on this machine's loopback");
        try (NameServer names = new NameServer(CANDIDATES, List.of("::1"))) {
            assertFounded(
                    List.of("::1", "127.0.0.3"),
                    List.of(
                            "-D" + DiscoveredCluster.CANDIDATES + "=::1",
                            "-Dakka.io.dns.async-dns.nameservers=127.0.0.1:" + names.port()),
                    Map.of(),
                    List.of(DISCOVERY + "method=dns", DISCOVERY + "service=" + CANDIDATES, DISCOVERY + "candidates=1"));
        }
    }

    @Test
    void aCandidateIsFoundAtAnIpv6AddressByKubernetes() throws Exception {
        assumeTrue(hasIpv6Loopback(), "no IPv6 on this machine's loopback");
        String request = "/api/v1/namespaces/lab/pods?labelSelector=app=tinyclip";
        try (ApiServer api = new ApiServer(folder, request, List.of("::1"))) {
            String prefix = "-Dakka.discovery.kubernetes-api.";
            assertFounded(
                    List.of("::1", "127.0.0.3"),
                    List.of(
                            "-D" + DiscoveredCluster.CANDIDATES + "=::1",
                            prefix + "api-ca-path=" + api.certificate(),
                            prefix + "api-token-path=" + api.token()),
                    inAPod(api),
                    List.of(
                            DISCOVERY + "method=kubernetes",
                            DISCOVERY + "namespace=lab",
                            DISCOVERY + "selector=app=tinyclip",
                            DISCOVERY + "candidates=1"));
        }
    }

    private static boolean hasIpv6Loopback() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    }

    private static Map<String, String> inAPod(ApiServer api) {
        return Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1", "KUBERNETES_SERVICE_PORT", Integer.toString(api.port()));
    }

    private void assertOneCluster(List<String> java, Map<String, String> environment, List<String> settings)
            throws IOException, InterruptedException {
        assertFounded(List.of("127.0.0.1", "127.0.0.2", "127.0.0.3"), java, environment, settings);
    }

    /** @param hosts who are in it, and the first of whom founded it */
    private void assertFounded(
            List<String> hosts, List<String> java, Map<String, String> environment, List<String> settings)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-D" + BOOTSTRAP + "contact-point-discovery.stable-margin=1s"));
        command.addAll(java);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), DiscoveredCluster.class.getName()));
        command.add(DISCOVERY + "port=" + freePort());
        command.addAll(settings);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS), () -> read(output));
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> read(output));
        List<String> lines = Files.readAllLines(output);
        String founded = " in the cluster founded by " + hosts.get(0);
        for (String host : hosts) {
            assertTrue(lines.contains(host + founded), () -> read(output));
        }
        assertTrue(lines.contains("ready: 200"), () -> read(output));
    }

    private static void assertRefused(Settings settings, String reason) {
        try (ClusterSystem system =
                ClusterSystem.start(settings.cluster(), settings.effective(), List.of(ClusterSystem.CORE))) {
            String message = assertThrows(InvalidInputException.class, () -> system.join(List.of()))
                    .getMessage();
            assertTrue(message.contains(reason), message);
        }
    }

    private static OwnPlace at(String host) {
        return new OwnPlace(host, "0.0.0.0", "for a test");
    }

    private static Settings local(Map<String, String> discovery) {
        Map<String, String> values = new TreeMap<>(discovery);
        values.put("tinyclip.cluster.host", DiscoveredCluster.FIRST);
        values.put("tinyclip.cluster.port", "0");
        return SettingsFile.defaults(values);
    }

    private static int freePort() {
        return FreePorts.at(DiscoveredCluster.FIRST);
    }

    private static String read(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return String.valueOf(e);
        }
    }
}
