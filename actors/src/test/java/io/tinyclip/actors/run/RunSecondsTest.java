package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.EPOCH;
import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.WEIGHTS;
import static io.tinyclip.actors.run.RunStateTest.done;
import static io.tinyclip.actors.run.RunStateTest.only;
import static io.tinyclip.actors.run.RunStateTest.policy;
import static io.tinyclip.actors.run.RunStateTest.stamp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.lease.LeasePolicy;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.reduce.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Partitions that a second worker computes too. */
class RunSecondsTest {
    private static final Cursor START = new Cursor(0, Phase.INHERIT, 0);
    private static final String FINDS_NOTHING = "tinyclip.actors.recompute [1.0] finds nothing: ";

    @Test
    void serversTakeTheSecondAnswerOfOneNodeAndOfNoOther() {
        List<RunEffect> effects = begun(1, false, 3).effects();
        RunEffect.SendStep step = only(RunEffect.SendStep.class, effects);
        LeaseTable table = only(RunEffect.SendReduce.class, effects).leases();
        assertEquals(PLAN.partitions(), step.seconds().size());
        for (Lease second : step.seconds()) {
            assertTrue(table.holds(second.worker(), new Node(0, second.from())), second.toString());
        }
        assertFalse(table.holds(0, new Node(3, 0)) && table.holds(1, new Node(3, 0)) && table.holds(2, new Node(3, 0)));
    }

    @Test
    void aStepWaitsForFirstAnswersOnly() {
        Begun begun = begun(1, false, 3);
        RunEffect.SendStep step = only(RunEffect.SendStep.class, begun.effects());
        for (Lease lease : step.leases()) {
            begun.run.partitionDone(done(stamp(0), lease.worker(), lease.from(), 1));
        }
        only(RunEffect.SendCommit.class, begun.run.reduced(stamp(0), 0, new double[] {1}, 0));
    }

    @Test
    void anAnswerThatDiffersIsDisputedAndSettledInAStepWithoutSeconds() {
        Begun begun = begun(1, false, 3);
        RunEffect.SendStep step = only(RunEffect.SendStep.class, begun.effects());
        Lease second = step.seconds().get(0);
        Lease first = step.leases().get(0);
        Dispute.Question question = new Dispute.Question(new Node(0, 0), new Range(0, 64));
        Dispute.Answer right = new Dispute.Answer(first.worker(), 7);
        only(
                RunEffect.LoadShards.class,
                begun.run.disputed(new CoordinatorCommand.Disputed(
                        stamp(0), question, right, new Dispute.Answer(second.worker(), 8))));
        RunEffect.SendStep again =
                only(RunEffect.SendStep.class, begun.run.shardReady(stamp(EPOCH + 1, 0), 0, WEIGHTS));
        assertEquals(List.of(), again.seconds());
        int third = 3 - first.worker() - second.worker();
        RunEffect.Expel expel = only(
                RunEffect.Expel.class,
                begun.run.questionAnswered(new CoordinatorCommand.QuestionAnswered(
                        stamp(EPOCH + 1, 0), question, new Dispute.Answer(third, 7))));
        assertEquals(second.worker(), expel.worker());
    }

    @Test
    void nobodyIsAskedASecondTimeOnceLeasesHaveChangedHands() {
        Begun begun = begun(1, false, 3);
        assertEquals(
                List.of(),
                only(RunEffect.SendStep.class, begun.run.workerLost(1)).seconds());
    }

    @Test
    void withOneWorkerNothingIsComputedTwiceWhichIsSaidOnce() {
        Begun begun = begun(1, false, 1);
        assertEquals(List.of(), only(RunEffect.SendStep.class, begun.effects()).seconds());
        assertEquals(FINDS_NOTHING + "only one worker computes", said(begun.effects()));
        assertTrue(next(begun.run, 0).stream().noneMatch(RunEffect.Say.class::isInstance));
    }

    @Test
    void whereBitsDifferBetweenWorkersNothingIsComputedTwiceWhichIsSaidOnce() {
        Begun begun = begun(1, true, 3);
        assertEquals(List.of(), only(RunEffect.SendStep.class, begun.effects()).seconds());
        assertEquals(FINDS_NOTHING + "the bits of relaxed workers may differ", said(begun.effects()));
        assertTrue(next(begun.run, 0).stream().noneMatch(RunEffect.Say.class::isInstance));
    }

    @Test
    void aShareOfZeroAsksNobodyAndSaysNothing() {
        List<RunEffect> effects = begun(0, false, 1).effects();
        assertEquals(List.of(), only(RunEffect.SendStep.class, effects).seconds());
        assertTrue(effects.stream().noneMatch(RunEffect.Say.class::isInstance));
    }

    private record Begun(RunState run, List<RunEffect> effects) {}

    private static Begun begun(double recompute, boolean relaxed, int workers) {
        RunPolicy policy = new RunPolicy(true, relaxed, policy(true).deadline(), RunStateTest.PATIENCE)
                .with(new LeasePolicy(false, recompute));
        RunState run = RunStateTest.loading(policy, START, workers, 1);
        return new Begun(run, run.shardReady(stamp(0), 0, WEIGHTS));
    }

    private static List<RunEffect> next(RunState run, int step) {
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.partitionDone(done(stamp(step), 0, p, 1));
        }
        run.reduced(stamp(step), 0, new double[] {1}, 0);
        return run.shardReady(stamp(step + 1), 0, WEIGHTS);
    }

    private static String said(List<RunEffect> effects) {
        return only(RunEffect.Say.class, effects).line().replaceFirst("step 0: ", "");
    }
}
