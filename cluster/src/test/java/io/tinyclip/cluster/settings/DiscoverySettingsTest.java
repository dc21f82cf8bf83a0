package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.DiscoverySettings.Method;
import io.tinyclip.model.InvalidInputException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiscoverySettingsTest {
    private static final Map<String, String> DNS =
            Map.of("discovery.method", "dns", "discovery.service", "c.x.test", "discovery.candidates", "3");
    private static final Map<String, String> KUBERNETES = Map.of(
            "discovery.method", "kubernetes",
            "discovery.selector", "app=tinyclip,example.org/part=coordinator",
            "discovery.candidates", "5");

    @Test
    void seedsAreTheDefaultAndNeedNothing() {
        assertFalse(read(Map.of(), "host", "").searches());
    }

    @Test
    void aClusterIsFoundedByMostCandidates() {
        assertEquals(2, read(DNS, "host", "").majority());
        assertEquals(3, read(KUBERNETES, "host", "").majority());
        assertEquals(1, read(DNS, "discovery.candidates", "1").majority());
    }

    @Test
    void aMethodKeepsOnlyWhatItNeeds() {
        DiscoverySettings dns = read(DNS, "discovery.selector", "nonsense");
        assertEquals(new DiscoverySettings(Method.DNS, "c.x.test", "", "", 3, 8558, 0, 0), dns);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            discovery.method          | zookeeper  | one of seeds, dns, kubernetes
            discovery.service         | ''         | must be a name in DNS
            discovery.service         | a b        | must be a name in DNS
            discovery.candidates      | 0          | must be 1, 3 or 5
            discovery.candidates      | 2          | must be 1, 3 or 5
            discovery.candidates      | 7          | from 0 to 5
            discovery.port            | 0          | from 1 to 65535
            discovery.management-port | 70000      | from 0 to 65535
            seeds                     | h:1        | must be empty where tinyclip.cluster.discovery.method is dns
            discovery.servce          | x          | did you mean tinyclip.cluster.discovery.service?
            """)
    void refusesInOneLineWhatDnsCannotUse(String key, String value, String rule) {
        assertRefused(DNS, key, value, rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            discovery.selector  | ''       | must be labels
            discovery.selector  | app      | must be labels
            discovery.selector  | app=%s   | must be labels
            discovery.namespace | Upper    | must be a Kubernetes namespace
            """)
    void refusesInOneLineWhatKubernetesCannotUse(String key, String value, String rule) {
        assertRefused(KUBERNETES, key, value, rule);
    }

    private static void assertRefused(Map<String, String> method, String key, String value, String rule) {
        String message = assertThrows(InvalidInputException.class, () -> read(method, key, value))
                .getMessage();
        assertTrue(message.contains(rule) && message.lines().count() == 1, message);
    }

    private static DiscoverySettings read(Map<String, String> method, String key, String value) {
        Map<String, String> overrides = new TreeMap<>();
        method.forEach((name, given) -> overrides.put("tinyclip.cluster." + name, given));
        overrides.put("tinyclip.cluster." + key, value);
        return SettingsFile.defaults(overrides).cluster().discovery();
    }
}
