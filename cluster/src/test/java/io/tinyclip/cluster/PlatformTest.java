package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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
    void acceptsArmWhereTheJarCarriesItsLibrary() {
        Platform arm = new Platform("Linux", "aarch64");
        assertDoesNotThrow(() -> arm.requireSupported(List.of("linux-aarch64")));
        String message = assertThrows(InvalidInputException.class, () -> arm.requireSupported(List.of("linux-x86_64")))
                .getMessage();
        assertTrue(message.contains("-Paarch64"), message);
    }

    @Test
    void currentIsWhatTheJvmSays() {
        assertEquals(System.getProperty("os.arch"), Platform.current().processor());
    }

    @Test
    void saysThatEmptyVariablesWouldUnpackElsewhere() {
        List<String> names = List.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR");
        Map<String, String> before = new HashMap<>();
        names.forEach(name -> before.put(name, System.getProperty(name, "")));
        try {
            Path folder = Path.of("/tmp/engine");
            String message = assertThrows(
                            InvalidInputException.class,
                            () -> Platform.useEngine(folder, () -> Path.of("/home/ann/.djl.ai")))
                    .getMessage();
            assertTrue(message.startsWith("ENGINE_CACHE_DIR and DJL_CACHE_DIR are set but empty"), message);
            System.clearProperty("ENGINE_CACHE_DIR"); // as an empty variable hides it
            assertDoesNotThrow(() -> Platform.useEngine(folder, () -> Path.of(System.getProperty("DJL_CACHE_DIR"))));
        } finally {
            before.forEach((name, value) -> {
                if (value.isEmpty()) {
                    System.clearProperty(name);
                } else {
                    System.setProperty(name, value);
                }
            });
        }
    }

    @Test
    void bridgeIsThatOfTheVersionAskedFor() throws Exception {
        Properties bridge = new Properties();
        try (InputStream in = Platform.class.getResourceAsStream("/jnilib/pytorch.properties")) {
            bridge.load(in);
        }
        assertTrue(bridge.getProperty("jni_version").startsWith(OtherLibtorch.VERSION + "-"), bridge.toString());
        assertNotNull(Platform.class.getResource("/jnilib/linux-x86_64/cu128/libdjl_torch.so"));
    }
}
