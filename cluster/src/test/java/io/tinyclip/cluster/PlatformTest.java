package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlatformTest {
    @ParameterizedTest
    @CsvSource({"Linux, amd64", "Linux, x86_64", "linux, amd64"})
    void acceptsLinuxOnX86(String system, String processor) {
        assertDoesNotThrow(() -> new Platform(system, processor).requireSupported());
    }

    @ParameterizedTest
    @CsvSource({"Linux, aarch64", "Mac OS X, aarch64", "Mac OS X, x86_64", "Windows 11, amd64"})
    void refusesOthersByNameWithTheRemedy(String system, String processor) {
        Platform platform = new Platform(system, processor);
        String message = assertThrows(InvalidInputException.class, platform::requireSupported)
                .getMessage();
        assertTrue(message.contains(system + "-" + processor), message);
        assertTrue(message.contains("deploy/README.md"), message);
    }

    @Test
    void currentIsWhatTheJvmSays() {
        assertEquals(System.getProperty("os.arch"), Platform.current().processor());
    }

    @Test
    void makesTheFolderOfTheEngine(@TempDir Path folder) {
        Path cache = folder.resolve("a/b");
        Platform.requireUnpackable(cache);
        assertTrue(Files.isDirectory(cache));
    }

    @Test
    void refusesAFolderThatCannotBeMade(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        String message = assertThrows(InvalidInputException.class, () -> Platform.requireUnpackable(file))
                .getMessage();
        assertTrue(message.contains("[" + file + "]") && message.contains("ENGINE_CACHE_DIR"), message);
    }
}
