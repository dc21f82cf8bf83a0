package io.tinyclip.data.labelled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabelledFolderTest {
    @TempDir
    private Path folder;

    /** Subsets of large sets are often folders of links. */
    @Test
    void followsLinksToClassesAndWithinThem() throws IOException {
        Path large = Files.createDirectories(folder.resolve("large/cat/deep"));
        Files.createFile(large.resolve("a.jpg"));
        Files.createFile(large.resolve("notes.txt"));
        Path set = Files.createDirectories(folder.resolve("set/dog"));
        Files.createSymbolicLink(folder.resolve("set/cat"), folder.resolve("large/cat"));
        Files.createSymbolicLink(set.resolve("more"), large);
        LabelledFolder read = LabelledFolder.open(folder.resolve("set"));
        assertEquals(List.of("cat", "dog"), read.classes());
        assertEquals(2, read.size());
        assertEquals(1, read.label(1));
    }

    @Test
    void refusesLinksInACircle() throws IOException {
        Path cat = Files.createDirectories(folder.resolve("set/cat"));
        Files.createFile(cat.resolve("a.jpg"));
        Files.createSymbolicLink(cat.resolve("again"), cat);
        String message = String.valueOf(
                assertThrows(InvalidInputException.class, () -> LabelledFolder.open(folder.resolve("set")))
                        .getMessage());
        assertTrue(message.startsWith("cannot list ["), message);
    }
}
