package io.tinyclip.cluster.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tinyclip.evaluate.Embedder;
import io.tinyclip.image.Preprocessing;
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

    private record Full() implements Embedder {
        @Override
        public int embedding() {
            return 2;
        }

        @Override
        public int together() {
            return 64;
        }

        @Override
        public Preprocessing preprocessing() {
            return Preprocessing.clip(8);
        }

        @Override
        public float[] images(List<RgbImage> images) {
            throw new OutOfMemoryError("Java heap space");
        }

        @Override
        public float[] texts(List<String> texts) {
            throw new IllegalStateException("no texts are embedded here");
        }
    }
}
