package io.tinyclip.actors.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.reduce.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerStateTest {
    private static final Handle HANDLE = new Handle("there", "features", 16);
    private static final List<Range> FIRST_HALF = List.of(new Range(0, 1));
    private static final List<Range> BOTH = List.of(new Range(0, 1), new Range(1, 2));

    /** Of two partitions, this worker has the first. */
    private final WorkerState worker = new WorkerState(2);

    @Test
    void installsTheWeightsThenComputesItsOwnFeatures() {
        assertEquals(
                List.of(new WorkerEffect.ForgetStep(), new WorkerEffect.Install(), new WorkerEffect.Prepare(0)),
                worker.step(stamp(1), 0, FIRST_HALF));
        assertEquals(List.of(new WorkerEffect.ComputeFeatures(0)), worker.installed(stamp(1)));
        assertEquals(List.of(new WorkerEffect.AnnounceFeatures(0)), worker.featuresComputed(stamp(1), 0));
    }

    @Test
    void keepsFeaturesThatAreAnnouncedBeforeItKnowsTheStep() {
        assertEquals(List.of(), worker.announced(announcement(1)));
        assertEquals(
                new WorkerEffect.FetchFeatures(1, HANDLE, List.of(8, 8)),
                worker.step(stamp(1), 0, FIRST_HALF).get(3));
    }

    @Test
    void fetchesFromTwoWhoAnnounceItInTurnsOnceFromEach() {
        worker.step(stamp(1), 0, FIRST_HALF);
        Handle other = new Handle("elsewhere", "features", 16);
        WorkerState.Announcement again =
                new WorkerState.Announcement(stamp(1), WorkerState.Values.FEATURES, 1, other, List.of(8, 8));
        assertEquals(1, worker.announced(announcement(1)).size());
        assertEquals(1, worker.announced(again).size());
        assertEquals(List.of(), worker.announced(announcement(1)), "it is on its way");
        assertEquals(List.of(), worker.announced(again), "it is on its way");
    }

    @Test
    void refusesFeaturesOfAnOlderEpochAndIgnoresLateOnes() {
        worker.step(stamp(1), 0, FIRST_HALF);
        Stamp older = new Stamp(1, stamp(1).cursor(), "layout");
        assertInstanceOf(
                WorkerEffect.Refuse.class,
                worker.announced(new WorkerState.Announcement(
                                older, WorkerState.Values.FEATURES, 1, HANDLE, List.of(8, 8)))
                        .get(0));
        assertEquals(List.of(), worker.announced(announcement(0)));
    }

    @Test
    void installsANewStepOnlyWhenNothingComputesForTheOldOne() {
        worker.step(stamp(1), 0, FIRST_HALF);
        worker.installed(stamp(1));
        assertEquals(
                List.of(new WorkerEffect.ForgetStep(), new WorkerEffect.Prepare(0)),
                worker.step(stamp(2), 0, FIRST_HALF));
        assertEquals(List.of(new WorkerEffect.Install()), worker.featuresComputed(stamp(1), 0));
    }

    @Test
    void computesTheForwardOfAPartitionThatItTakesOverAndAnnouncesItsFeatures() {
        worker.step(stamp(1), 0, FIRST_HALF);
        worker.installed(stamp(1));
        worker.featuresComputed(stamp(1), 0);
        worker.announced(announcement(1));
        worker.featuresFetched(stamp(1), 1);
        assertEquals(
                List.of(
                        new WorkerEffect.AnnounceFeatures(0),
                        new WorkerEffect.AnnounceFeatures(1),
                        new WorkerEffect.ComputeFeatures(1),
                        new WorkerEffect.ComputeLogSumExps(1)),
                worker.step(stamp(1), 1, BOTH));
    }

    /** Where bits differ between machines, a cut that is decided again may leave another layout at the same step. */
    @Test
    void obeysAHigherEpochThatHasAnotherLayoutAtTheSameStep() {
        worker.step(stamp(1), 0, FIRST_HALF);
        Stamp again = new Stamp(3, stamp(1).cursor(), "another layout");
        worker.announced(new WorkerState.Announcement(again, WorkerState.Values.FEATURES, 1, HANDLE, List.of(8, 8)));
        worker.installed(stamp(1));
        List<WorkerEffect> begun = worker.step(again, 0, FIRST_HALF);
        assertEquals(new WorkerEffect.ForgetStep(), begun.get(0));
        assertEquals(new WorkerEffect.FetchFeatures(1, HANDLE, List.of(8, 8)), begun.get(begun.size() - 1));
        Stamp mixed = new Stamp(3, stamp(1).cursor(), "layout");
        assertInstanceOf(
                WorkerEffect.Refuse.class,
                worker.step(mixed, 1, FIRST_HALF).get(0),
                "in one epoch a step has one layout");
    }

    @Test
    void ignoresAnEarlierAttempt() {
        worker.step(stamp(1), 1, BOTH);
        assertEquals(List.of(), worker.step(stamp(1), 0, FIRST_HALF));
    }

    @Test
    void preparesWhatItIsLeasedWhileItWaitsForWeightsButNotAfter() {
        worker.step(stamp(1), 0, FIRST_HALF);
        assertEquals(List.of(new WorkerEffect.Prepare(1)), worker.step(stamp(1), 1, BOTH));
        assertEquals(List.of(), worker.step(stamp(1), 1, BOTH));
        WorkerState other = new WorkerState(2);
        other.step(stamp(1), 0, FIRST_HALF);
        other.installed(stamp(1));
        assertEquals(List.of(new WorkerEffect.ComputeFeatures(1)), other.step(stamp(1), 1, BOTH));
    }

    @Test
    void preparesTheNextStepOnceAllGradientsAreComputed() {
        worker.step(stamp(1), 0, BOTH);
        worker.installed(stamp(1));
        assertEquals(
                List.of(
                        new WorkerEffect.TellDone(1, new GradientShare(2, 0)),
                        new WorkerEffect.AnnounceSubtree(new Node(0, 1))),
                worker.gradientComputed(stamp(1), 1, new GradientShare(2, 0)));
        assertEquals(
                List.of(
                        new WorkerEffect.TellDone(0, new GradientShare(1, 0)),
                        new WorkerEffect.AnnounceSubtree(new Node(0, 0)),
                        new WorkerEffect.PrepareNext(0),
                        new WorkerEffect.PrepareNext(1)),
                worker.gradientComputed(stamp(1), 0, new GradientShare(1, 0)));
    }

    private static WorkerState.Announcement announcement(int step) {
        return new WorkerState.Announcement(stamp(step), WorkerState.Values.FEATURES, 1, HANDLE, List.of(8, 8));
    }

    private static Stamp stamp(int step) {
        return new Stamp(2, new Cursor(0, Phase.DISTILL, step), "layout");
    }
}
