package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RunNameTest {
    private static final String KEY = "tinyclip.run.name";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "mein Modell \u00E4\u00F6\u00DF.conf, mein Modell \u00E4\u00F6\u00DF",
        "\u30E2\u30C7\u30EB.conf, \u30E2\u30C7\u30EB",
        "a(b)&c.conf, a_b__c",
        ".hidden.conf, run.hidden"
    })
    void isThatOfTheRecipesFileWhateverThatIs(String file, String name) throws IOException {
        Path recipe = Files.writeString(folder.resolve(file), "tinyclip.seed = 7");
        Settings settings = SettingsFile.read(recipe, Map.of());
        assertEquals(name, settings.free().files().name());
        assertEquals(Path.of("runs", name), settings.free().files().folder());
        assertEquals(7, settings.step().seed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mein Modell \u00E4", "a-b_c.d"})
    void mayBeSaid(String name) {
        assertEquals(
                name, SettingsFile.defaults(Map.of(KEY, name)).free().files().name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "..", ".a", "a\nb", "a<b"})
    void isNeverAPath(String name) {
        assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(Map.of(KEY, name)));
    }
}
