package io.tinyclip.cluster.remote;

import static io.tinyclip.cluster.remote.FaultyServer.cutAfter;
import static io.tinyclip.cluster.remote.FaultyServer.none;
import static io.tinyclip.cluster.remote.FaultyServer.status;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelCacheTest {
    private static final int CHUNK = 1 << 23;
    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

    private final byte[] weights = new byte[2 * CHUNK + 1000];

    @TempDir
    private Path folder;

    private FaultyServer server;

    @BeforeEach
    void serve() throws IOException {
        new Random(5).nextBytes(weights);
        server = new FaultyServer()
                .put("/m/config.json", CONFIG, "\"c\"")
                .put("/m/model.safetensors", weights, "\"w1\"")
                .put("/m/pytorch_model.bin", weights, "\"b\"");
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void fetchesAFolderOnceAndItsSafetensorsAlone() throws IOException {
        Path model = fetched("/m/");
        assertArrayEquals(weights, Files.readAllBytes(model.resolve("model.safetensors")));
        assertArrayEquals(CONFIG, Files.readAllBytes(model.resolve("config.json")));
        assertFalse(Files.exists(model.resolve("pytorch_model.bin")));
        int before = server.seen().size();
        assertEquals(model, fetched("/m/"));
        assertTrue(
                server.seen().subList(before, server.seen().size()).stream()
                        .allMatch(seen -> seen.range().equals("bytes=0-0")),
                server.seen().toString());
    }

    @Test
    void anotherVersionIsAnotherFolder() throws IOException {
        Path first = fetched("/m/model.safetensors");
        server.put("/m/model.safetensors", new byte[10], "\"w2\"");
        Path second = fetched("/m/model.safetensors");
        assertNotEquals(first, second);
        assertEquals(weights.length, Files.size(first));
        assertEquals(10, Files.size(second));
    }

    @Test
    void goesOnWhereAnEarlierFetchWasCutOff() throws IOException {
        FaultyServer.Fault gone = status(404);
        server.then(none(), none(), none(), cutAfter(100), gone);
        String message = refusal("/m/model.safetensors");
        assertTrue(message.contains("cannot be fetched") && message.lines().count() == 1, message);
        assertTrue(wholes().isEmpty(), wholes().toString());
        int before = server.seen().size();
        assertArrayEquals(weights, Files.readAllBytes(fetched("/m/model.safetensors")));
        List<String> ranges = server.seen().subList(before, server.seen().size()).stream()
                .map(FaultyServer.Seen::range)
                .toList();
        assertEquals("bytes=8388608-16777215", ranges.get(1), ranges.toString());
    }

    @Test
    void whatIsNoModelIsRefused() {
        assertTrue(refusal("/m").contains("a folder, which ends in a slash"));
        assertTrue(refusal("/other/").contains("holds no weights"));
    }

    @Test
    void anIndexThatNamesFilesElsewhereIsRefused() {
        server.put("/i/model.safetensors.index.json", index("../../x.safetensors"), "\"i\"");
        assertTrue(refusal("/i/").contains("is no file beside it"));
    }

    @Test
    void fetchesThePartsOfAnIndex() throws IOException {
        server.put("/i/model.safetensors.index.json", index("part-1.safetensors"), "\"i\"");
        server.put("/i/part-1.safetensors", weights, "\"p\"");
        assertArrayEquals(weights, Files.readAllBytes(fetched("/i/").resolve("part-1.safetensors")));
    }

    @Test
    void aCacheFolderThatCannotBeMadeIsOneLine() throws IOException {
        Path inTheWay = Files.createFile(folder.resolve("file"));
        ModelCache cache = new ModelCache(inTheWay.resolve("cache"), store(), this::quiet);
        String message = assertThrows(
                        InvalidInputException.class, () -> cache.fetched(server.url("/m/"), "tinyclip.teacher"))
                .getMessage();
        assertTrue(message.contains("set tinyclip.storage.cache"), message);
    }

    private static byte[] index(String part) {
        return ("{\"weight_map\": {\"a\": \"" + part + "\"}}").getBytes(StandardCharsets.UTF_8);
    }

    private String refusal(String path) {
        return assertThrows(InvalidInputException.class, () -> fetched(path)).getMessage();
    }

    private Path fetched(String path) {
        return new ModelCache(folder, store(), this::quiet).fetched(server.url(path), "tinyclip.teacher");
    }

    private List<Path> wholes() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isDirectory)
                    .filter(path -> path.getFileName().toString().matches("[0-9a-f]{16}"))
                    .toList();
        }
    }

    private RemoteStore store() {
        return RemoteStore.waiting(TestStorage.settings(folder, Map.of()), millis -> {});
    }

    private Progress quiet() {
        return new ProgressLines(new PrintStream(OutputStream.nullOutputStream()), System::nanoTime);
    }
}
