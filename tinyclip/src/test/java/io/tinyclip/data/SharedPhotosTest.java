package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tinyclip.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real photos, where a folder beside the repository (or {@code -Dtinyclip.shared}) has them; never part of the project. */
final class SharedPhotosTest {
    private static final int IMAGE_SIZE = 32;

    @TempDir
    Path folder;

    @Test
    void readsEveryPhotoWithAllItsCaptions() throws IOException {
        Path shared = Path.of(System.getProperty("tinyclip.shared", "../../shared/data"), "coco-mini.tar");
        assumeTrue(Files.exists(shared));
        Path tar = Files.copy(shared, folder.resolve("coco-mini.tar"));
        try (WebDataset photos = WebDataset.open(tar.toString(), "tinyclip.data.evaluate")) {
            assertEquals(283, photos.size());
            Set<Long> identities = new HashSet<>();
            for (int i = 0; i < photos.size(); i++) {
                assertTrue(photos.captions(i).size() >= 5, "five people or more described each photo");
                assertEquals(
                        IMAGE_SIZE,
                        photos.plain(i, Preprocessing.clip(IMAGE_SIZE)).height());
                identities.add(photos.identity(i));
            }
            assertEquals(photos.size(), identities.size());
        }
    }
}
