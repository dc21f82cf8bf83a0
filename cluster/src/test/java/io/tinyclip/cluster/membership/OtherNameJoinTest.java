package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import akka.cluster.typed.Cluster;
import com.typesafe.config.Config;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.tcp.HostText;
import io.tinyclip.cluster.FreePorts;
import io.tinyclip.cluster.settings.ClusterReader;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real members on loopback that know each other by other names than they announce. */
final class OtherNameJoinTest {
    private static final long JOINED_WITHIN_SECONDS = 120;

    private final SystemLookup system = new SystemLookup();
    private final List<ClusterSystem> systems = new ArrayList<>();

    @AfterEach
    void end() {
        CandidateSystems.close(systems);
    }

    @Test
    void aLeaderIsFoundByANameOfItsAddress() throws Exception {
        ClusterSystem leader = leader(Map.of("host", "127.0.0.1"));
        assertTakenIn(leader, "LOCALHOST.:" + leader.address().port());
        assertEquals("lab", askedAt("localhost:" + leader.address().port()));
    }

    @Test
    void aLeaderThatIsASeedByAnotherNameFoundsItsCluster() throws Exception {
        ClusterSystem leader =
                start(Map.of("host", "127.0.0.1", "port", freePort(), "name", "lab"), ClusterSystem.CORE);
        leader.join(ClusterReader.addresses("localhost:" + leader.address().port(), "seeds"));
        leader.joined().get(JOINED_WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aLeaderThatAnnouncesANameIsFoundByItsAddress() throws Exception {
        Optional<String> name = system.name(InetAddress.getByName("127.0.0.1"));
        assumeTrue(name.isPresent(), "no name for 127.0.0.1 on this machine");
        ClusterSystem leader = leader(Map.of("host", name.get(), "bind-host", "127.0.0.1"));
        assertEquals(HostText.canonical(name.get()), leader.address().host());
        assertTakenIn(leader, "127.0.0.1:" + leader.address().port());
        assertEquals("lab", askedAt("127.0.0.1:" + leader.address().port()));
    }

    @Test
    void aLeaderOnThisMachineIsFoundByAnotherOfItsAddresses() throws Exception {
        ClusterSystem leader = leader(Map.of("host", "127.0.0.1", "bind-host", "0.0.0.0"));
        assertTakenIn(leader, "127.0.0.2:" + leader.address().port());
        assertEquals("lab", askedAt("127.0.0.3:" + leader.address().port()));
    }

    @Test
    void membersAreReachedAtIpv6Addresses() throws Exception {
        assumeTrue(
                system.own().stream().anyMatch(it -> it instanceof Inet6Address && it.isLoopbackAddress()),
                "no IPv6 on this machine's loopback");
        ClusterSystem leader = leader(Map.of("host", "::1"));
        String printed = leader.address().toString();
        assertEquals("[::1]:" + leader.address().port(), printed);
        assertTakenIn(leader, printed);
        assertTakenIn(leader, "[0:0::0001]:" + leader.address().port());
        assertEquals("lab", askedAt(printed));
    }

    @Test
    void whereNothingListensOneLineSaysWhatWasTried() throws Exception {
        String message = assertThrows(UncheckedIOException.class, () -> askedAt("localhost:" + freePort()))
                .getMessage();
        assertTrue(message.contains("cannot reach [localhost:") && message.contains("127.0.0.1:"), message);
        String unknown = assertThrows(UncheckedIOException.class, () -> askedAt("nowhere.invalid:1"))
                .getMessage();
        assertTrue(unknown.contains("cannot find the host [nowhere.invalid]"), unknown);
    }

    @Test
    void whoIsNotTakenInIsToldThatSomebodyIsThereByAnotherName() throws Exception {
        ClusterSystem leader = leader(Map.of("host", "far.example", "bind-host", "127.0.0.1"));
        String seed = "127.0.0.1:" + leader.address().port();
        ClusterSystem lost = start(Map.of("host", "127.0.0.4", "port", "0", "seeds", seed), "worker");
        assertTrue(lost.advice().contains("[" + seed + "] can be reached"), lost.advice());
        assertTrue(lost.advice().contains("join by the address that the coordinator printed"), lost.advice());
    }

    @Test
    void whoJoinsByLoopbackWaitsUntilItsLeaderShowsWhereItListens() throws Exception {
        String port = freePort();
        Map<String, String> byLoopback = Map.of("port", "0", "seeds", "localhost:" + port);
        assertFalse(Neighbour.await(settings(byLoopback).cluster(), Duration.ZERO));
        assertTrue(Neighbour.await(
                settings(Map.of("host", "127.0.0.1", "seeds", "localhost:" + port))
                        .cluster(),
                Duration.ZERO));
        try (ServerSocket leader = new ServerSocket(Integer.parseInt(port), 1, InetAddress.getByName("127.0.0.1"))) {
            assertTrue(leader.isBound() && Neighbour.await(settings(byLoopback).cluster(), Duration.ZERO));
        }
    }

    @Test
    void bulkDataIsAnnouncedAsTheClusterIsAndANameOfItsOwnAsAnAddress() {
        Map<String, String> cluster = Map.of("host", "127.0.0.2", "bind-host", "0.0.0.0", "port", "0");
        ClusterSystem member = start(cluster, "worker");
        for (Map.Entry<String, String> planes :
                Map.of("", "127.0.0.2:", "localhost", "127.0.0.1:").entrySet()) {
            Config settings = SettingsFile.defaults(Map.of("tinyclip.plane.host", planes.getKey()))
                    .effective();
            try (DataPlane plane = OwnPlane.open(settings, member)) {
                String address = plane.publish("key", new float[1]).address();
                assertTrue(address.startsWith(planes.getValue()), address);
            }
        }
    }

    private ClusterSystem leader(Map<String, String> cluster) throws Exception {
        Map<String, String> values = new TreeMap<>(cluster);
        values.put("port", "0");
        values.put("name", "lab");
        ClusterSystem leader = start(values, ClusterSystem.CORE);
        StatusQuestion.answeredBy(leader.system(), "lab");
        leader.join(List.of());
        leader.joined().get(JOINED_WITHIN_SECONDS, TimeUnit.SECONDS);
        return leader;
    }

    private void assertTakenIn(ClusterSystem leader, String by) throws Exception {
        List<Address> seeds = ClusterReader.addresses(by, "--join");
        ClusterSystem joining = start(Map.of("port", "0", "seeds", by), "worker");
        joining.join(seeds);
        joining.joined().get(JOINED_WITHIN_SECONDS, TimeUnit.SECONDS);
        List<String> members = new ArrayList<>();
        Cluster.get(leader.system())
                .state()
                .getMembers()
                .forEach(member -> members.add(member.address().hostPort()));
        assertTrue(members.stream().anyMatch(member -> member.endsWith("@" + joining.address())), members.toString());
    }

    private String askedAt(String address) {
        return MemberCall.status(
                        ClusterReader.addresses(address, "--at").get(0),
                        Map.of("tinyclip.cluster.insecure", "true"),
                        system)
                .cluster();
    }

    private ClusterSystem start(Map<String, String> cluster, String role) {
        Settings settings = settings(cluster);
        ClusterSystem started = ClusterSystem.start(settings.cluster(), settings.effective(), List.of(role));
        systems.add(started);
        return started;
    }

    private static Settings settings(Map<String, String> cluster) {
        Map<String, String> values = new TreeMap<>(Map.of("tinyclip.cluster.insecure", "true"));
        cluster.forEach((key, value) -> values.put("tinyclip.cluster." + key, value));
        return SettingsFile.defaults(values);
    }

    private static String freePort() {
        return Integer.toString(FreePorts.at("127.0.0.1"));
    }
}
