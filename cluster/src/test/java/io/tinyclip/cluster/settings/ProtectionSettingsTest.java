package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.model.InvalidInputException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtectionSettingsTest {
    @ParameterizedTest
    @CsvSource({"certificate, certificate", "key, key", "trust, authority"})
    void namesWhatTheKeysOfBeforeAreCalledNow(String before, String now) {
        InvalidInputException refusal = assertThrows(
                InvalidInputException.class,
                () -> SettingsFile.defaults(Map.of("tinyclip.plane.tls." + before, "a.pem")));
        assertEquals(
                "[tinyclip.plane.tls." + before + "] is [tinyclip.cluster.tls." + now
                        + "] now, for all ports; its certificates name roles, as the command keys makes them",
                refusal.getMessage());
    }

    @Test
    void loopbackNeedsNoCertificateAndNothingElseGoesWithout() {
        Protection none = new Protection(Optional.empty(), false);
        for (String host : new String[] {"127.0.0.1", "127.0.0.9", "::1", "localhost"}) {
            assertDoesNotThrow(() -> none.requireFor(host), host);
        }
        for (String host : new String[] {"0.0.0.0", "::", "10.0.0.1", "192.0.2.1"}) {
            assertThrows(InvalidInputException.class, () -> none.requireFor(host), host);
            assertDoesNotThrow(() -> new Protection(Optional.empty(), true).requireFor(host), host);
        }
    }
}
