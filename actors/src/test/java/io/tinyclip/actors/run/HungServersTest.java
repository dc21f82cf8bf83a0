package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.EPOCH;
import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.WEIGHTS;
import static io.tinyclip.actors.run.RunStateTest.done;
import static io.tinyclip.actors.run.RunStateTest.loading;
import static io.tinyclip.actors.run.RunStateTest.only;
import static io.tinyclip.actors.run.RunStateTest.policy;
import static io.tinyclip.actors.run.RunStateTest.stamp;
import static io.tinyclip.actors.run.RunStateTest.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.Reached;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Servers that are there, and whose work never ends. */
class HungServersTest {
    private static final Cursor START = new Cursor(0, Phase.INHERIT, 0);
    private static final long SECOND = 1_000_000_000L;
    private static final int LOOKS = 3600;

    @Test
    void oneThatNeverAppliesAStepIsDoneWithout() {
        RunState run = started(policy(true), START, 1, 2);
        computed(run);
        run.reduced(stamp(0), 0, new double[] {1}, 0);
        only(RunEffect.SendCommit.class, run.reduced(stamp(0), 1, new double[] {1}, Double.NaN));
        run.shardReady(stamp(1), 0, WEIGHTS);
        List<RunEffect> effects = untilRestart(run);
        assertEquals(1, only(RunEffect.Restart.class, effects).server());
        only(RunEffect.Recall.class, effects);
    }

    @Test
    void oneWhoseSumNeverEndsIsDoneWithoutOncePartitionsHaveChangedHands() {
        RunState run = started(policy(true), START, 2, 2);
        computed(run);
        run.reduced(stamp(0), 0, new double[] {1}, 0);
        List<RunEffect> effects = new ArrayList<>();
        for (int look = 0; look < LOOKS && count(RunEffect.Restart.class, effects) == 0; look++) {
            run.at(look * SECOND).heard(stamp(0), 0, false);
            run.heard(stamp(0), 1, false);
            List<RunEffect> now = run.tick();
            effects.addAll(now);
            now.stream().filter(RunEffect.SendStep.class::isInstance).forEach(step -> computed(run));
        }
        assertEquals(
                1,
                only(RunEffect.Restart.class, of(RunEffect.Restart.class, effects))
                        .server());
        assertTrue(count(RunEffect.SendStep.class, effects) > 0, "it may have been the workers' fault");
        only(RunEffect.Recall.class, of(RunEffect.Recall.class, effects));
    }

    @Test
    void oneThatNeverLoadsIsDoneWithoutWhereAnotherHasLoaded() {
        RunState run = loading(policy(true), START, 1, 2);
        run.shardReady(stamp(0), 1, WEIGHTS);
        assertEquals(
                0,
                only(RunEffect.Restart.class, of(RunEffect.Restart.class, untilRestart(run)))
                        .server());
    }

    @Test
    void whereNoneHasLoadedTheFaultMayBeElsewhere() {
        assertEquals(0, count(RunEffect.Restart.class, untilRestart(loading(policy(true), START, 1, 2))));
        assertEquals(0, count(RunEffect.Restart.class, untilRestart(loading(policy(true), START, 1, 1))));
    }

    @Test
    void aLoneOneIsStartedAnewAndTheRunGoesOnFromItsCheckpoint() {
        RunState run = started(policy(true), START, 1, 1);
        computed(run);
        only(RunEffect.SendCommit.class, run.reduced(stamp(0), 0, new double[] {1}, 0));
        List<RunEffect> effects = untilRestart(run);
        assertEquals(0, only(RunEffect.Restart.class, effects).server());
        only(RunEffect.Recall.class, effects);
        run.found(RunStateTest.origin(START, EPOCH + 1));
        only(RunEffect.Survey.class, run.serverJoined(1, ""));
        only(RunEffect.LoadShards.class, run.holds(stamp(EPOCH + 1, 0), 1, Optional.empty()));
    }

    @Test
    void oneProcessHasNoOtherToDoWith() {
        RunState run = loading(policy(false), START, 1, 2);
        run.shardReady(stamp(0), 1, WEIGHTS);
        assertEquals(0, count(RunEffect.Restart.class, untilRestart(run)));
    }

