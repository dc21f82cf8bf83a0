package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.EPOCH;
import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.WEIGHTS;
import static io.tinyclip.actors.run.RunStateTest.done;
import static io.tinyclip.actors.run.RunStateTest.only;
import static io.tinyclip.actors.run.RunStateTest.policy;
import static io.tinyclip.actors.run.RunStateTest.stamp;
import static io.tinyclip.actors.run.RunStateTest.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.actors.simulation.SimulatedDisk;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Members that come, go and are lost while an elastic run is under way. */
class RunMembershipTest {
    private static final Cursor START = new Cursor(0, Phase.INHERIT, 0);

    /** At the first step with masks, two workers and two servers. */
    private final RunState run = started(policy(true), START, 2, 2);

    @Test
    void aServerThatJoinsGetsAShardAtTheNextRest() {
        assertEquals(List.of(), run.serverJoined(2, ""), "a step is not interrupted");
        RunEffect.LoadShards load = only(RunEffect.LoadShards.class, commit(EPOCH, 0, 2));
        assertEquals(stamp(EPOCH + 1, 1), load.stamp(), "a new shard map has a new epoch");
        assertEquals(List.of(0, 1, 2), load.servers());
        assertEquals(WEIGHTS.master(), load.parts().get(0).weights(), "from those that have it");
        List<RunEffect> loaded = allReady(EPOCH + 1, 1, 3);
        assertEquals(3, only(RunEffect.SendStep.class, loaded).map().size());
        assertTrue(loaded.stream().noneMatch(RunEffect.TellStarted.class::isInstance), "no step comes again");
    }

    @Test
    void aServerThatLeavesIsReleasedOnceItsShardHasMovedAndFreedWithTheNextStep() {
        assertEquals(List.of(), run.serverLeaving(0));
        assertEquals(
                List.of(1),
                only(RunEffect.LoadShards.class, commit(EPOCH, 0, 2)).servers());
        List<RunEffect> loaded = allReady(EPOCH + 1, 1, 1);
        assertEquals(0, only(RunEffect.ReleaseServer.class, loaded).server());
        assertEquals(List.of(0), only(RunEffect.FreeShards.class, loaded).servers());
        assertEquals(
                0, only(RunEffect.ReleaseServer.class, run.serverLeaving(0)).server(), "asked again");
    }

    @Test
    void theLastServerThatLeavesIsReleasedOnceThereIsACheckpoint() {
        run.serverLeaving(0);
        run.serverLeaving(1);
        only(RunEffect.WriteCheckpoint.class, commit(EPOCH, 0, 2));
        run.checkpointWritten(stamp(1), new RunEffect.CheckpointFiles("digest", List.of()));
        List<RunEffect> sealed = run.checkpointSealed(stamp(1));
        assertEquals(
                2,
                sealed.stream()
                        .filter(RunEffect.ReleaseServer.class::isInstance)
                        .count());
        only(RunEffect.Recall.class, sealed);
        assertEquals(List.of(), run.found(RunStateTest.origin(START, EPOCH + 1)), "nobody holds shards");
        only(RunEffect.Survey.class, run.serverJoined(2, ""));
        List<RunEffect> loads = run.holds(stamp(EPOCH + 1, 0), 2, Optional.empty());
        assertEquals(List.of(2), only(RunEffect.LoadShards.class, loads).servers());
    }

    @Test
    void everybodyGoesBackWhenAServerIsLost() {
        RunEffect.Recall recall = only(RunEffect.Recall.class, run.serverLost(1));
        assertEquals(new RunEffect.Recall(EPOCH + 1, OptionalLong.empty()), recall);
        only(RunEffect.ReleaseOrigin.class, run.found(RunStateTest.origin(START, EPOCH)));
        only(RunEffect.Survey.class, run.found(RunStateTest.origin(START, EPOCH + 1)));
        RunEffect.LoadShards load =
                only(RunEffect.LoadShards.class, run.holds(stamp(EPOCH + 1, 0), 0, Optional.empty()));
        assertEquals(List.of(0), load.servers());
        List<RunEffect> loaded = allReady(EPOCH + 1, 0, 1);
        only(RunEffect.TellStarted.class, loaded);
        only(RunEffect.ReleaseOrigin.class, loaded);
    }

    @Test
    void aJoiningServerThatIsLostWhileShardsMoveCostsNoStep() {
        run.serverJoined(2, "");
        commit(EPOCH, 0, 2);
        RunEffect.LoadShards again = only(RunEffect.LoadShards.class, run.serverLost(2));
        assertEquals(stamp(EPOCH + 2, 1), again.stamp());
        assertEquals(List.of(0, 1), again.servers());
    }

    /** Seed 1094 of the simulation, as it was first: shards were to be loaded by nobody, for ever. */
    @Test
    void leavingServersKeepTheShardsWhenTheOneToTakeThemIsLost() {
        run.serverJoined(2, "");
        run.serverLeaving(0);
        run.serverLeaving(1);
        assertEquals(
                List.of(2),
                only(RunEffect.LoadShards.class, commit(EPOCH, 0, 2)).servers());
        assertEquals(
                List.of(0, 1),
                only(RunEffect.LoadShards.class, run.serverLost(2)).servers());
    }

    @Test
    void aServerThatOthersLoadFromAndIsLostTakesTheVersionWithIt() {
        run.serverLeaving(0);
        commit(EPOCH, 0, 2);
        only(RunEffect.Recall.class, run.serverLost(0));
    }

    @Test
    void aServerThatHoldsNothingMayGoOrBeLostAtOnce() {
        run.serverJoined(2, "");
        run.serverJoined(3, "");
        only(RunEffect.ReleaseServer.class, run.serverLeaving(2));
        assertEquals(List.of(), run.serverLost(3));
    }

