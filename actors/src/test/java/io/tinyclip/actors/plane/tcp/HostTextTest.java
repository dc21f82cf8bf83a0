package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostTextTest {
    @ParameterizedTest
    @CsvSource({
        "::1, ::1",
        "[0:0:0:0:0:0:0:1], ::1",
        "2001:DB8::0A, 2001:db8::a",
        "::ffff:10.0.0.5, 10.0.0.5",
        "10.0.0.5, 10.0.0.5",
        "GPU-1.Example., gpu-1.example",
        "my_host, my_host",
    })
    void anAddressHasOneText(String written, String text) {
        assertEquals(text, HostText.canonical(written));
        assertEquals(text, HostText.canonical(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[", "[]", "[10.0.0.5]", "[::1", "a b", "a..b", "-a", "host:1", "fe80::1%eth0", "1::2::3"})
    void refusesWhatIsNoHost(String written) {
        assertThrows(IllegalArgumentException.class, () -> HostText.canonical(written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "[0::0]", "fe80::1"})
    void refusesToAnnounceWhatReachesNoOneMachine(String written) {
        assertFalse(HostText.canonical(written).isEmpty());
        assertThrows(IllegalArgumentException.class, () -> HostText.announced(written));
    }

    @Test
    void writesOnePairOfBrackets() {
        assertEquals("[::1]", HostText.bracketed("::1"));
        assertEquals("[::1]", HostText.bracketed("[::1]"));
        assertEquals("host", HostText.bracketed("host"));
    }

    @Test
    void leavesOutTheInterfaceOfAnAddress() throws UnknownHostException {
        assertEquals("fd00::5", HostText.of(InetAddress.getByName("fd00::5%1")));
    }

    @Test
    void tellsLiteralsFromNamesAndNumbers() {
        assertTrue(HostText.isLiteral("10.0.0.5") && HostText.isLiteral("::1") && !HostText.isLiteral("a.b"));
        assertTrue(HostText.isNumber("127.1") && HostText.isNumber("2130706433") && !HostText.isNumber("127.0.0.1"));
        assertFalse(HostText.isNumber("node7") || HostText.isNumber("10.example"));
    }
}