    @Test
    void aLeaderThatSleptFirstReadsWhatWasAnsweredMeanwhile() {
        RunState run = started(policy(true), START, 1, 2);
        computed(run);
        run.reduced(stamp(0), 0, new double[] {1}, 0);
        run.reduced(stamp(0), 1, new double[] {1}, Double.NaN);
        run.shardReady(stamp(1), 0, WEIGHTS);
        run.at(SECOND).tick();
        assertEquals(0, count(RunEffect.Restart.class, run.at(LOOKS * SECOND).tick()));
        only(RunEffect.SendStep.class, run.shardReady(stamp(1), 1, WEIGHTS));
    }

    /** Server 0 waits for server 1 to keep its gradient, and server 1 answers nothing. */
    @Test
    void whoWaitsForAHungKeeperIsNotBlamed() {
        RunState run = withCopies(3);
        computed(run);
        run.reduced(stamp(0), 2, new double[] {1}, 0);
        assertEquals(List.of(1), restartedWhile(run, () -> computed(run)));
    }

    @Test
    void aKeeperThatNeverHasItsCopyIsDoneWithout() {
        RunState run = started(policy(true).withCopyLag(4), START, 1, 3);
        run.copyFilled(stamp(0), 0);
        run.copyFilled(stamp(0), 2);
        computed(run);
        for (int shard = 0; shard < 3; shard++) {
            run.reduced(stamp(0), shard, new double[] {1}, 0);
        }
        assertEquals(List.of(2), restartedWhile(run, () -> {}), "it keeps the copy of shard 1");
    }

    @Test
    void aKeeperThatNeverStandsInWhileAllCommitIsDoneWithout() {
        RunState run = withCopies(3);
        computed(run);
        for (int shard = 0; shard < 3; shard++) {
            run.reduced(stamp(0), shard, new double[] {1}, 0);
        }
        run.shardReady(stamp(1), 1, WEIGHTS);
        run.shardReady(stamp(1), 2, WEIGHTS);
        assertEquals(1, only(RunEffect.StandIn.class, run.serverLost(0)).keeper());
        List<RunEffect> effects = untilRestart(run);
        assertEquals(1, only(RunEffect.Restart.class, effects).server(), "not the one that is gone");
        only(RunEffect.Recall.class, effects);
    }

    private static RunState withCopies(int servers) {
        RunState run = started(policy(true).withCopyLag(4), START, 1, servers);
        for (int shard = 0; shard < servers; shard++) {
            run.copyFilled(stamp(0), shard);
        }
        return run;
    }

    private static List<Integer> restartedWhile(RunState run, Runnable leased) {
        List<Integer> restarted = new ArrayList<>();
        for (int look = 0; look < LOOKS && restarted.isEmpty(); look++) {
            run.at(look * SECOND).heard(stamp(0), 0, false);
            for (RunEffect effect : run.tick()) {
                if (effect instanceof RunEffect.SendStep) {
                    leased.run();
                } else if (effect instanceof RunEffect.Restart restart) {
                    restarted.add(restart.server());
                }
            }
        }
        return restarted;
    }

    /** All partitions of the first step, by whoever has them. */
    private static void computed(RunState run) {
        for (int p = 0; p < PLAN.partitions(); p++) {
            for (int by = 0; by <= 1; by++) {
                run.reached(stamp(0), by, p, Reached.FEATURES);
                run.reached(stamp(0), by, p, Reached.LOG_SUM_EXPS);
                run.partitionDone(done(stamp(0), by, p, 1));
            }
        }
    }

    /** What the run wants by the first restart, or within the hour. */
    private static List<RunEffect> untilRestart(RunState run) {
        return Stream.iterate(1, look -> look < LOOKS, look -> look + 1)
                .map(look -> run.at(look * SECOND).tick())
                .filter(effects -> count(RunEffect.Restart.class, effects) > 0)
                .findFirst()
                .orElse(List.of());
    }

    private static long count(Class<? extends RunEffect> type, List<RunEffect> effects) {
        return effects.stream().filter(type::isInstance).count();
    }

    private static List<RunEffect> of(Class<? extends RunEffect> type, List<RunEffect> effects) {
        return effects.stream().filter(type::isInstance).toList();
    }
}
