package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OtherLibtorchTest {
    private static final BooleanSupplier GPUS = () -> true;

    @Test
    void takesALibtorchFromTheEnvironment(@TempDir Path folder) throws Exception {
        Files.createFile(folder.resolve("libtorch.so"));
        assertDoesNotThrow(() -> OtherLibtorch.require(Map.<String, String>of()::get, GPUS));
        for (String flavor : new String[] {"cpu", "cu128"}) {
            for (Path path : new Path[] {folder, folder.resolve("libtorch.so")}) {
                Map<String, String> environment = Map.of(
                        "PYTORCH_LIBRARY_PATH",
                        "/nowhere:" + path,
                        "PYTORCH_VERSION",
                        "2.7.1",
                        "PYTORCH_FLAVOR",
                        flavor);
                assertDoesNotThrow(() -> OtherLibtorch.require(environment::get, GPUS));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2.8.0, cu128, true, PYTORCH_VERSION [2.8.0]",
        "2.7.1, cu128, false, has no libtorch.so",
        "2.7.1, cu126, true, PYTORCH_FLAVOR [cu126]",
        "2.7.1, '', true, PYTORCH_FLAVOR []",
        "2.7.1, rocm, true, 'cpu, or cu128 for any CUDA'"
    })
    void refusesALibtorchThatTheJarHasNoBridgeFor(
            String version, String flavor, boolean there, String words, @TempDir Path folder) throws Exception {
        if (there) {
            Files.createFile(folder.resolve("libtorch.so"));
        }
        Map<String, String> environment =
                Map.of("PYTORCH_LIBRARY_PATH", folder.toString(), "PYTORCH_VERSION", version, "PYTORCH_FLAVOR", flavor);
        String message = assertThrows(InvalidInputException.class, () -> OtherLibtorch.require(environment::get, GPUS))
                .getMessage();
        assertTrue(message.contains(words), message);
    }

    @ParameterizedTest
    @CsvSource({
        "2.7.1+cu126, true, true, cu128",
        "2.7.1, true, true, cu128",
        "2.7.1+cu128, true, false, cpu",
        "2.7.1+cpu, false, true, cpu"
    })
    void findsOutVersionAndFlavorOfAnInstalledPyTorch(
            String version, boolean cuda, boolean gpus, String flavor, @TempDir Path torch) throws IOException {
        Map<String, String> environment = Map.of("PYTORCH_LIBRARY_PATH", installed(torch, version, cuda));
        assertEquals(
                Map.of("PYTORCH_VERSION", "2.7.1", "PYTORCH_FLAVOR", flavor),
                OtherLibtorch.require(environment::get, () -> gpus));
    }

    @Test
    void refusesAnInstalledPyTorchOfAnotherVersion(@TempDir Path torch) throws IOException {
        String library = installed(torch, "2.8.0+cu128", true);
        Map<String, String> environment = Map.of("PYTORCH_LIBRARY_PATH", library);
        assertEquals(
                "PYTORCH_LIBRARY_PATH [" + library
                        + "] is of PyTorch 2.8.0+cu128, and the bridge in this jar fits 2.7.1"
                        + " alone; pip install torch==2.7.1 and name its torch/lib, or unset PYTORCH_LIBRARY_PATH",
                refusal(environment));
        // Whoever brings a bridge of his own says the flavor himself.
        assertEquals(
                Map.of(),
                OtherLibtorch.require(Map.of("PYTORCH_LIBRARY_PATH", library, "PYTORCH_FLAVOR", "cu128")::get, GPUS));
    }

    @Test
    void refusesLibrariesOfAnUnknownVersion(@TempDir Path torch) throws IOException {
        String library = installed(torch, "2.7.1", true);
        Files.delete(torch.resolve("version.py"));
        String message = refusal(Map.of("PYTORCH_LIBRARY_PATH", library));
        assertTrue(message.contains("has neither a version.py nor a build-version beside it"), message);
    }

    private static String refusal(Map<String, String> environment) {
        return assertThrows(InvalidInputException.class, () -> OtherLibtorch.require(environment::get, GPUS))
                .getMessage();
    }

    private static String installed(Path torch, String version, boolean cuda) throws IOException {
        Path library = Files.createDirectory(torch.resolve("lib"));
        Files.createFile(library.resolve("libtorch.so"));
        if (cuda) {
            Files.createFile(library.resolve("libtorch_cuda.so"));
        }
        Files.writeString(torch.resolve("version.py"), "__version__ = '" + version + "'\n");
        return library.toString();
    }
}
