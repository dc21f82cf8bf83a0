package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "[::1]:26620, [::1]:26620",
        "[FD00:0:0::00AB]:1, [fd00::ab]:1",
        "[::ffff:10.0.0.5]:1, 10.0.0.5:1",
        "Host-1.Example.:1, host-1.example:1",
        "my_host:1, my_host:1",
        "fd00:10:244::5:25520, [fd00:10:244::5]:25520",
        "1:2:3:4:5:6:7:8:80, [1:2:3:4:5:6:7:8]:80",
        "10.0.0.5:65535, 10.0.0.5:65535",
    })
    void anAddressOnTheCommandLineHasOneText(String given, String read) {
        assertEquals(
                read, cluster("seeds", given + " , " + given).seeds().get(1).toString());
        assertEquals(read, ClusterReader.addresses(given, "--join").get(0).toString());
    }

    @ParameterizedTest
    @CsvSource({"::1, ::1", "[::1], ::1", "FD00::A, fd00::a", "Host., host", "10.0.0.5, 10.0.0.5"})
    void aHostIsTakenWithAndWithoutBrackets(String given, String read) {
        assertEquals(read, cluster("host", given).host());
        assertEquals(read, cluster("bind-host", given).listening().host());
    }

    @Test
    void allAddressesOfAMachineAreListenedAtAndNotAnnounced() {
        assertEquals("0.0.0.0", cluster("bind-host", "0.0.0.0").listening().host());
        assertEquals("::", cluster("bind-host", "[0::0]").listening().host());
        assertEquals(4711, cluster("bind-port", "4711").listening().port());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            host      | 0.0.0.0            | must be a name or address that others reach this machine by
            host      | [::]               | must be a name or address that others reach this machine by
            host      | ::0.0.0.0          | must be a name or address that others reach this machine by
            host      | fe80::1%eth0       | names an interface after %
            host      | fe80::1            | is good for one interface only
            host      | [::1               | is no IPv6 address
            host      | a b                | must be an IP address or a name
            host      | h:1                | is no IPv6 address
            bind-host | fe80::1%1          | names an interface after %
            bind-port | 65536              | must be a whole number from 0 to 65535
            seeds     | ::1:8558           | with an IPv6 address in brackets
            seeds     | [::1]:            | must be HOST:PORT
            seeds     | :80               | must be HOST:PORT
            seeds     | h:123456          | must be HOST:PORT
            seeds     | [::1]              | must be HOST:PORT
            seeds     | [::1]:0            | must be HOST:PORT
            seeds     | [::1]:1,[fe80::1%eth0]:1 | names an interface after %
            seeds     | [10.0.0.5]:1       | is no IPv6 address
            seeds     | [::g]:1            | is no IPv6 address
            seeds     | 0.0.0.0:1          | must be a name or address that others reach
            seeds     | caf\u00e9:1        | must be an IP address or a name
            """)
    void refusesInOneLineWhatIsNoPlace(String key, String value, String rule) {
        String message = assertThrows(InvalidInputException.class, () -> cluster(key, value))
                .getMessage();
        assertTrue(message.contains(rule) && message.contains("tinyclip.cluster." + key), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void listsAreStillReadAsLists() {
        Settings settings = SettingsFile.defaults(
                Map.of("tinyclip.stages", "[{ keep = 0.5, inherit-steps = 200, distill-steps = 7 }]"));
        assertEquals(1, settings.effective().getConfigList("tinyclip.stages").size());
        String text = "[x].tar";
        assertEquals(
                text,
                SettingsFile.defaults(Map.of("tinyclip.run.folder", text))
                        .effective()
                        .getString("tinyclip.run.folder"));
    }

    private static ClusterSettings cluster(String key, String value) {
        return SettingsFile.defaults(Map.of("tinyclip.cluster." + key, value)).cluster();
    }
}
