package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How partitions are leased, and copies kept, is checked before any actor reads it. */
final class LeaseSettingsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tinyclip.actors.leases    | fair | one of speed, equal
            tinyclip.actors.recompute | 1.5  | from 0 to 1
            tinyclip.actors.recompute | some | from 0 to 1
            tinyclip.actors.copy-lag  | 65   | from 0 to 64
            """)
    void refusesWhatIsOutOfBounds(String key, String value, String rule) {
        String message = assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(Map.of(key, value)))
                .getMessage();
        assertTrue(message.startsWith(key + " [" + value + "]") && message.contains(rule), message);
    }

    @ParameterizedTest
    @CsvSource({"tinyclip.actors.leases, equal", "tinyclip.actors.recompute, 0.01", "tinyclip.actors.copy-lag, 0"})
    void aRunMayGoOnWithOthers(String key, String value) {
        SettingsFile.defaults(Map.of(key, value));
        assertTrue(BitKeys.isFree(key));
    }
}
