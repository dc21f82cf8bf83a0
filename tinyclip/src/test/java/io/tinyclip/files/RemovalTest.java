package io.tinyclip.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RemovalTest {
    @TempDir
    private Path place;

    @Test
    void aFolderGoesWithAllThatIsInItAndNothingBesideIt() throws IOException {
        Files.createDirectories(place.resolve("a/b/c d"));
        Files.writeString(place.resolve("a/b/c d/file"), "x");
        Path beside = Files.writeString(place.resolve("ab"), "stays");
        Removal.of(place.resolve("a"));
        assertFalse(Files.exists(place.resolve("a")));
        assertEquals("stays", Files.readString(beside));
    }

    @Test
    void aLinkGoesAndWhatItLeadsToStays() throws IOException {
        Path elsewhere = Files.createDirectories(place.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("file"), "stays");
        Path folder = Files.createDirectories(place.resolve("folder"));
        Path link = Files.createSymbolicLink(place.resolve("link"), elsewhere);
        Files.createSymbolicLink(folder.resolve("inner"), elsewhere);
        Removal.of(folder);
        Removal.of(link);
        assertFalse(Files.exists(folder));
        assertFalse(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
        assertEquals("stays", Files.readString(elsewhere.resolve("file")));
    }

    @Test
    void whatIsNotThereIsAsItWasToBe() throws IOException {
        Removal.of(place.resolve("nothing"));
        Path file = Files.writeString(place.resolve("file"), "x");
        Removal.of(file);
        assertFalse(Files.exists(file));
    }
}
