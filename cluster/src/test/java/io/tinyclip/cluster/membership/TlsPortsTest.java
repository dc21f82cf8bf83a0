package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.tls.Authority;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.cluster.FreePorts;
import io.tinyclip.cluster.keys.Stranger;
import io.tinyclip.cluster.keys.TestKeyFolder;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every port of a process with certificates, and who gets through: actors' messages, bulk data, and who is in the cluster. */
class TlsPortsTest {
    private static final String LOOPBACK = "127.0.0.1";

    @TempDir
    private static Path folder;

    private static Path certificate = Path.of("");
    private static ClusterSystem cluster;
    private static DataPlane plane;
    private static List<Integer> ports = List.of();

    @BeforeAll
    static void listen() throws Exception {
        certificate = TestKeyFolder.make(folder.resolve("ours"), "coordinator", Role.COORDINATOR);
        int questions = FreePorts.at(LOOPBACK);
        Settings settings = SettingsFile.defaults(new TreeMap<>(Map.of(
                "tinyclip.cluster.host", LOOPBACK,
                "tinyclip.cluster.port", "0",
                "tinyclip.cluster.tls.certificate", certificate.toString(),
                "tinyclip.cluster.discovery.method", "dns",
                "tinyclip.cluster.discovery.service", "nobody.tinyclip.test",
                "tinyclip.cluster.discovery.candidates", "1",
                "tinyclip.cluster.discovery.port", Integer.toString(questions))));
        cluster = ClusterSystem.start(settings.cluster(), settings.effective(), List.of(ClusterSystem.CORE));
        cluster.join(List.of());
        plane = OwnPlane.open(settings.effective(), cluster);
        String data = plane.publish("key", new float[1]).address();
        ports = List.of(cluster.address().port(), port(data), questions);
    }

    @AfterAll
    static void close() {
        plane.close();
        cluster.close();
    }

    static List<Integer> ports() {
        return ports;
    }

    @ParameterizedTest
    @MethodSource("ports")
    void letsInWhomTheAuthorityHasSigned(int port) throws Exception {
        assertTrue(Stranger.with(certificate).isLetIn(port));
    }

    @ParameterizedTest
    @MethodSource("ports")
    void refusesWhoSpeaksPlainly(int port) throws Exception {
        assertEquals("", Stranger.plainAnswer(port, "GET /bootstrap/seed-nodes HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("ports")
    void refusesWhoHasNoCertificate(int port) throws Exception {
        assertTrue(Stranger.anonymous().isTurnedAway(port));
    }

    @ParameterizedTest
    @MethodSource("ports")
    void refusesAnotherRunsAuthority(int port) throws Exception {
        Path theirs = TestKeyFolder.make(folder.resolve("theirs-" + port), "coordinator", Role.COORDINATOR);
        assertTrue(Stranger.with(theirs).isTurnedAway(port));
    }

    @ParameterizedTest
    @MethodSource("ports")
    void refusesAnOutdatedCertificate(int port) throws Exception {
        Instant lastWeek = Instant.now().minus(Duration.ofDays(7));
        Path outdated = TestKeyFolder.add(
                copyOfOurs("outdated-" + port),
                new Authority.Validity(lastWeek, Duration.ofDays(1)),
                "worker",
                Role.WORKER);
        assertTrue(Stranger.with(outdated).isTurnedAway(port));
    }

    @Test
    void listensBeyondLoopbackWithTlsOrTheWordInsecureAlone() {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> atAll(Map.of()));
        assertTrue(refusal.getMessage().contains("tinyclip.cluster.tls"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("tinyclip.cluster.insecure = true"), refusal.getMessage());
        assertEquals(1, refusal.getMessage().lines().count());
        atAll(Map.of("tinyclip.cluster.insecure", "true"));
        atAll(Map.of("tinyclip.cluster.tls.certificate", certificate.toString()));
    }

    @Test
    void listensForBulkDataBeyondLoopbackWithTlsAlone() {
        Settings settings = SettingsFile.defaults(Map.of("tinyclip.plane.bind-host", "0.0.0.0"));
        Settings local = SettingsFile.defaults(Map.of("tinyclip.cluster.host", LOOPBACK, "tinyclip.cluster.port", "0"));
        try (ClusterSystem system = ClusterSystem.start(local.cluster(), local.effective(), List.of("worker"))) {
            InvalidInputException refusal =
                    assertThrows(InvalidInputException.class, () -> OwnPlane.open(settings.effective(), system));
            assertTrue(refusal.getMessage().contains("insecure"), refusal.getMessage());
        }
    }

    private static void atAll(Map<String, String> more) {
        Map<String, String> values = new TreeMap<>(more);
        values.put("tinyclip.cluster.host", LOOPBACK);
        values.put("tinyclip.cluster.bind-host", "0.0.0.0");
        values.put("tinyclip.cluster.port", Integer.toString(FreePorts.at(LOOPBACK)));
        Settings settings = SettingsFile.defaults(values);
        ClusterSystem.start(settings.cluster(), settings.effective(), List.of("worker"))
                .close();
    }

    private static Path copyOfOurs(String name) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name));
        for (String file : List.of("authority.pem", "authority-key.pem")) {
            Files.copy(folder.resolve("ours").resolve(file), copy.resolve(file));
        }
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
        return copy;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
