package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** One file has every key that a user can set, though a module has its defaults to itself, too. */
final class ReferenceTest {
    private static final String FILE = "src/main/resources/reference.conf";

    @Test
    void everyKeyIsInOneFileWithTheDefaultThatItsModuleHas() {
        Map<String, String> all = values(Path.of(FILE));
        Map<String, String> actors = values(Path.of("..", "actors", FILE));
        actors.keySet().removeIf(key -> key.startsWith("tinyclip.embedded."));
        assertTrue(actors.size() > 20, actors.toString());
        Map<String, String> told = new TreeMap<>(all);
        told.keySet().retainAll(actors.keySet());
        assertEquals(actors, told);
    }

    @Test
    void everyKeyOfThatFileIsKnownAndNoOther() {
        Map<String, String> all = values(Path.of(FILE));
        all.keySet().removeIf(key -> key.matches("tinyclip\\.(embedded|member|board-server)\\..*"));
        assertEquals(all.keySet(), values(SettingsFile.reference()).keySet());
    }

    private static Map<String, String> values(Path file) {
        return values(ConfigFactory.parseFile(file.toFile()));
    }

    private static Map<String, String> values(Config config) {
        Map<String, String> values = new TreeMap<>();
        config.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("tinyclip."))
                .forEach(entry ->
                        values.put(entry.getKey(), entry.getValue().unwrapped().toString()));
        return values;
    }
}
