package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.ClusterSettings.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** What shows that a process has ended: not silence, which a network makes too. */
final class DeadProcessTest {
    @Test
    void onlyAMachineThatRefusesConnectionsShowsIt() throws IOException {
        OtherNames names = new OtherNames(new SystemLookup());
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        Address member;
        try (ServerSocket process = new ServerSocket(0, 1, loopback)) {
            member = new Address("127.0.0.1", process.getLocalPort());
            assertFalse(names.refuses(member));
        }
        assertTrue(names.refuses(member));
        assertFalse(names.refuses(new Address("nowhere.invalid", member.port())));
    }

    @Test
    void aMachineThatIsSilentShowsNothing() {
        KnownHosts hosts = new KnownHosts("here");
        assertFalse(new OtherNames(hosts).refuses(new Address("10.0.0.9", 1)));
        assertTrue(new OtherNames(hosts).refuses(new Address("127.0.0.1", 1)));
    }
}
