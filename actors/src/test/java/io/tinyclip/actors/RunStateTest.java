package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunStateTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final Published WEIGHTS = Samples.PUBLISHED;

    /** At the first step with masks, two workers and one shard. */
    private final RunState run = started(new Cursor(0, Phase.INHERIT, 0));

    @Test
    void leasesContiguousRunsThatDifferByAtMostOnePartition() {
        assertEquals(
                List.of(new Lease(4, 0, 2), new Lease(5, 2, 5), new Lease(6, 5, 8)), Lease.cut(0, 8, List.of(4, 5, 6)));
        assertEquals(List.of(new Lease(1, 3, 4)), Lease.cut(3, 4, List.of(0, 1)));
    }

    @Test
    void commitsOnlyWhenEveryPartitionAndEveryShardIsIn() {
        Stamp stamp = stamp(0);
        for (int p = 0; p < PLAN.partitions(); p++) {
            assertEquals(List.of(), run.partitionDone(stamp, p, 1, 0.5));
        }
        RunEffect.SendCommit commit = assertInstanceOf(
                RunEffect.SendCommit.class,
                run.reduced(stamp, 0, new double[] {36, 64}, 0.1).get(0));
        assertEquals(1, commit.order().count());
        assertEquals((float) (5 / (10 + 1e-6)), commit.order().clipScale());
        List<RunEffect> next = run.shardReady(stamp(1), 0, WEIGHTS, 2_000_000_000L);
        RunEffect.TellStep told = assertInstanceOf(RunEffect.TellStep.class, next.get(0));
        assertEquals(8, told.step().loss());
        assertEquals(4, told.step().divergence());
        assertEquals(2, told.step().seconds());
    }

    @Test
    void takesTheFirstAnswerAndIgnoresLateAndDoubledOnes() {
        run.partitionDone(stamp(0), 0, 1, 0);
        run.partitionDone(stamp(0), 0, 99, 0);
        run.partitionDone(stamp(3), 1, 99, 0);
        for (int p = 1; p < PLAN.partitions(); p++) {
            run.partitionDone(stamp(0), p, 1, 0);
        }
        run.reduced(stamp(0), 0, new double[] {1}, 0);
        RunEffect.TellStep told =
                (RunEffect.TellStep) run.shardReady(stamp(1), 0, WEIGHTS, 0).get(0);
        assertEquals(8, told.step().loss());
    }

    @Test
    void skipsAStepWithoutCountingIt() {
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.partitionDone(stamp(0), p, 1, 0);
        }
        RunEffect.SendCommit commit = (RunEffect.SendCommit)
                run.reduced(stamp(0), 0, new double[] {Double.NaN}, 0).get(0);
        assertTrue(commit.order().skip());
        assertEquals(0, commit.order().count());
        assertEquals(stamp(1), commit.order().next());
    }

    @Test
    void leasesWhatALostWorkerHadToTheOthersAtAHigherAttempt() {
        List<RunEffect> effects = run.workerLost(1);
        RunEffect.SendStep step = assertInstanceOf(RunEffect.SendStep.class, effects.get(1));
        assertEquals(1, step.attempt());
        assertEquals(List.of(new Lease(0, 0, 4), new Lease(0, 4, 8)), step.leases());
    }

    @Test
    void endsWithoutWorkersAndWithoutAServer() {
        run.workerLost(0);
        assertInstanceOf(RunEffect.Fail.class, run.workerLost(1).get(0));
        assertInstanceOf(
                RunEffect.Fail.class,
                started(new Cursor(0, Phase.INHERIT, 0)).serverLost(0).get(0));
    }

    @Test
    void endsOnlyWhenAHigherEpochLeads() {
        assertEquals(List.of(), run.refused(new Refused(stamp(0), 1, "late")));
        assertInstanceOf(
                RunEffect.Fail.class,
                run.refused(new Refused(stamp(0), 2, "fenced")).get(0));
    }

    /** Seed 5 of the simulation, as it was first: the request to write was overtaken by the cut. */
    @Test
    void changesTheLayoutOnlyWhenNoCheckpointIsUnderWay() {
        RunState complete = new RunState(terms(), List.of(0, 1), at(new Cursor(0, Phase.INHERIT, 4)), Optional.empty());
        complete.begin();
        List<RunEffect> effects = complete.shardReady(stamp(4), 0, WEIGHTS, 0);
        assertInstanceOf(RunEffect.WriteCheckpoint.class, effects.get(2));
        assertEquals(3, effects.size(), "the cut waits");
        CheckpointFiles files = new CheckpointFiles("digest", List.of());
        assertInstanceOf(
                RunEffect.SealCheckpoint.class,
                complete.checkpointWritten(stamp(4), files).get(0));
        assertInstanceOf(
                RunEffect.AskCut.class, complete.checkpointSealed(stamp(4)).get(0));
    }

    @Test
    void remindsOnlyWhenNothingHasMoved() {
        assertEquals(List.of(), run.remind());
        assertEquals(2, run.remind().size());
        run.partitionDone(stamp(0), 0, 1, 0);
        assertEquals(List.of(), run.remind());
        assertFalse(run.remind().isEmpty());
    }

    private static RunState started(Cursor cursor) {
        RunState state = new RunState(terms(), List.of(0, 1), at(cursor), Optional.empty());
        List<RunEffect> effects = new ArrayList<>(state.begin());
        effects.addAll(state.shardReady(at(cursor).stamp(1), 0, WEIGHTS, 0));
        assertInstanceOf(RunEffect.SendStep.class, effects.get(effects.size() - 1));
        return state;
    }

    private static RunState.Terms terms() {
        return new RunState.Terms(PLAN, 1, 1, 2);
    }

    private static Position at(Cursor cursor) {
        return SimulatedCluster.Durable.start().position().with(cursor, Samples.MASKED);
    }

    private static Stamp stamp(int step) {
        return new Stamp(1, new Cursor(0, Phase.INHERIT, step), Samples.MASKED.hash());
    }
}
