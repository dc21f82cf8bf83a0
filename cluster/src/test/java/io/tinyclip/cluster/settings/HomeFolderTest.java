package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HomeFolderTest {
    @Test
    void foldersOfARecipeMayLieUnderTheUsersHome() {
        FreeSettings free = SettingsFile.defaults(
                        Map.of("tinyclip.run.folder", "~/runs/a", "tinyclip.cache.folder", "~/cache"))
                .free();
        Path home = Path.of(System.getProperty("user.home"));
        assertEquals(home.resolve("runs/a"), free.files().folder());
        assertEquals(home.resolve("cache"), free.files().cache());
        assertEquals(home.resolve("cache/models"), free.storage().cache());
    }
}
