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

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.actors.simulation.SimulatedDisk;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.reduce.Node;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Two workers that give two answers to the same question. */
class RunDisputeTest {
    private static final Cursor START = new Cursor(0, Phase.INHERIT, 0);
    private static final Dispute.Question QUESTION = new Dispute.Question(new Node(1, 1), new Range(0, 64));
    private static final Dispute.Answer FIRST = new Dispute.Answer(0, 7);
    private static final Dispute.Answer SECOND = new Dispute.Answer(1, 8);

    private final RunState run = started(policy(true), START, 3, 1);

    @Test
    void repeatsTheStepInANewEpochWithoutTheSuspectsAndAsksTheThird() {
        RunEffect.SendStep step = replayed();
        assertEquals(List.of(new Lease(2, 0, 2), new Lease(2, 2, 4), new Lease(2, 4, 8)), step.leases());
        assertEquals(Optional.of(QUESTION), step.question());
        assertEquals(List.of(0, 1), step.idle());
    }

    @Test
    void expelsWhoseAnswerIsNotTheThirdsAndReadmitsTheOther() {
        replayed();
        RunEffect.Expel expel = only(RunEffect.Expel.class, answered(new Dispute.Answer(2, 8)));
        assertEquals(0, expel.worker());
        assertTrue(expel.reason().contains("worker 0"), expel.reason());
        RunEffect.SendStep next = only(RunEffect.SendStep.class, committed(EPOCH + 1, 0));
        assertEquals(List.of(new Lease(1, 0, 4), new Lease(2, 4, 8)), next.leases());
    }

    @Test
    void commitsOnlyOnceTheDisputeIsSettled() {
        replayed();
        assertEquals(List.of(), computed(EPOCH + 1, 0));
        only(RunEffect.SendCommit.class, answered(new Dispute.Answer(2, 7)));
    }

    @Test
    void takesNoAnswerFromASuspect() {
        replayed();
        assertEquals(List.of(), answered(new Dispute.Answer(1, 8)));
    }

    @Test
    void goesBackBehindAStepThatIsCommittedAlready() {
        computed(EPOCH, 0);
        RunEffect.Recall recall = only(RunEffect.Recall.class, disputed());
        assertEquals(new RunEffect.Recall(EPOCH + 1, OptionalLong.of(0)), recall);
    }

    @Test
    void endsNamingBothWhereThereIsNoThird() {
        run.workerLost(2);
        only(RunEffect.Recall.class, disputed());
        List<RunEffect> ended = run.found(RunStateTest.origin(START, EPOCH + 1));
        String reason = only(RunEffect.Fail.class, ended).reason();
        assertTrue(reason.contains("worker 0") && reason.contains("worker 1"), reason);
    }

    @Test
    void endsWhereTheThirdAgreesWithNeither() {
        replayed();
        String reason =
                only(RunEffect.Fail.class, answered(new Dispute.Answer(2, 9))).reason();
        assertTrue(reason.contains("worker 2"), reason);
    }

    @Test
    void asksAnotherWhereTheThirdIsLost() {
        run.workerJoined(3, new Workers.Identity("worker 3", ""));
        replayed();
        RunEffect.SendStep step = only(RunEffect.SendStep.class, run.workerLost(2));
        assertTrue(step.leases().contains(new Lease(3, 2, 4)), "the node stays in one hand: " + step.leases());
        only(RunEffect.Expel.class, answered(new Dispute.Answer(3, 8)));
    }

    @Test
    void ignoresWhatIsSaidAgainAndOfAnEarlierEpoch() {
        replayed();
        assertEquals(List.of(), disputed());
        only(RunEffect.Expel.class, answered(new Dispute.Answer(2, 8)));
        assertEquals(List.of(), disputed());
    }

    @Test
    void goesBackBehindAStepWhoseDisputeIsHeardWhileItsShardsMove() {
        run.serverJoined(1, "");
        only(RunEffect.LoadShards.class, committed(EPOCH, 0));
        assertEquals(new RunEffect.Recall(EPOCH + 2, OptionalLong.of(0)), only(RunEffect.Recall.class, disputed()));
    }

    @Test
    void goesBackBehindAStepWhoseDisputeIsHeardOnceItsShardsHaveMoved() {
        run.serverJoined(1, "");
        committed(EPOCH, 0);
        run.shardReady(stamp(EPOCH + 1, 1), 0, WEIGHTS);
        only(RunEffect.SendStep.class, run.shardReady(stamp(EPOCH + 1, 1), 1, WEIGHTS));
        assertEquals(new RunEffect.Recall(EPOCH + 2, OptionalLong.of(0)), only(RunEffect.Recall.class, disputed()));
    }

