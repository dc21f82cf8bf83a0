package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.cluster.keys.TestKeyFolder;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader and a machine that is lent, over TLS, and people who ask either. */
class OperatorDeskTest {
    private static final long SECONDS = 120;
    private static final Duration PATIENCE = Duration.ofSeconds(SECONDS);

    @TempDir
    private static Path folder;

    private static final List<ClusterSystem> SYSTEMS = new ArrayList<>();
    private static ClusterSystem leader;
    private static ClusterSystem node;

    /** Once for all tests: no question changes what is asked. */
    @BeforeAll
    static void begin() throws Exception {
        leader = start("coordinator", Role.COORDINATOR, ClusterSystem.CORE);
        leader.join(List.of());
        leader.joined().get(SECONDS, TimeUnit.SECONDS);
        node = start("worker", Role.WORKER, "worker");
        node.join(List.of(leader.address()));
        node.joined().get(SECONDS, TimeUnit.SECONDS);
    }

    @AfterAll
    static void end() {
        CandidateSystems.close(SYSTEMS);
        SYSTEMS.clear();
    }

    @Test
    void anOperatorIsAnsweredWhicheverMachineIsAsked() {
        for (ClusterSystem member : SYSTEMS) {
            assertEquals(
                    "tinyclip",
                    MemberCall.status(member.address(), as("operator", Role.OPERATOR))
                            .cluster());
        }
    }

    @Test
    void aWorkersCertificateGetsNeitherStatusNorTheEnd() {
        Map<String, String> worker = as("worker", Role.WORKER);
        for (ClusterSystem member : SYSTEMS) {
            String status = refusal(() -> MemberCall.status(member.address(), worker));
            assertTrue(status.contains("[worker] may not ask how the cluster is doing"), status);
            String end = refusal(() -> MemberCall.end(member.address(), worker, PATIENCE));
            assertTrue(end.contains("[worker] may not ask that the run ends"), end);
        }
    }

    @Test
    void whoHasNoCertificateOrAnotherRunsIsToldWhatIsMissing() {
        String none = refusal(() -> MemberCall.status(leader.address(), Map.of()));
        assertTrue(none.contains("tinyclip.cluster.tls.certificate"), none);
        Path theirs = TestKeyFolder.of(folder.resolve("theirs"), "operator", Role.OPERATOR);
        String other = refusal(() ->
                MemberCall.status(leader.address(), Map.of("tinyclip.cluster.tls.certificate", theirs.toString())));
        assertTrue(other.contains("does not take this certificate"), other);
    }

    @Test
    void noRunEndsThatHasNotBegun() {
        String refusal = refusal(() -> MemberCall.end(node.address(), as("operator", Role.OPERATOR), PATIENCE));
        assertTrue(refusal.contains("[" + leader.address() + "]: no run goes on there yet"), refusal);
    }

    private static String refusal(Runnable asking) {
        String line = String.valueOf(
                assertThrows(UncheckedIOException.class, asking::run).getMessage());
        assertEquals(1, line.lines().count(), line);
        return line;
    }

    private static Map<String, String> as(String name, Role role) {
        Path certificate = TestKeyFolder.of(folder.resolve("keys"), name, role);
        return Map.of("tinyclip.cluster.tls.certificate", certificate.toString());
    }

    private static ClusterSystem start(String name, Role shown, String role) {
        Map<String, String> values = new TreeMap<>(as(name, shown));
        values.put("tinyclip.cluster.host", "127.0.0.1");
        values.put("tinyclip.cluster.port", "0");
        Settings settings = SettingsFile.defaults(values);
        ClusterSystem started = ClusterSystem.start(settings.cluster(), settings.effective(), List.of(role));
        StatusQuestion.answeredBy(started.system(), "tinyclip");
        SYSTEMS.add(started);
        return started;
    }
}
