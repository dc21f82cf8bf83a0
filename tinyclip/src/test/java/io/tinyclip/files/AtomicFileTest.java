package io.tinyclip.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void makesFoldersAndReplacesWhatWasThere() throws IOException {
        Path file = folder.resolve("a/b/file");
        AtomicFile.writeText(file, "old");
        AtomicFile.writeText(file, "new");
        assertEquals("new", Files.readString(file));
        assertArrayEquals(new String[] {"file"}, folder.resolve("a/b").toFile().list());
    }

    @Test
    void makesFoldersThatAreThereOrMissingOrReachedByALink() throws IOException {
        Path missing = folder.resolve("a/b/c");
        AtomicFile.createFolders(missing);
        AtomicFile.createFolders(missing);
        assertTrue(Files.isDirectory(missing));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a"));
        AtomicFile.createFolders(link.resolve("d"));
        assertTrue(Files.isDirectory(folder.resolve("a/d")));
    }

    @Test
    void namesAFileThatIsInTheWayOfAFolder() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("a"), "x");
        Path file = inTheWay.resolve("b/file");
        UncheckedIOException failure =
                assertThrows(UncheckedIOException.class, () -> AtomicFile.writeText(file, "new"));
        assertTrue(failure.getMessage().contains(file + "]: " + inTheWay), failure.getMessage());
        assertEquals("x", Files.readString(inTheWay));
    }

    @Test
    void leavesTheOldFileAndNothingElseWhenTheDiskIsFull() throws IOException {
        Path file = folder.resolve("file");
        AtomicFile.writeText(file, "old");
        UncheckedIOException failure = assertThrows(
                UncheckedIOException.class,
                () -> AtomicFile.write(file, channel -> {
                    AtomicFile.writeFully(channel, ByteBuffer.allocate(5));
                    throw new IOException("No space left on device");
                }));
        assertTrue(
                failure.getMessage().contains(file + "]: No space left on device; free space"), failure.getMessage());
        assertEquals("old", Files.readString(file));
        assertArrayEquals(new String[] {"file"}, folder.toFile().list());
    }
}
