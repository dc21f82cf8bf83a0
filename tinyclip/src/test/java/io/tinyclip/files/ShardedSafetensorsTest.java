package io.tinyclip.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardedSafetensorsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void writeShards() {
        float[] data = {1, 2, 3, 4, 5, 6};
        write("model-00001-of-00002.safetensors", new Tensor("b", List.of(2, 2), data, 0));
        write("model-00002-of-00002.safetensors", new Tensor("a", List.of(2), data, 4));
    }

    @Test
    void readsTensorsFromTheFilesThatTheIndexNames() throws IOException {
        Path index = index("{'b': 'model-00001-of-00002.safetensors', 'a': 'model-00002-of-00002.safetensors'}");
        try (ShardedSafetensors opened = ShardedSafetensors.open(index)) {
            assertEquals(List.of("b", "a"), List.copyOf(opened.names()));
            assertEquals(List.of(2L, 2L), opened.shape("b"));
            FloatBuffer values = FloatBuffer.allocate(6);
            opened.read("a", values);
            opened.read("b", values);
            assertArrayEquals(new float[] {5, 6, 1, 2, 3, 4}, values.array());
            assertTrue(opened.isFloat("a"));
            assertThrows(InvalidInputException.class, () -> opened.shape("c"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'a': '../model.safetensors'} | names file [../model.safetensors], expected a file in the same folder",
                "{'a': '/etc/passwd'} | names file [/etc/passwd], expected a file in the same folder",
                "{'a': '..'} | names file [..], expected a file in the same folder",
                "{'a': ''} | names file [], expected a file in the same folder",
                "{'a': 'gone.safetensors'} | names file [gone.safetensors], expected a file in the same folder",
                "{'a': 'model-00001-of-00002.safetensors'} | tensor a]: is not in the file, though",
                "{'a': 1} | a [1] must be a string",
                "[] | weight_map [[]] must be an object",
            })
    void refusesAnIndexThatNamesWhatIsNotThere(String map, String complaint) throws IOException {
        Path index = index(map);
        String message = assertThrows(InvalidInputException.class, () -> ShardedSafetensors.open(index))
                .getMessage();
        assertTrue(message.contains(complaint), message);
    }

    private Path index(String map) throws IOException {
        String json = "{'metadata': {'total_size': 24}, 'weight_map': " + map + "}";
        return Files.writeString(folder.resolve(ShardedSafetensors.INDEX), json.replace('\'', '"'));
    }

    private void write(String name, Tensor tensor) {
        SafetensorsWriter.write(folder.resolve(name), List.of(tensor), StoredFloat.F32, Map.of());
    }
}
