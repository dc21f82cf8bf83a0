package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.plane.door.Guests;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaneSettingsTest {
    private static PlaneSettings read(String settings) {
        Config config = ConfigFactory.parseString(settings).withFallback(ConfigFactory.defaultReference());
        return PlaneSettings.read(config.resolve(), "10.0.0.1");
    }

    @Test
    void takesTheClustersHostAndAnyPortByDefault() {
        assertEquals(new PlaneSettings("10.0.0.1", 0, 2, 2 << 20, Duration.ofSeconds(10), Optional.empty()), read(""));
    }

    @Test
    void readsWhatIsSet() {
        PlaneSettings settings = read("""
                tinyclip.plane { host = 10.1.0.7, port = 4711, connections = 16, chunk = 1500003, timeout = 1m }
                tinyclip.cluster { name = lab, tls { certificate = a.pem, key = b.pem, authority = c.pem } }
                """);
        Credentials credentials = new Credentials(Path.of("c.pem"), Path.of("a.pem"), Path.of("b.pem"), "lab");
        assertEquals(
                new PlaneSettings("10.1.0.7", 4711, 16, 1_500_000, Duration.ofMinutes(1), Optional.of(credentials)),
                settings);
    }

    @Test
    void boundsConnectionsThatOthersOpen() {
        assertEquals(new Guests(8192, 2048, 1024, Duration.ofMinutes(5)), read("").guests());
        assertEquals(
                new Guests(9, 4, 2, Duration.ofHours(1)),
                read("tinyclip.plane.incoming { all = 9, by-address = 4, strangers = 2, idle = 1h }")
                        .guests());
    }

    @Test
    void listensWhereItIsToldAndElseWhereItIsReached() {
        PlaneSettings beside =
                read("tinyclip.plane { host = Plane.Example., port = 80, bind-host = \"[::]\", bind-port = 8080 }");
        assertEquals("plane.example", beside.host());
        assertEquals(80, beside.port());
        assertEquals(new PlaneSettings.Listening("::", 8080), beside.listening());
        assertEquals(
                new PlaneSettings.Listening("fd00::5", 81),
                read("tinyclip.plane { host = \"FD00::5\", port = 81 }").listening());
        Config unset = ConfigFactory.defaultReference().resolve();
        assertEquals(
                new PlaneSettings.Listening("0.0.0.0", 0),
                PlaneSettings.read(unset, "10.0.0.1", "0.0.0.0").listening());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port = 65536     | port [65536] must be a whole number from 0 to 65535",
                "port = http      | port [http] must be a whole number from 0 to 65535",
                "connections = 0  | connections [0] must be a whole number from 1 to 16",
                "connections = 17 | connections [17] must be a whole number from 1 to 16",
                "chunk = 512k     | chunk [512k] must be from 1m to 4m bytes",
                "chunk = 5m       | chunk [5m] must be from 1m to 4m bytes",
                "chunk = big      | chunk [big] must be from 1m to 4m bytes",
                "timeout = 999ms  | timeout [999ms] must be a duration from 1s to 1h",
                "timeout = 61m    | timeout [61m] must be a duration from 1s to 1h",
                "timeout = long   | timeout [long] must be a duration from 1s to 1h",
                "incoming.all = 0 | incoming.all [0] must be a whole number from 1 to 65536",
                "incoming.idle = 25h | incoming.idle [25h] must be a duration from 1s to 1d",
                "incoming.idle = 2s | incoming.idle [2000ms] is shorter than tinyclip.plane.timeout [10000ms], within which "
                        + "every session is heard of",
                "host = 0.0.0.0   | host [0.0.0.0] must be a name or address that others reach this machine by",
                "host = \"[::]\"    | host [[::]] must be a name or address that others reach this machine by",
                "host = \"fe80::1%eth0\" | host [fe80::1%eth0] names an interface after %, which means nothing on other "
                        + "machines; give an address without",
                "bind-port = -1   | bind-port [-1] must be a whole number from 0 to 65535",
                "host = [a]       | host [[a]] must be a text"
            })
    void refusesInOneLine(String setting, String line) {
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> read("tinyclip.plane." + setting));
        assertEquals("tinyclip.plane." + line, refusal.getMessage());
    }

    @Test
    void findsTheAuthorityAndTheKeyBesideTheCertificate() {
        assertEquals(
                Optional.of(new Credentials(
                        Path.of("keys/authority.pem"),
                        Path.of("keys/worker.pem"),
                        Path.of("keys/worker-key.pem"),
                        "lab")),
                read("tinyclip.cluster { name = lab, tls.certificate = keys/worker.pem }")
                        .credentials());
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> read("tinyclip.cluster.tls.key = k.pem"));
        assertTrue(
                refusal.getMessage().startsWith("tinyclip.cluster.tls.certificate must be set"), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:80, 10.0.0.1, 80",
        "node-1.example:65535, node-1.example, 65535",
        "[fe80::1]:4711, fe80::1, 4711"
    })
    void writesAddressesAsItReadsThem(String text, String host, int port) {
        assertEquals(new Address(host, port), Address.parse(text));
        assertEquals(text, new Address(host, port).toString());
    }

    @ParameterizedTest
    @CsvSource({"local", ":80", "a:0", "a:65536", "a:b", "''"})
    void refusesWhatIsNoAddress(String text) {
        assertThrows(IllegalArgumentException.class, () -> Address.parse(text));
    }
}
