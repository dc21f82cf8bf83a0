package io.tinyclip.actors.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.reduce.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker computes though another has the lease of it. */
class WorkerSecondsTest {
    private static final Stamp NOW = stamp(2, 1);
    private static final Stamp NEXT = stamp(2, 2);
    private static final List<Range> FIRST = List.of(new Range(0, 1));
    private static final List<Range> SECOND = List.of(new Range(1, 2));

    /** Of two partitions. */
    private final WorkerState worker = new WorkerState(2);

    @Test
    void computesWhatIsAnothersAfterAllOfItsOwnAndTellsOnlyServersOfIt() {
        worker.step(NOW, 0, FIRST, SECOND);
        assertEquals(List.of(new WorkerEffect.ComputeFeatures(0)), worker.installed(NOW), "its own alone");
        worker.featuresComputed(NOW, 0);
        assertEquals(List.of(new WorkerEffect.ComputeLogSumExps(0)), worker.featuresFetched(NOW, 1), "its own alone");
        worker.logSumExpsComputed(NOW, 0);
        assertEquals(
                List.of(new WorkerEffect.ComputeGradient(0, new Node(0, 0)), new WorkerEffect.ComputeFeatures(1)),
                worker.logSumExpsFetched(NOW, 1));
        assertEquals(List.of(new WorkerEffect.ComputeLogSumExps(1)), worker.featuresComputed(NOW, 1));
        assertEquals(List.of(new WorkerEffect.ComputeGradient(1, new Node(0, 1))), worker.logSumExpsComputed(NOW, 1));
        worker.gradientComputed(NOW, 0, new GradientShare(1, 1));
        assertEquals(
                List.of(
                        new WorkerEffect.TellDone(1, new GradientShare(1, 1)),
                        new WorkerEffect.AnnounceSubtree(new Node(0, 1))),
                worker.gradientComputed(NOW, 1, new GradientShare(1, 1)),
                "and the next step is not prepared again");
    }

    @Test
    void finishesThatBeforeALaterStepButNotBeforeANewEpoch() {
        worker.step(NOW, 0, FIRST, SECOND);
        assertFalse(worker.owes(NEXT), "its own is not done");
        worker.installed(NOW);
        worker.featuresComputed(NOW, 0);
        worker.featuresFetched(NOW, 1);
        worker.logSumExpsComputed(NOW, 0);
        worker.logSumExpsFetched(NOW, 1);
        worker.gradientComputed(NOW, 0, new GradientShare(1, 1));
        assertTrue(worker.owes(NEXT));
        assertFalse(worker.owes(NOW), "the same step may come again");
        assertFalse(worker.owes(stamp(3, 1)), "nobody compares it any more");
        worker.featuresComputed(NOW, 1);
        worker.logSumExpsComputed(NOW, 1);
        assertTrue(worker.owes(NEXT));
        worker.gradientComputed(NOW, 1, new GradientShare(1, 1));
        assertFalse(worker.owes(NEXT));
    }

    @Test
    void owesNothingWithoutSeconds() {
        worker.step(NOW, 0, FIRST);
        worker.installed(NOW);
        worker.featuresComputed(NOW, 0);
        worker.featuresFetched(NOW, 1);
        worker.logSumExpsComputed(NOW, 0);
        worker.logSumExpsFetched(NOW, 1);
        worker.gradientComputed(NOW, 0, new GradientShare(1, 1));
        assertFalse(worker.owes(NEXT));
    }

    @Test
    void aSpareBeginsAStepForWhatItIsToCompare() {
        assertEquals(
                List.of(new WorkerEffect.ForgetStep(), new WorkerEffect.Install()),
                worker.step(NOW, 0, List.of(), SECOND));
        assertEquals(List.of(), worker.installed(NOW));
        worker.featuresFetched(NOW, 0);
        worker.featuresFetched(NOW, 1);
        worker.logSumExpsFetched(NOW, 0);
        assertEquals(List.of(new WorkerEffect.ComputeFeatures(1)), worker.logSumExpsFetched(NOW, 1));
    }

    /** The worker that had the lease of it is dead. */
    @Test
    void whatItWasToCompareBecomesItsOwnAndIsToldOf() {
        worker.step(NOW, 0, FIRST, SECOND);
        worker.installed(NOW);
        worker.featuresComputed(NOW, 0);
        Handle handle = new Handle("there", "features", 16);
        worker.announced(new WorkerState.Announcement(NOW, WorkerState.Values.FEATURES, 1, handle, List.of(8, 8)));
        worker.featuresFetched(NOW, 1);
        assertEquals(
                List.of(
                        new WorkerEffect.AnnounceFeatures(0),
                        new WorkerEffect.AnnounceFeatures(1),
                        new WorkerEffect.ComputeFeatures(1),
                        new WorkerEffect.ComputeLogSumExps(1)),
                worker.step(NOW, 1, List.of(new Range(0, 1), new Range(1, 2))));
        assertEquals(List.of(new WorkerEffect.AnnounceFeatures(1)), worker.featuresComputed(NOW, 1));
    }

    private static Stamp stamp(long epoch, int step) {
        return new Stamp(epoch, new Cursor(0, Phase.DISTILL, step), "layout");
    }
}
