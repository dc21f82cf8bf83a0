package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OwnAddressTest {
    /** As Debian installs it: its own name is loopback to itself, and its address to all others. */
    private final KnownHosts debian = new KnownHosts("gpu1")
            .with("10.0.0.5", "fd00::5")
            .name("gpu1", "127.0.1.1")
            .name("gpu2", "10.0.0.6");

    private final KnownHosts plain = new KnownHosts("gpu1")
            .with("10.0.0.5", "192.168.7.5")
            .name("gpu1", "192.168.7.5")
            .name("localhost", "127.0.0.1")
            .name("outside.example", "203.0.113.9");

    @ParameterizedTest
    @CsvSource({
        "'', 10.0.0.5",
        "'gpu1:1,gpu2:1', 10.0.0.5",
        "'gpu1:1', 10.0.0.5",
    })
    void aNameThatIsLoopbackHereIsNotAnnouncedAsThat(String seeds, String announced) {
        assertEquals(announced, place(debian, Map.of("seeds", seeds)).announced());
        assertEquals(announced, place(debian, Map.of("host", "gpu1")).announced());
    }

    @ParameterizedTest
    @CsvSource({
        "'', 192.168.7.5",
        "10.0.0.6:1, 10.0.0.5",
        "192.168.7.5:25520, 192.168.7.5",
        "localhost:25520, 127.0.0.1",
    })
    void withoutAHostItIsTheAddressTowardsTheSeedsElseThatOfItsName(String seeds, String announced) {
        assertEquals(announced, place(plain, Map.of("seeds", seeds)).announced());
    }

    @Test
    void whoJoinsALeaderOnTheSameMachineIsReachedByThoseWhoReachTheLeader() {
        plain.listening("10.0.0.5", 4711);
        assertEquals("10.0.0.5", place(plain, Map.of("seeds", "localhost:4711")).announced());
        assertEquals(
                "127.0.0.1", place(plain, Map.of("seeds", "localhost:4712")).announced());
    }

    @Test
    void aMachineWithoutAnyRouteHasTheAddressOfItsInterfaceOrLoopback() {
        KnownHosts island = new KnownHosts("island").with("10.9.0.1").without("10.9.0.1");
        assertEquals("10.9.0.1", place(island, Map.of()).announced());
        assertEquals("127.0.0.1", place(new KnownHosts("alone"), Map.of()).announced());
    }

    @Test
    void aNameIsAnnouncedAsTheAddressThatItMeansHere() {
        assertEquals("192.168.7.5", place(plain, Map.of("host", "GPU1.")).announced());
        assertEquals("127.0.0.1", place(plain, Map.of("host", "localhost")).announced());
        assertEquals("192.168.7.5", place(plain, Map.of("host", "gpu1")).listening());
    }

    @Test
    void whatIsAnnouncedBesideAListeningAddressStaysAsItIs() {
        OwnPlace place = place(plain, Map.of("host", "Outside.example", "bind-host", "0.0.0.0"));
        assertEquals("outside.example", place.announced());
        assertEquals("0.0.0.0", place.listening());
        assertEquals(
                "192.168.7.5", place(plain, Map.of("bind-host", "192.168.7.5")).announced());
        assertEquals("::", place(plain, Map.of("bind-host", "[::]")).listening());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            outside.example | ''      | means [203.0.113.9], no address of this machine
            nowhere.example | ''      | cannot be found
            my_host         | 0.0.0.0 | has an underscore
            """)
    void refusesInOneLineWhatOthersCannotReachItBy(String host, String listening, String reason) {
        String message = assertThrows(
                        InvalidInputException.class, () -> place(plain, Map.of("host", host, "bind-host", listening)))
                .getMessage();
        assertTrue(message.contains(reason) && message.contains("tinyclip.cluster.host [" + host + "]"), message);
        assertEquals(1, message.lines().count());
    }

    private static OwnPlace place(KnownHosts hosts, Map<String, String> cluster) {
        Map<String, String> values = new TreeMap<>();
        cluster.forEach((key, value) -> values.put("tinyclip.cluster." + key, value));
        return new OwnAddress(hosts).of(SettingsFile.defaults(values).cluster());
    }
}