    @Test
    void goesBackFurtherWhereItGoesBackAlready() {
        committed(EPOCH, 0);
        only(RunEffect.Recall.class, run.serverLost(0));
        assertEquals(new RunEffect.Recall(EPOCH + 2, OptionalLong.of(0)), only(RunEffect.Recall.class, disputed()));
    }

    @Test
    void ignoresWhatIsSaidOfAStepThatWasGoneBackBehind() {
        committed(EPOCH, 0);
        run.serverLost(0);
        run.found(RunStateTest.origin(START, EPOCH + 1));
        assertEquals(List.of(), disputed());
    }

    @Test
    void goesBackBehindAStepOfAnEarlierCoordinatorWithoutSuspectingItsOwnWorkers() {
        RunState second = new RunState(new RunRules(PLAN, 2, 1, 1, policy(true)), SimulatedDisk.start());
        second.found(RunStateTest.origin(new Cursor(0, Phase.INHERIT, 2), Epoch.first(2)));
        RunEffect.Recall recall = only(
                RunEffect.Recall.class,
                second.disputed(new CoordinatorCommand.Disputed(stamp(1), QUESTION, FIRST, SECOND)));
        assertEquals(new RunEffect.Recall(Epoch.first(2) + 1, OptionalLong.of(1)), recall);
    }

    @Test
    void stopsOnlyOnceWhatIsInDoubtIsRemoved() {
        committed(EPOCH, 0);
        only(RunEffect.Recall.class, disputed());
        assertEquals(List.of(), run.stop());
        only(RunEffect.Finish.class, run.found(RunStateTest.origin(START, EPOCH + 1)));
    }

    @Test
    void goesBackAtOnceForAnEarlierStepWhileAnotherDisputeIsOpen() {
        committed(EPOCH, 0);
        only(
                RunEffect.LoadShards.class,
                run.disputed(new CoordinatorCommand.Disputed(stamp(1), QUESTION, FIRST, SECOND)));
        assertEquals(new RunEffect.Recall(EPOCH + 2, OptionalLong.of(0)), only(RunEffect.Recall.class, disputed()));
    }

    @Test
    void keepsAnotherDisputeOfTheSameStepUntilTheFirstIsSettled() {
        run.workerJoined(3, new Workers.Identity("worker 3", ""));
        run.workerJoined(4, new Workers.Identity("worker 4", ""));
        replayed();
        Stamp again = stamp(EPOCH + 1, 0);
        Dispute.Question other = new Dispute.Question(new Node(0, 7), new Range(0, 64));
        assertEquals(
                List.of(),
                run.disputed(new CoordinatorCommand.Disputed(
                        again, other, new Dispute.Answer(2, 1), new Dispute.Answer(3, 2))));
        List<RunEffect> settled = answered(new Dispute.Answer(4, 8));
        assertEquals(0, only(RunEffect.Expel.class, settled).worker());
        only(RunEffect.LoadShards.class, settled);
        RunEffect.SendStep step = only(RunEffect.SendStep.class, run.shardReady(stamp(EPOCH + 2, 0), 0, WEIGHTS));
        assertEquals(Optional.of(other), step.question());
        assertEquals(List.of(2, 3), step.idle());
    }

    @Test
    void comparesNothingBetweenNumericClasses() {
        RunState mixed = started(RunStateTest.relaxed(), START, 1, 1);
        mixed.workerJoined(1, new Workers.Identity("worker 1", "another"));
        assertEquals(List.of(), mixed.disputed(new CoordinatorCommand.Disputed(stamp(0), QUESTION, FIRST, SECOND)));
    }

    private List<RunEffect> disputed() {
        return run.disputed(new CoordinatorCommand.Disputed(stamp(0), QUESTION, FIRST, SECOND));
    }

    private RunEffect.SendStep replayed() {
        only(RunEffect.LoadShards.class, disputed());
        return only(RunEffect.SendStep.class, run.shardReady(stamp(EPOCH + 1, 0), 0, WEIGHTS));
    }

    private List<RunEffect> answered(Dispute.Answer answer) {
        return run.questionAnswered(new CoordinatorCommand.QuestionAnswered(stamp(EPOCH + 1, 0), QUESTION, answer));
    }

    private List<RunEffect> computed(long epoch, int step) {
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.partitionDone(done(stamp(epoch, step), 2, p, 1));
        }
        return run.reduced(stamp(epoch, step), 0, new double[] {1}, 0);
    }

    private List<RunEffect> committed(long epoch, int step) {
        computed(epoch, step);
        return run.shardReady(stamp(epoch, step + 1), 0, WEIGHTS);
    }
}
