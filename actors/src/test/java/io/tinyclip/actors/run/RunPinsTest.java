package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.EPOCH;
import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.WEIGHTS;
import static io.tinyclip.actors.run.RunStateTest.at;
import static io.tinyclip.actors.run.RunStateTest.only;
import static io.tinyclip.actors.run.RunStateTest.policy;
import static io.tinyclip.actors.run.RunStateTest.stamp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.step.LeftOut;
import io.tinyclip.step.ShardPin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What shards were found to hold is durable before a step that has used it is committed, and stays so. */
class RunPinsTest {
    private static final Cursor FIRST = new Cursor(0, Phase.INHERIT, 0);
    private static final String ONE = "1a".repeat(32);
    private static final String OTHER = "2b".repeat(32);

    @Test
    void theCommitWaitsUntilWhatWasReadFirstIsDurable() {
        RunState run = RunStateTest.started(policy(false), FIRST, 2, 1);
        List<RunEffect> complete = step(run, 0, ONE);
        RunEffect.PinShards asked = only(RunEffect.PinShards.class, complete);
        assertEquals(1, asked.steps(), "with this step");
        assertEquals(List.of(0, 1), asked.pins().stream().map(ShardPin::shard).toList(), "each once");
        assertTrue(complete.stream().noneMatch(RunEffect.SendCommit.class::isInstance));
        assertTrue(
                run.reduced(stamp(0), 0, new double[] {1}, 0).isEmpty(), "which is asked once, and not committed yet");
        only(RunEffect.SendCommit.class, run.pinned(asked.pins()));
        run.shardReady(stamp(1), 0, WEIGHTS);
        only(RunEffect.SendCommit.class, step(run, 1, ONE));
    }

    @Test
    void twoWorkersThatReadOtherThingsEndTheRunBeforeTheStepIsCommitted() {
        RunState run = RunStateTest.started(policy(false), FIRST, 2, 1);
        run.partitionDone(done(0, 0, 0, ONE));
        RunEffect.Fail end = only(RunEffect.Fail.class, run.partitionDone(done(1, 0, 1, OTHER)));
        assertTrue(end.unusable());
        assertTrue(
                end.reason()
                        .startsWith("tar [/1/shard.tar], number [0] of the training pairs, holds [2b2b2b2b2b2b...]"
                                + " for worker [worker 1] where the run has used [1a1a1a1a1a1a...]"),
                end.reason());
        assertEquals(1, end.reason().lines().count());
        assertTrue(step(run, 0, ONE).isEmpty(), "nothing comes after it");
    }

    @Test
    void aSecondAnswerThatDiffersEndsTheRun() {
        RunState run = RunStateTest.started(policy(false), FIRST, 2, 1);
        run.partitionDone(done(0, 0, 0, ONE));
        assertTrue(only(RunEffect.Fail.class, run.partitionDone(done(1, 0, 0, OTHER)))
                .unusable());
    }

    @Test
    void aShardThatChangesBetweenTwoStepsEndsTheRun() {
        RunState run = RunStateTest.started(policy(false), FIRST, 2, 1);
        run.pinned(only(RunEffect.PinShards.class, step(run, 0, ONE)).pins());
        run.shardReady(stamp(1), 0, WEIGHTS);
        assertTrue(only(RunEffect.Fail.class, run.partitionDone(done(0, 1, 3, OTHER)))
                .unusable());
    }

    @Test
    void whatWasPinnedBeforeIsHeldAgainstEveryResume() {
        RunOrigin origin = new RunOrigin(EPOCH, at(FIRST), Optional.of("digest"), List.of(), Map.of(0, ONE, 1, ONE));
        RunState again = loaded(origin);
        assertTrue(only(RunEffect.Fail.class, again.partitionDone(done(0, 0, 0, OTHER)))
                .unusable());
        only(RunEffect.SendCommit.class, step(loaded(origin), 0, ONE));
        RunOrigin without = new RunOrigin(EPOCH, at(FIRST), Optional.of("digest"), List.of());
        only(RunEffect.PinShards.class, step(loaded(without), 0, OTHER));
    }

    @Test
    void whatIsDurableTooLateForItsStepIsHeldAgainstTheNextAttempt() {
        RunState run = RunStateTest.started(policy(true), FIRST, 2, 1);
        run.pinned(List.of(new ShardPin(0, ONE, "/0/shard.tar")));
        assertTrue(only(RunEffect.Fail.class, run.partitionDone(done(0, 0, 0, OTHER)))
                .unusable());
    }

    private static RunState loaded(RunOrigin origin) {
        RunState run = RunStateTest.loading(policy(false), origin, 2, 1);
        run.shardReady(stamp(0), 0, WEIGHTS);
        return run;
    }

    /** All that the step at this number needs. @return the last effects */
    private static List<RunEffect> step(RunState run, int step, String hash) {
        List<RunEffect> effects = new ArrayList<>();
        for (int p = 0; p < PLAN.partitions(); p++) {
            effects.addAll(run.partitionDone(done(p % 2, step, p, hash)));
        }
        effects.addAll(run.reduced(stamp(step), 0, new double[] {1}, 0));
        return effects;
    }

    private static CoordinatorCommand.PartitionDone done(int worker, int step, int partition, String hash) {
        ShardPin pin = new ShardPin(partition / 2 % 2, hash, "/" + worker + "/shard.tar");
        return new CoordinatorCommand.PartitionDone(
                stamp(EPOCH, step), worker, partition, 1, 0, 0, LeftOut.NONE, List.of(pin));
    }
}
