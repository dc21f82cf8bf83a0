package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildTest {
    @TempDir
    private Path folder;

    @Test
    void classesOutsideAJarHaveOneName() {
        assertEquals("not packaged", Build.name());
    }

    @Test
    void jarsOfTheSameEntriesHaveOneHashAndOthersAnother() throws IOException {
        String hash = Build.hash(jar("a.jar", "x", "1", "y", "2"));
        assertEquals(hash, Build.hash(jar("b.jar", "y", "2", "x", "1")));
        assertNotEquals(hash, Build.hash(jar("c.jar", "x", "1", "y", "3")));
        assertNotEquals(hash, Build.hash(jar("d.jar", "x", "1", "z", "2")));
        assertNotEquals(hash, Build.hash(jar("e.jar", "x", "1")));
    }

    private Path jar(String name, String... entries) throws IOException {
        Path jar = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (int i = 0; i < entries.length; i += 2) {
                zip.putNextEntry(new ZipEntry(entries[i]));
                zip.write(entries[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }
}
