package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.resource.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeFileTest {
    private static final String CACHE = "ENGINE_CACHE_DIR";
    /** Any file of the jar will do. */
    private static final String RESOURCE = "/io/tinyclip/numeric/probe.jpg";

    private static final String SCRATCH = "jna.tmpdir";

    private final String before = System.getProperty(CACHE, "");
    private final String scratchBefore = System.getProperty(SCRATCH, "");

    @TempDir
    Path folder;

    @BeforeEach
    void withoutScratch() {
        System.clearProperty(SCRATCH);
    }

    @AfterEach
    void restore() {
        restore(CACHE, before);
        restore(SCRATCH, scratchBefore);
    }

    private static void restore(String property, String value) {
        if (value.isEmpty()) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, value);
        }
    }

    @Test
    void unpacksIntoTheEnginesCacheWhatIsNotThereWhole() throws IOException {
        System.setProperty(CACHE, folder.toString());
        Path file = NativeFile.unpack(RESOURCE, "kind/1");
        assertEquals(folder.resolve("kind/1/probe.jpg"), file);
        byte[] whole = Resource.bytes(NativeFile.class, RESOURCE);
        assertArrayEquals(whole, Files.readAllBytes(file));
        Files.write(file, new byte[3]);
        assertArrayEquals(whole, Files.readAllBytes(NativeFile.unpack(RESOURCE, "kind/1")));
        try (var left = Files.list(file.getParent())) {
            assertEquals(1, left.count());
        }
    }

    /** An engine that somebody else unpacked, such as into an image, may lack what only pictures need. */
    @Test
    void unpacksIntoScratchWhereTheEnginesCacheCannotBeWritten() throws IOException {
        Path engine = Files.writeString(folder.resolve("engine"), "no folder");
        System.setProperty(CACHE, engine.toString());
        System.setProperty(SCRATCH, folder.resolve("scratch").toString());
        Path file = NativeFile.unpack(RESOURCE, "kind/1");
        assertEquals(folder.resolve("scratch/kind/1/probe.jpg"), file);
        assertArrayEquals(Resource.bytes(NativeFile.class, RESOURCE), Files.readAllBytes(file));
    }

    @Test
    void saysWhereAnotherCacheIsNamed() throws IOException {
        Files.writeString(folder.resolve("taken"), "no folder");
        System.setProperty(CACHE, folder.toString());
        assertTrue(refusal(RESOURCE, "taken").contains("[" + folder.resolve("taken/probe.jpg") + "]"));
        assertTrue(refusal(RESOURCE, "taken").contains(CACHE));
        assertTrue(refusal("/none.so", "kind").contains("does not carry [/none.so]"));
    }

    private static String refusal(String resource, String into) {
        return assertThrows(InvalidInputException.class, () -> NativeFile.unpack(resource, into))
                .getMessage();
    }
}
