package io.tinyclip.files.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.files.Safetensors;
import io.tinyclip.files.tensors.TensorFile;
import io.tinyclip.model.InvalidInputException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote, by scripts/reference/torch_files.py, against the same values as safetensors. */
class TorchFileTest {
    @ParameterizedTest
    @ValueSource(strings = {"kinds", "views", "legacy", "legacy4", "protocol4", "training", "scripted", "traced"})
    void readsWhatPyTorchWrote(String name) {
        try (TorchFile file = TorchFile.open(resource(name + ".pt"));
                Safetensors expected = Safetensors.open(resource(name + ".safetensors"))) {
            assertTrue(TorchFile.looksLike(resource(name + ".pt")));
            assertEquals(new TreeSet<>(expected.names()), new TreeSet<>(file.names()));
            for (String tensor : expected.names()) {
                assertEquals(expected.shape(tensor), file.shape(tensor), tensor);
                assertEquals(expected.isFloat(tensor), file.isFloat(tensor), tensor);
                if (file.isFloat(tensor)) {
                    assertArrayEquals(expected.floats(tensor), floats(file, tensor), tensor);
                }
            }
        }
    }

    @Test
    void givesNamesInTheFilesOrder() {
        try (TorchFile file = TorchFile.open(resource("views.pt"))) {
            assertEquals(
                    List.of("base", "transposed", "slice", "steps", "permuted", "expanded", "row", "half", "parameter"),
                    file.names().stream().limit(9).toList());
        }
    }

    @Test
    void readsAtTheBuffersPosition() {
        try (TorchFile file = TorchFile.open(resource("views.pt"))) {
            FloatBuffer target = FloatBuffer.allocate(30).position(1);
            file.read("base", target);
            assertEquals(25, target.position());
            assertEquals(0, target.get(0));
            assertEquals(floats(file, "base")[23], target.get(24));
        }
    }

    @Test
    void givesWhatIsNoTensorAsPlainValues() {
        try (TorchFile file = TorchFile.open(resource("training.pt"))) {
            Map<String, Object> plain = file.scalars();
            assertEquals(3L, plain.get("epoch"));
            assertEquals("run", plain.get("name"));
            assertEquals(65536.0, plain.get("scaler.scale"));
            assertEquals(true, plain.get("scaler.on"));
            assertEquals(1L << 40, plain.get("args.big"));
            assertEquals("ViT", plain.get("args.model"));
            assertEquals(4L, plain.get("args.size.1"));
            assertEquals(0.999, plain.get("optimizer.param_groups.0.betas.1"));
            assertFalse(plain.keySet().stream().anyMatch(Set.of("args.huge", "args.amp", "scaler.none")::contains));
        }
        try (TorchFile file = TorchFile.open(resource("scripted.pt"))) {
            assertEquals(224L, file.scalars().get("image_size"));
        }
        try (TorchFile file = TorchFile.open(resource("legacy4.pt"))) {
            assertEquals(1L << 40, file.scalars().get("1.n"));
            assertEquals(true, file.scalars().get("1.t"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"trainer.pt", "trainer4.pt"})
    void passesOverWhatTrainersKeepBesideTheWeights(String name) {
        try (TorchFile file = TorchFile.open(resource(name))) {
            assertEquals(Set.of("state_dict.x"), file.names());
            assertArrayEquals(new float[] {1.5f, -2}, floats(file, "state_dict.x"));
            Map<String, Object> plain = file.scalars();
            assertEquals(7L, plain.get("after"));
            assertEquals(2L, plain.get("seen.1"));
            assertFalse(plain.keySet().stream().anyMatch(Set.of("lr", "epoch", "out", "z", "type")::contains));
        }
    }

    @Test
    void doesNotReadWholeNumbersAsFloats() {
        try (TorchFile file = TorchFile.open(resource("kinds.pt"))) {
            FloatBuffer target = FloatBuffer.allocate(6);
            String message = assertThrows(InvalidInputException.class, () -> file.read("int64", target))
                    .getMessage();
            assertTrue(message.contains("tensor int64]: expected F32, F16, BF16 or F64, found I64"), message);
            message = assertThrows(InvalidInputException.class, () -> file.shape("gone"))
                    .getMessage();
            assertTrue(message.contains("tensor gone]: is not in the file"), message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sparse.pt, torch._utils._rebuild_sparse_tensor",
        "quantised.pt, torch._utils._rebuild_qtensor",
        "module.pt, torch.nn.modules.linear.Linear"
    })
    void refusesClassesBeyondDenseTensors(String name, String type) {
        String message = assertThrows(InvalidInputException.class, () -> TorchFile.open(resource(name)))
                .getMessage();
        assertTrue(message.contains(name) && message.contains("[" + type + "]"), message);
        assertTrue(message.contains("save its state dict as safetensors"), message);
    }

    @Test
    void recognisesFilesByContent() {
        assertFalse(TorchFile.looksLike(resource("kinds.safetensors")));
        assertThrows(InvalidInputException.class, () -> TorchFile.open(resource("kinds.safetensors")));
        assertThrows(InvalidInputException.class, () -> TorchFile.looksLike(Path.of("gone.pt")));
    }

    static float[] floats(TensorFile file, String name) {
        long count = file.shape(name).stream().reduce(1L, Math::multiplyExact);
        FloatBuffer target = FloatBuffer.allocate((int) count);
        file.read(name, target);
        assertEquals(0, target.remaining());
        return target.array();
    }

    static Path resource(String name) {
        try {
            return Path.of(TorchFileTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
