package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.EPOCH;
import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.WEIGHTS;
import static io.tinyclip.actors.run.RunStateTest.only;
import static io.tinyclip.actors.run.RunStateTest.policy;
import static io.tinyclip.actors.run.RunStateTest.stamp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.plan.BadLimit;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.step.BadSample;
import io.tinyclip.step.LeftOut;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a run counts samples that cannot be used, and what it makes of too many. */
class RunBadSamplesTest {
    private static final Cursor FIRST = new Cursor(0, Phase.INHERIT, 0);

    @Test
    void aPlaceCountsOnceHoweverOftenItIsComputed() {
        RunState run = RunStateTest.started(policy(false), FIRST, 2, 1);
        run.partitionDone(done(1, 0, 2));
        run.partitionDone(done(0, 0, 2));
        run.partitionDone(done(0, 0, 3));
        for (int p = 1; p < PLAN.partitions(); p++) {
            run.partitionDone(done(0, p, p == 5 ? 4 : 0));
        }
        RunEffect.SendCommit commit = only(RunEffect.SendCommit.class, run.reduced(stamp(0), 0, new double[] {1}, 0));
        assertEquals(left(0, 2).plus(left(5, 4)), commit.order().measures().leftOut());
        assertFalse(commit.order().skip());
        RunListener.StepCommitted told = only(RunEffect.TellStep.class, run.shardReady(stamp(1), 0, WEIGHTS))
                .step();
        assertEquals(6, told.leftOut().count());
        assertEquals(6, told.bad());
    }

    @Test
    void aStepWithoutASampleIsSkipped() {
        RunState run = RunStateTest.started(policy(false), FIRST, 2, 1);
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.partitionDone(done(0, p, PLAN.partitionSize()));
        }
        RunEffect.SendCommit commit = only(RunEffect.SendCommit.class, run.reduced(stamp(0), 0, new double[] {1}, 0));
        assertTrue(commit.order().skip(), "there is nothing to learn from");
        assertEquals(0, commit.order().count());
        assertEquals(stamp(1), commit.order().next());
    }

    @Test
    void theCheckpointIsWrittenBeforeARunEndsForTooManyAndAResumeEndsThere() {
        RunPolicy strict = policy(false).with(new BadLimit(0.001));
        RunState run = RunStateTest.started(strict, FIRST, 2, 1);
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.partitionDone(done(0, p, p < 3 ? 4 : 0));
        }
        run.reduced(stamp(0), 0, new double[] {1}, 0);
        List<RunEffect> committed = run.shardReady(stamp(1), 0, WEIGHTS);
        Position spoilt = only(RunEffect.WriteCheckpoint.class, committed).position();
        assertEquals(12, spoilt.bad());
        assertTrue(committed.stream().noneMatch(RunEffect.SendStep.class::isInstance), "no step comes after it");
        run.checkpointWritten(stamp(1), new RunEffect.CheckpointFiles("digest", List.of()));
        RunEffect.Fail end = only(RunEffect.Fail.class, run.checkpointSealed(stamp(1)));
        assertTrue(end.unusable());
        assertTrue(end.reason().startsWith("[12] of [32] samples had pictures that cannot be used"), end.reason());

        RunOrigin checkpoint = new RunOrigin(EPOCH, spoilt, Optional.of("digest"), List.of());
        RunState again = RunStateTest.loading(strict, checkpoint, 1, 1);
        assertEquals(end, only(RunEffect.Fail.class, again.shardReady(stamp(1), 0, WEIGHTS)));
        RunState allowed = RunStateTest.loading(policy(false).with(new BadLimit(0.0012)), checkpoint, 1, 1);
        only(RunEffect.SendStep.class, allowed.shardReady(stamp(1), 0, WEIGHTS));
    }

    @Test
    void theLimitIsAShareFromTenThousandSamplesOn() {
        BadLimit limit = new BadLimit(0.01);
        assertEquals(Optional.empty(), limit.refusal(100, 100));
        assertTrue(limit.refusal(101, 200).isPresent());
        assertEquals(Optional.empty(), limit.refusal(101, 10_100));
        assertTrue(limit.refusal(1_001, 100_000).isPresent());
        assertTrue(new BadLimit(0).refusal(1, 1_000_000).isPresent());
        assertEquals(Optional.empty(), BadLimit.NONE.refusal(1_000_000, 1_000_000));
    }

    private static CoordinatorCommand.PartitionDone done(int worker, int partition, int bad) {
        return new CoordinatorCommand.PartitionDone(stamp(EPOCH, 0), worker, partition, 1, 0, 0, left(partition, bad));
    }

    private static LeftOut left(int partition, int bad) {
        return LeftOut.of(IntStream.range(0, bad)
                .mapToObj(i -> new BadSample("x.tar", partition + "-" + i, "is torn"))
                .toList());
    }
}