    @Test
    void aServerThatIsLostWhileAStageIsToldWaitsForItsEnd() {
        RunState telling = RunStateTest.loading(policy(true), new Cursor(0, Phase.DISTILL, 3), 1, 1);
        Position end = RunStateTest.at(new Cursor(0, Phase.DISTILL, 3));
        Stamp stamp = end.stamp(EPOCH);
        telling.shardReady(stamp, 0, WEIGHTS);
        telling.checkpointWritten(stamp, new RunEffect.CheckpointFiles("digest", List.of()));
        only(RunEffect.TellStage.class, telling.checkpointSealed(stamp));
        assertEquals(List.of(), telling.serverLost(0));
        only(RunEffect.Recall.class, telling.stageTold(stamp, true));
    }

    /** As where the newest checkpoint is torn: what was judged behind the steps that come again is cut off with them. */
    @Test
    void aStageWhoseLastStepsComeAgainIsToldAgain() {
        RunState run = RunStateTest.loading(policy(true), new Cursor(0, Phase.DISTILL, 3), 1, 1);
        Stamp told = RunStateTest.at(new Cursor(0, Phase.DISTILL, 3)).stamp(EPOCH);
        run.shardReady(told, 0, WEIGHTS);
        run.checkpointWritten(told, new RunEffect.CheckpointFiles("digest", List.of()));
        run.checkpointSealed(told);
        run.serverLost(0);
        run.stageTold(told, true);
        Position at = RunStateTest.at(new Cursor(0, Phase.DISTILL, 2));
        Layout plain = Layout.of(at.layout().shape(), at.layout().tokenRows(), false, false);
        Position before = new Position(at.cursor(), plain, 0, at.widthMap(), at.sparsity());
        run.found(new RunOrigin(EPOCH + 1, before, Optional.of("before"), List.of()));
        run.serverJoined(1, "");
        Stamp last = before.stamp(EPOCH + 1);
        run.holds(last, 1, Optional.empty());
        only(RunEffect.SendStep.class, run.shardReady(last, 0, WEIGHTS));
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.partitionDone(done(last, 0, p, 1));
        }
        only(RunEffect.SendCommit.class, run.reduced(last, 0, new double[] {1}, 0));
        Stamp end = new Stamp(EPOCH + 1, new Cursor(0, Phase.DISTILL, 3), plain.hash());
        only(RunEffect.WriteCheckpoint.class, run.shardReady(end, 0, WEIGHTS));
        run.checkpointWritten(end, new RunEffect.CheckpointFiles("digest", List.of()));
        only(RunEffect.TellStage.class, run.checkpointSealed(end));
    }

    @Test
    void aWorkerThatLeavesIsReleasedAtOnceAndItsPartitionsGoToOthers() {
        List<RunEffect> effects = run.workerLeaving(1);
        assertEquals(
                List.of(new Lease(0, 0, 4), new Lease(0, 4, 8)),
                only(RunEffect.SendStep.class, effects).leases());
        assertEquals(1, only(RunEffect.ReleaseWorker.class, effects).worker());
    }

    @Test
    void waitsForAWorkerWhenTheLastIsLost() {
        run.workerLost(0);
        assertEquals(
                List.of(), only(RunEffect.SendStep.class, run.workerLost(1)).leases());
        RunEffect.SendStep step = only(RunEffect.SendStep.class, run.workerJoined(2, new Workers.Identity("new", "")));
        assertEquals(List.of(new Lease(2, 0, 4), new Lease(2, 4, 8)), step.leases());
    }

    @Test
    void stopsWithACheckpointWhereNobodyComputesTheStep() {
        run.workerLost(0);
        run.workerLost(1);
        only(RunEffect.WriteCheckpoint.class, run.stop());
    }

    @Test
    void stopsAtOnceBeforeItHasBegun() {
        RunState waiting = new RunState(new RunRules(PLAN, 2, 3, 3, policy(true)), SimulatedDisk.start());
        waiting.found(RunStateTest.origin(START, EPOCH));
        assertEquals(
                new Outcome("", false),
                only(RunEffect.Finish.class, waiting.stop()).outcome());
    }

    @Test
    void repeatsTheWholeStepForALostWorkerWhereBitsDifferBetweenWorkers() {
        RunPolicy relaxed = RunStateTest.relaxed();
        RunState mixed = started(relaxed, START, 2, 1);
        RunEffect.LoadShards load = only(RunEffect.LoadShards.class, mixed.workerLost(1));
        assertEquals(stamp(EPOCH + 1, 0), load.stamp(), "each partition has one owner in an epoch");
    }

    @Test
    void describesWhoHoldsWhat() {
        RunDescription described = run.describe(server -> "server " + server, 0);
        assertEquals("stepping", described.doing());
        assertEquals(
                0, described.servers().get(0).range().map(range -> range.from()).orElse(-1));
        assertEquals(
                Optional.of(Samples.MASKED.size()),
                described.servers().get(1).range().map(range -> range.to()));
    }

    private List<RunEffect> commit(long epoch, int step, int servers) {
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.partitionDone(done(stamp(epoch, step), p < 4 ? 0 : 1, p, 1));
        }
        for (int shard = 0; shard < servers; shard++) {
            run.reduced(stamp(epoch, step), shard, new double[] {1}, 0);
        }
        return allReady(epoch, step + 1, servers);
    }

    private List<RunEffect> allReady(long epoch, int step, int servers) {
        for (int shard = 0; shard < servers - 1; shard++) {
            run.shardReady(stamp(epoch, step), shard, WEIGHTS);
        }
        return run.shardReady(stamp(epoch, step), servers - 1, WEIGHTS);
    }
}
