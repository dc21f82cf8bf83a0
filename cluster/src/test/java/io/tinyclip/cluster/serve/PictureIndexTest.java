package io.tinyclip.cluster.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tinyclip.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PictureIndexTest {
    private static final int SECONDS = 60;

    @TempDir
    private Path place;

    /** A million pictures may be more than the heap holds. */
    @Test
    void aFolderWhoseEmbeddingsHaveNoRoomIsToldAsNotLookedAtToItsEnd() throws Exception {
        Path folder = Servers.folder(place, 3);
        CompletableFuture<String> told = new CompletableFuture<>();
        IndexListener listener = new IndexListener() {
            @Override
            public void advanced(int seen, int total) {}

            @Override
            public void ended(int searched, List<String> leftOut, String failure) {
                told.complete(failure);
            }
        };
        try (Computing computing = new Computing(new Full(), Servers.USUAL, 1, false);
                PictureIndex index = new PictureIndex(PictureIndex.open(folder), folder, computing, listener)) {
            index.start();
            assertEquals("Java heap space", told.get(SECONDS, TimeUnit.SECONDS));
            assertEquals("Java heap space", index.state().failure());
            assertFalse(index.state().done());
        }
    }

    private static final class Full extends Slow {
        @Override
        public float[] images(List<RgbImage> images) {
            throw new OutOfMemoryError("Java heap space");
        }
    }
}
