package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.FloatVector;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunMemoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void aWholeRunGivesBackAllItsVectors() throws Exception {
        run("first");
        long before = quiet();
        run("second");
        long after = settled(before);
        assertTrue(after <= before, "held " + after + " after [" + before + "]");
    }

    private void run(String name) throws Exception {
        EmbeddedRunTest.finish(
                EmbeddedRun.start(Fixture.setup(Fixture.compress(), 3, 2, folder.resolve(name)), new Recorder()));
    }

    /** Bytes that collecting again and again does not change any more. */
    private static long quiet() {
        long held;
        int same = 0;
        do {
            held = FloatVector.held();
            System.gc();
            same = FloatVector.held() == held ? same + 1 : 0;
        } while (same < 10);
        return held;
    }

    /** Bytes once they are no more than {@code wanted}, or else after all patience. */
    private static long settled(long wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (FloatVector.held() > wanted && System.nanoTime() < end) {
            System.gc();
        }
        return FloatVector.held();
    }
}
