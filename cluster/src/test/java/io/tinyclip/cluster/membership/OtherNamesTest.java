package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.ClusterReader;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OtherNamesTest {
    private final KnownHosts hosts = new KnownHosts("gpu1")
            .with("10.0.0.5", "fd00::5", "fe80::5")
            .name("gpu1", "127.0.1.1")
            .name("localhost", "127.0.0.1")
            .name("lead.example", "10.0.0.6", "fd00::6")
            .name("my_lead", "10.0.0.6")
            .reverse("10.0.0.6", "Node6.Example.");

    private final OtherNames names = new OtherNames(hosts);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LEAD.example.:1        | lead.example:1 10.0.0.6:1 [fd00::6]:1
            my_lead:1              | 10.0.0.6:1
            127.1:1                | 127.0.0.1:1
            [FD00:0::0006]:1       | [fd00::6]:1
            [::ffff:10.0.0.6]:1    | 10.0.0.6:1
            nowhere.example:1      | nowhere.example:1
            """)
    void aNameIsItsAddressesToo(String given, String sure) {
        assertEquals(sure, text(names.sure(address(given))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.0.0.6:1     | 10.0.0.6:1 node6.example:1
            lead.example:1 | lead.example:1 10.0.0.6:1 [fd00::6]:1 node6.example:1
            localhost:1    | localhost:1 127.0.0.1:1 10.0.0.5:1 [fd00::5]:1 gpu1:1
            gpu1:1         | gpu1:1 127.0.1.1:1 127.0.0.1:1 10.0.0.5:1 [fd00::5]:1
            """)
    void anAddressHasNamesAndThisMachineHasOtherAddresses(String given, String all) {
        assertEquals(all, text(names.all(address(given))));
    }

    @Test
    void refusesNamesOfWhichNoneIsKnown() {
        names.requireKnown(List.of());
        names.requireKnown(addresses("nowhere.example:1,10.0.0.6:1"));
        String message = assertThrows(
                        InvalidInputException.class, () -> names.requireKnown(addresses("nowhere.example:1")))
                .getMessage();
        assertTrue(message.contains("cannot find the host [nowhere.example]"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.0.0.5:1,lead.example:1  | 10.0.0.5:1       | 10.0.0.5:1 lead.example:1 10.0.0.6:1 [fd00::6]:1
            gpu1:1,lead.example:1      | 10.0.0.5:1       | 10.0.0.5:1 lead.example:1 10.0.0.6:1 [fd00::6]:1
            lead.example:1,gpu1:1      | 10.0.0.5:1       | lead.example:1 10.0.0.6:1 [fd00::6]:1 10.0.0.5:1
            127.0.0.2:1,127.0.0.3:1    | 127.0.0.3:1      | 127.0.0.2:1 127.0.0.3:1
            10.0.0.6:1,10.0.0.6:2      | lead.example:2   | 10.0.0.6:1 lead.example:2
            localhost:1,localhost:2    | 127.0.0.1:1      | 127.0.0.1:1 localhost:2 127.0.0.1:2
            """)
    void thisMachineStandsAmongTheSeedsAsItAnnouncesItself(String seeds, String own, String contacts) {
        String announced = address(own).host();
        Contacts asked = new Contacts(names, addresses(seeds), address(own), announced);
        assertEquals(contacts, text(asked.sure()));
        assertTrue(!asked.none() && asked.all().containsAll(asked.sure()));
    }

    @Test
    void aMachineThatIsTheOnlySeedHasNobodyToAsk() {
        Contacts asked = new Contacts(names, addresses("gpu1:1,localhost:1"), address("10.0.0.5:1"), "0.0.0.0");
        assertEquals("10.0.0.5:1", text(asked.all()));
        assertTrue(asked.none());
    }

    private static Address address(String text) {
        return addresses(text).get(0);
    }

    private static List<Address> addresses(String text) {
        return ClusterReader.addresses(text, "--join");
    }

    private static String text(List<Address> addresses) {
        return addresses.stream().map(Address::toString).collect(Collectors.joining(" "));
    }
}
