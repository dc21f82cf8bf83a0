package io.tinyclip.data.icons;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IconCacheTest {
    private static final int LIMIT = 100;

    @TempDir
    Path folder;

    private final List<String> drawn = new ArrayList<>();

    @Test
    void drawsOnceAndReportsEveryStepUpToTheTotal() {
        IconSet first = open(LIMIT);
        assertEquals(List.of("64/100", "100/100"), drawn);
        IconSet again = open(LIMIT);
        assertEquals(2, drawn.size());
        assertEquals(first.contentHash(), again.contentHash());
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamedWithTheSetting() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        IconCache cache = new IconCache(file.resolve("cache"));
        String message = assertThrows(
                        InvalidInputException.class, () -> cache.open(IconCatalog.TRAIN, 10, (done, total) -> {}))
                .getMessage();
        assertTrue(message.contains("[" + file.resolve("cache") + "]"), message);
        assertTrue(message.contains("tinyclip.cache.folder"), message);
    }

    @Test
    void readsWhatIsKeptWithoutWriting() throws IOException {
        open(LIMIT);
        Files.delete(folder.resolve("icons.lock"));
        Files.createDirectory(folder.resolve("icons.lock")); // cannot be opened for writing, by root either
        open(LIMIT);
        assertEquals(2, drawn.size());
    }

    @Test
    void drawsAgainWhatWasDamaged() throws IOException {
        String good = open(LIMIT).contentHash();
        byte[] bytes = Files.readAllBytes(file());
        byte[] damaged = bytes.clone();
        damaged[5000]++;
        Files.write(file(), damaged);
        assertEquals(good, open(LIMIT).contentHash());
        assertEquals(4, drawn.size());
        assertArrayEquals(bytes, Files.readAllBytes(file()));
    }

    @Test
    void drawsAgainWhatWasCutShort() throws IOException {
        String good = open(LIMIT).contentHash();
        byte[] bytes = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(bytes, bytes.length / 2));
        assertEquals(good, open(LIMIT).contentHash());
        assertEquals(4, drawn.size());
    }

    @Test
    void aSmallerLimitIsAPrefixInItsOwnFile() throws IOException {
        IconSet large = open(LIMIT);
        IconSet small = open(10);
        assertEquals(large.icons().subList(0, 10), small.icons());
        for (int i = 0; i < 10; i++) {
            assertArrayEquals(large.coverage().get(i), small.coverage().get(i));
        }
        try (Stream<Path> files = files()) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void outlinesAndFilledShapesBothCoverSomeButNotAll() {
        IconSet icons = open(LIMIT);
        for (int i = 0; i < LIMIT; i++) {
            long sum = 0;
            for (byte value : icons.coverage().get(i)) {
                sum += value & 0xFF;
            }
            double share = sum / (255.0 * icons.size() * icons.size());
            assertTrue(share > 0.005 && share < 0.9, icons.icons().get(i) + " covers " + share);
        }
    }

    private IconSet open(int limit) {
        return new IconCache(folder).open(IconCatalog.TRAIN, limit, (done, total) -> drawn.add(done + "/" + total));
    }

    private Path file() throws IOException {
        try (Stream<Path> files = files()) {
            return files.findFirst().orElseThrow();
        }
    }

    private Stream<Path> files() throws IOException {
        return Files.list(folder).filter(path -> path.toString().endsWith(".bin"));
    }
}
