package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import org.junit.jupiter.api.Test;
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
}
