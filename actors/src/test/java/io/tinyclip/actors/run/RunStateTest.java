package io.tinyclip.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.actors.simulation.SimulatedDisk;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A step, from leases to the commit. */
public class RunStateTest {
    static final RunPlan PLAN = Fixture.compress();
    static final Published WEIGHTS = Samples.PUBLISHED;
    static final long EPOCH = Epoch.first(1);
    static final Duration PATIENCE = Duration.ofSeconds(15);

    static final RunPolicy.Deadline DEADLINE = new RunPolicy.Deadline(3, Duration.ofSeconds(10));

    /** At the first step with masks, two workers and one shard. */
    private final RunState run = started(policy(false), new Cursor(0, Phase.INHERIT, 0), 2, 1);

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
            assertEquals(List.of(), run.partitionDone(done(stamp, 0, p, 1)));
        }
        RunEffect.SendCommit commit = assertInstanceOf(
                RunEffect.SendCommit.class,
                run.reduced(stamp, 0, new double[] {36, 64}, 0.1).get(0));
        assertEquals(1, commit.order().count());
        assertEquals((float) (5 / (10 + 1e-6)), commit.order().clipScale());
        List<RunEffect> next = run.at(2_000_000_000L).shardReady(stamp(1), 0, WEIGHTS);
        RunEffect.TellStep told = assertInstanceOf(RunEffect.TellStep.class, next.get(0));
        assertEquals(8, told.step().loss());
        assertEquals(4, told.step().divergence());
        assertEquals(2, told.step().seconds());
    }

    @Test
    void takesTheFirstAnswerAndIgnoresLateAndDoubledOnes() {
        run.partitionDone(done(stamp(0), 0, 0, 1));
        run.partitionDone(done(stamp(0), 1, 0, 99));
        run.partitionDone(done(stamp(3), 0, 1, 99));
        for (int p = 1; p < PLAN.partitions(); p++) {
            run.partitionDone(done(stamp(0), 0, p, 1));
        }
        run.reduced(stamp(0), 0, new double[] {1}, 0);
        RunEffect.TellStep told =
                (RunEffect.TellStep) run.shardReady(stamp(1), 0, WEIGHTS).get(0);
        assertEquals(8, told.step().loss());
    }

    @Test
    void skipsAStepWithoutCountingIt() {
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.partitionDone(done(stamp(0), 0, p, 1));
        }
        RunEffect.SendCommit commit = (RunEffect.SendCommit)
                run.reduced(stamp(0), 0, new double[] {Double.NaN}, 0).get(0);
        assertTrue(commit.order().skip());
        assertEquals(0, commit.order().count());
        assertEquals(stamp(1), commit.order().next());
    }

    @Test
    void leasesWhatALostWorkerHadToTheOthersAtAHigherAttempt() {
        RunEffect.SendStep step = only(RunEffect.SendStep.class, run.workerLost(1));
        assertEquals(1, step.attempt());
        assertEquals(List.of(new Lease(0, 0, 4), new Lease(0, 4, 8)), step.leases());
    }

    @Test
    void embeddedRunEndsWithoutWorkersAndWithoutAServer() {
        run.workerLost(0);
        assertInstanceOf(RunEffect.Fail.class, run.workerLost(1).get(0));
        RunState other = started(policy(false), new Cursor(0, Phase.INHERIT, 0), 2, 1);
        assertInstanceOf(RunEffect.Fail.class, other.serverLost(0).get(0));
    }

    @Test
    void endsOnlyWhenAHigherEpochLeads() {
        assertEquals(List.of(), run.refused(new Refused(stamp(0), EPOCH, "late")));
        assertInstanceOf(
                RunEffect.Fail.class,
                run.refused(new Refused(stamp(0), EPOCH + 1, "fenced")).get(0));
    }

    @Test
    void endsWhenItsTermIsOver() {
        assertInstanceOf(RunEffect.Fail.class, run.followed().get(0));
        assertEquals(List.of(), run.followed());
    }

    /** Seed 5 of the simulation, as it was first: the request to write was overtaken by the cut. */
    @Test
    void changesTheLayoutOnlyWhenNoCheckpointIsUnderWay() {
        RunState complete = loading(policy(false), new Cursor(0, Phase.INHERIT, 4), 2, 1);
        List<RunEffect> effects = complete.shardReady(stamp(4), 0, WEIGHTS);
        only(RunEffect.WriteCheckpoint.class, effects);
        assertTrue(effects.stream().noneMatch(RunEffect.AskCut.class::isInstance), "the cut waits");
        RunEffect.CheckpointFiles files = new RunEffect.CheckpointFiles("digest", List.of());
        assertInstanceOf(
                RunEffect.SealCheckpoint.class,
                complete.checkpointWritten(stamp(4), files).get(0));
        assertInstanceOf(
                RunEffect.AskCut.class, complete.checkpointSealed(stamp(4)).get(0));
    }

    @Test
    void commitsNothingThatACheckpointIsStillMadeOf() {
        RunState due = loading(policy(false), new Cursor(0, Phase.INHERIT, 2), 1, 1);
        only(RunEffect.WriteCheckpoint.class, due.shardReady(stamp(2), 0, WEIGHTS));
        for (int p = 0; p < PLAN.partitions(); p++) {
            due.partitionDone(done(stamp(2), 0, p, 1));
        }
        assertEquals(List.of(), due.reduced(stamp(2), 0, new double[] {1}, 0));
        List<RunEffect> written = due.checkpointWritten(stamp(2), new RunEffect.CheckpointFiles("digest", List.of()));
        only(RunEffect.SendCommit.class, written);
    }

    @Test
    void remindsOnlyWhenNothingHasMoved() {
        assertEquals(List.of(), run.remind());
        assertEquals(2, run.remind().size());
        run.partitionDone(done(stamp(0), 0, 0, 1));
        assertEquals(List.of(), run.remind());
        assertFalse(run.remind().isEmpty());
    }

    static <T extends RunEffect> T only(Class<T> type, List<RunEffect> effects) {
        List<T> found =
                effects.stream().filter(type::isInstance).map(type::cast).toList();
        assertEquals(1, found.size(), () -> type.getSimpleName() + " in " + effects);
        return found.get(0);
    }

    static RunPolicy policy(boolean elastic) {
        return new RunPolicy(elastic, false, DEADLINE, PATIENCE);
    }

    static RunPolicy relaxed() {
        return new RunPolicy(true, true, DEADLINE, PATIENCE);
    }

    /** Waiting for its shards, with workers 0, 1, ... and servers 0, 1, ... */
    static RunState loading(RunPolicy policy, Cursor cursor, int workers, int servers) {
        return loading(policy, origin(cursor, EPOCH), workers, servers);
    }

    static RunState loading(RunPolicy policy, RunOrigin from, int workers, int servers) {
        RunState state = new RunState(new RunRules(PLAN, 2, workers, servers, policy), SimulatedDisk.start());
        for (int i = 0; i < workers; i++) {
            state.workerJoined(i, new Workers.Identity("worker " + i, ""));
        }
        for (int i = 0; i < servers; i++) {
            state.serverJoined(i, "");
        }
        only(RunEffect.LoadShards.class, state.found(from));
        return state;
    }

    static RunState started(RunPolicy policy, Cursor cursor, int workers, int servers) {
        RunState state = loading(policy, cursor, workers, servers);
        Stamp stamp = at(cursor).stamp(EPOCH);
        for (int i = 0; i < servers - 1; i++) {
            assertEquals(List.of(), state.shardReady(stamp, i, WEIGHTS));
        }
        only(RunEffect.SendStep.class, state.shardReady(stamp, servers - 1, WEIGHTS));
        return state;
    }

    static RunOrigin origin(Cursor cursor, long epoch) {
        return new RunOrigin(epoch, at(cursor), Optional.empty(), List.of());
    }

    static Position at(Cursor cursor) {
        Position start = SimulatedDisk.start();
        return new Position(cursor, Samples.MASKED, 0, start.widthMap(), start.sparsity());
    }

    static Stamp stamp(int step) {
        return stamp(EPOCH, step);
    }

    static Stamp stamp(long epoch, int step) {
        return new Stamp(epoch, new Cursor(0, Phase.INHERIT, step), Samples.MASKED.hash());
    }

    static CoordinatorCommand.PartitionDone done(Stamp stamp, int worker, int partition, double loss) {
        return new CoordinatorCommand.PartitionDone(stamp, worker, partition, loss, loss / 2);
    }
}
