package io.tinyclip.actors.plane;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class LocalDataPlaneTest {
    private final LocalDataPlane plane = new LocalDataPlane(Runnable::run);
    private final float[] values = {1, 2, 3, 4};
    private final Handle handle = plane.publish("weights", values);

    @Test
    void handsOutTheWholeByReferenceAndASliceAsACopy() {
        assertSame(values, plane.fetch(handle).toCompletableFuture().join());
        assertArrayEquals(
                new float[] {2, 3},
                plane.fetch(handle, 1, 3).toCompletableFuture().join());
    }

    @Test
    void failsToFetchWhatWasReleased() {
        plane.release(handle);
        plane.release(handle);
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> plane.fetch(handle).toCompletableFuture().join());
        assertInstanceOf(GoneException.class, failure.getCause());
        assertEquals(0, plane.size());
    }

    @Test
    void replacesWhatIsPublishedAgain() {
        Handle again = plane.publish("weights", new float[] {9});
        assertEquals(1, plane.size());
        assertArrayEquals(
                new float[] {9}, plane.fetch(again).toCompletableFuture().join());
    }
}
