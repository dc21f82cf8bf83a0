package io.tinyclip.actors.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.reduce.Node;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShardStateTest {
    private static final Handle SUM = new Handle("there", "sum", 16);
    private static final Dispute.Answer ANSWER = new Dispute.Answer(1, 7);
    private static final Node ALL = new Node(1, 0);
    private static final Node HALF = new Node(0, 1);
    private static final LeaseTable LEASES =
            new LeaseTable(0, List.of(new Lease(1, 0, 2), new Lease(2, 0, 2))).shownBy(ShardStateTest::token);
    private static final LeaseTable HALVES =
            new LeaseTable(0, List.of(new Lease(1, 0, 1), new Lease(2, 1, 2))).shownBy(ShardStateTest::token);
    private static final Dispute.Answer OF_2 = new Dispute.Answer(2, 8);

    private final ShardState shard = leased(LEASES);

    @Test
    void refusesGradientOfAnOlderEpoch() {
        List<ShardEffect> effects = announce(shard, new Stamp(1, cursor(3), "layout"), ALL, SUM, ANSWER, 0);
        ShardEffect.Refuse refuse = assertInstanceOf(ShardEffect.Refuse.class, effects.get(0));
        assertEquals(2, refuse.reply().epoch());
    }

    @Test
    void refusesGradientOfAnotherLayoutAndOfALaterStep() {
        assertInstanceOf(
                ShardEffect.Refuse.class,
                announce(shard, new Stamp(2, cursor(3), "other"), ALL, SUM, ANSWER, 0)
                        .get(0));
        assertInstanceOf(
                ShardEffect.Refuse.class,
                announce(shard, stamp(4), ALL, SUM, ANSWER, 0).get(0));
    }

    @Test
    void ignoresGradientOfAnEarlierStep() {
        assertEquals(List.of(), announce(shard, stamp(2), ALL, SUM, ANSWER, 0));
    }

    @Test
    void fetchesANodeOnceAndAgainWhenItWasGone() {
        assertEquals(
                List.of(new ShardEffect.FetchSlice(stamp(3), ALL, SUM, 7)),
                announce(shard, stamp(3), ALL, SUM, ANSWER, 0));
        assertEquals(List.of(), announce(shard, stamp(3), ALL, SUM, ANSWER, 0));
        shard.sliceGone(stamp(3), ALL, SUM);
        assertEquals(
                List.of(new ShardEffect.FetchSlice(stamp(3), ALL, SUM, 7)),
                announce(shard, stamp(3), ALL, SUM, ANSWER, 0));
    }

    @Test
    void fetchesFromTwoWhoAnnounceItInTurnsOnceFromEach() {
        Handle other = new Handle("elsewhere", "sum", 16);
        Dispute.Answer same = new Dispute.Answer(2, 7);
        announce(shard, stamp(3), ALL, SUM, ANSWER, 0);
        assertEquals(
                List.of(new ShardEffect.FetchSlice(stamp(3), ALL, other, 7)),
                announce(shard, stamp(3), ALL, other, same, 0));
        assertEquals(List.of(), announce(shard, stamp(3), ALL, SUM, ANSWER, 0), "it is on its way");
        assertEquals(List.of(), announce(shard, stamp(3), ALL, other, same, 0), "it is on its way");
    }

    @Test
    void fetchesNothingThatIsInAlready() {
        announce(shard, stamp(3), ALL, SUM, ANSWER, 0);
        shard.sliceAdded(stamp(3), ALL);
        assertEquals(List.of(), announce(shard, stamp(3), new Node(0, 1), SUM, ANSWER, 0));
    }

    @Test
    void answersAgainWhatIsAskedAgain() {
        reduce();
        assertEquals(
                List.of(new ShardEffect.FreeOld(), new ShardEffect.ReplyReduced(stamp(3))),
                shard.reduce(stamp(3), 0.25, LEASES, false));
        CommitOrder order = new CommitOrder(stamp(3), stamp(4), 1, new Rates(0, 0, 0, 0), 1, false, Samples.MEASURES);
        assertEquals(List.of(new ShardEffect.Apply(order)), shard.commit(order));
        assertEquals(List.of(), shard.commit(order), "it is being applied");
        shard.applied(stamp(4));
        assertEquals(List.of(new ShardEffect.ReplyReady(stamp(4))), shard.commit(order));
    }

    @Test
    void commitsNothingThatIsNotReduced() {
        CommitOrder order = new CommitOrder(stamp(3), stamp(4), 1, new Rates(0, 0, 0, 0), 1, false, Samples.MEASURES);
        assertEquals(List.of(), shard.commit(order));
    }

    /** Seed 5 of the simulation, as it was first: a late load of the same epoch ended the run. */
    @Test
    void ignoresALateLoadOfItsEpochAndObeysAHigherOne() {
        assertEquals(List.of(), shard.load(new Stamp(2, cursor(3), "before")));
        Stamp newer = new Stamp(3, cursor(1), "layout");
        assertEquals(List.of(new ShardEffect.Read(newer)), shard.load(newer));
    }

    @Test
    void comparesASecondAnswerWithTheFirst() {
        announce(shard, stamp(3), ALL, SUM, ANSWER, 0);
        assertEquals(List.of(), announce(shard, stamp(3), ALL, SUM, new Dispute.Answer(2, 7), 0));
        Dispute.Answer other = new Dispute.Answer(2, 8);
        assertEquals(
                List.of(new ShardEffect.TellDisputed(stamp(3), ALL, ANSWER, other)),
                announce(shard, stamp(3), ALL, SUM, other, 0));
    }

    @Test
    void comparesALateAnswerWithThatOfTheStepCommittedLast() {
        reduce();
        CommitOrder order = new CommitOrder(stamp(3), stamp(4), 1, new Rates(0, 0, 0, 0), 1, false, Samples.MEASURES);
        shard.commit(order);
        shard.applied(stamp(4));
        Dispute.Answer other = new Dispute.Answer(2, 8);
        assertEquals(
                List.of(new ShardEffect.TellDisputed(stamp(3), ALL, ANSWER, other)),
                announce(shard, stamp(3), ALL, SUM, other, 0));
    }

    @Test
    void keepsWhatItPublishedUntilTheFirstStepOfTheNewEpoch() {
        Stamp moved = new Stamp(3, cursor(3), "layout");
        shard.load(moved);
        assertEquals(
                List.of(new ShardEffect.Publish(moved, true), new ShardEffect.ReplyReady(moved)), shard.loaded(moved));
        assertEquals(List.of(new ShardEffect.FreeOld()), shard.reduce(moved, 0, LEASES, false));
    }

    @Test
    void readsAgainWhatCouldNotBeFetched() {
        Stamp moved = new Stamp(3, cursor(3), "layout");
        shard.load(moved);
        assertEquals(List.of(), shard.load(moved), "it is being read");
        shard.unfetched(moved);
        assertEquals(List.of(new ShardEffect.Read(moved)), shard.load(moved));
    }

    @Test
    void ignoresWhatEndsForAnEpochThatIsOver() {
        reduce();
        shard.commit(new CommitOrder(stamp(3), stamp(4), 1, new Rates(0, 0, 0, 0), 1, false, Samples.MEASURES));
        Stamp newer = new Stamp(3, cursor(1), "layout");
        shard.load(newer);
        assertEquals(List.of(), shard.applied(stamp(4)));
        shard.loaded(newer);
        assertEquals(Optional.of(newer), shard.at());
    }

    @Test
    void givesUpItsShardForAHigherEpochOnly() {
        assertEquals(List.of(), shard.free(stamp(3)), "its own epoch");
        assertInstanceOf(
                ShardEffect.Refuse.class,
                shard.free(new Stamp(1, cursor(3), "layout")).get(0));
        assertEquals(List.of(new ShardEffect.FreeAll()), shard.free(new Stamp(3, cursor(3), "layout")));
        ShardEffect.Refuse refuse =
                assertInstanceOf(ShardEffect.Refuse.class, shard.load(stamp(3)).get(0));
        assertEquals(3, refuse.reply().epoch());
    }

    /** Three false sums for the root were once committed without a word. */
    @Test
    void refusesTheSumOfTheRootFromWhoeverHasTheLeasesOfAPart() {
        ShardState halves = leased(HALVES);
        ShardEffect.RefuseSum refused = new ShardEffect.RefuseSum(stamp(3), ALL, SUM, 1);
        assertEquals(List.of(refused), announce(halves, stamp(3), ALL, SUM, ANSWER, 0));
        String line = refused.reply().reason();
        assertTrue(line.contains("worker [1]") && line.contains("[0, 2)") && line.contains("[there]"), line);
        assertEquals(
                List.of(new ShardEffect.FetchSlice(stamp(3), HALF, SUM, 8)),
                announce(halves, stamp(3), HALF, SUM, OF_2, 0),
                "of what it has the leases of it is taken");
    }

    /** Any member can know a server's address and who has which leases. */
    @Test
    void rejectsASumUnderTheNumberOfAWorkerWhoseTokenItLacks() {
        ShardState halves = leased(HALVES);
        for (String token : List.of("", token(1), token(3))) {
            AnnouncedSum borrowed = new AnnouncedSum(HALF, SUM, OF_2, 0, token);
            assertEquals(
                    List.of(new ShardEffect.RejectSum(stamp(3), HALF, SUM, 2)),
                    halves.subtreeReady(stamp(3), borrowed),
                    token);
        }
        assertEquals(
                List.of(new ShardEffect.FetchSlice(stamp(3), HALF, SUM, 8)),
                announce(halves, stamp(3), HALF, SUM, OF_2, 0),
                "nothing that was false stands in the way of what is true");
    }

    @Test
    void rejectsABorrowedNumberAlsoBeforeItKnowsTheLeasesAndOfTheStepCommittedLast() {
        ShardState state = new ShardState(2);
        state.load(stamp(3));
        state.loaded(stamp(3));
        AnnouncedSum borrowed = new AnnouncedSum(HALF, SUM, OF_2, 0, token(1));
        ShardEffect rejected = new ShardEffect.RejectSum(stamp(3), HALF, SUM, 2);
        assertEquals(List.of(), state.subtreeReady(stamp(3), borrowed));
        assertEquals(List.of(new ShardEffect.FreeOld(), rejected), state.reduce(stamp(3), 0.25, HALVES, false));
        commit(state);
        assertEquals(List.of(rejected), state.subtreeReady(stamp(3), borrowed));
    }

    @Test
    void takesNoSumByATableThatTellsNoTokens() {
        ShardState state = leased(new LeaseTable(0, HALVES.leases()));
        assertEquals(
                List.of(new ShardEffect.RefuseSum(stamp(3), HALF, SUM, 2)),
                state.subtreeReady(stamp(3), new AnnouncedSum(HALF, SUM, OF_2, 0, "")));
    }

    @Test
    void refusesTheSumOfANodeThatOnlyLooksLikeALeasedOne() {
        ShardState halves = leased(HALVES);
        for (Node node : List.of(new Node(32, 1), new Node(31, 0), new Node(0, -1), new Node(0, 2), new Node(-1, 0))) {
            assertEquals(
                    List.of(new ShardEffect.RefuseSum(stamp(3), node, SUM, 2)),
                    announce(halves, stamp(3), node, SUM, OF_2, 0));
        }
    }

    @Test
    void keepsASumUntilItKnowsTheLeases() {
        ShardState state = new ShardState(2);
        state.load(stamp(3));
        state.loaded(stamp(3));
        assertEquals(List.of(), announce(state, stamp(3), HALF, SUM, OF_2, 0));
        assertEquals(List.of(), announce(state, stamp(3), ALL, SUM, ANSWER, 0));
        assertEquals(
                List.of(
                        new ShardEffect.FreeOld(),
                        new ShardEffect.FetchSlice(stamp(3), HALF, SUM, 8),
                        new ShardEffect.RefuseSum(stamp(3), ALL, SUM, 1)),
                state.reduce(stamp(3), 0.25, HALVES, false));
    }

    @Test
    void takesTheSumOfALaterAttemptOnceItKnowsOfIt() {
        ShardState halves = leased(HALVES);
        assertEquals(List.of(), announce(halves, stamp(3), ALL, SUM, OF_2, 1));
        LeaseTable later =
                new LeaseTable(1, List.of(new Lease(1, 0, 1), new Lease(2, 0, 2))).shownBy(ShardStateTest::token);
        assertEquals(
                List.of(new ShardEffect.FreeOld(), new ShardEffect.FetchSlice(stamp(3), ALL, SUM, 8)),
                halves.reduce(stamp(3), 0.25, later, false));
        assertEquals(List.of(new ShardEffect.FreeOld()), halves.reduce(stamp(3), 0.25, HALVES, false), "a late one");
        assertEquals(
                List.of(new ShardEffect.FetchSlice(stamp(3), new Node(0, 0), SUM, 7)),
                announce(halves, stamp(3), new Node(0, 0), SUM, ANSWER, 0),
                "who was late may be first");
    }

    @Test
    void comparesNoSumOfTheStepCommittedLastByWhoeverWasNotLeasedIt() {
        ShardState halves = leased(HALVES);
        commit(halves);
        assertEquals(
                List.of(new ShardEffect.RefuseSum(stamp(3), HALF, SUM, 1)),
                announce(halves, stamp(3), HALF, SUM, ANSWER, 0));
    }

    private static void commit(ShardState halves) {
        announce(halves, stamp(3), new Node(0, 0), SUM, ANSWER, 0);
        announce(halves, stamp(3), HALF, SUM, OF_2, 0);
        halves.sliceAdded(stamp(3), new Node(0, 0));
        halves.sliceAdded(stamp(3), HALF);
        halves.reductionFinished(stamp(3));
        halves.commit(new CommitOrder(stamp(3), stamp(4), 1, new Rates(0, 0, 0, 0), 1, false, Samples.MEASURES));
        halves.applied(stamp(4));
    }

    private static List<ShardEffect> announce(
            ShardState to, Stamp stamp, Node node, Handle handle, Dispute.Answer answer, int attempt) {
        String token = token(answer.worker());
        return to.subtreeReady(stamp, new AnnouncedSum(node, handle, answer, attempt, token));
    }

    private static String token(int worker) {
        return "token of " + worker;
    }

    private static ShardState leased(LeaseTable leases) {
        ShardState state = new ShardState(2);
        state.load(stamp(3));
        state.loaded(stamp(3));
        state.reduce(stamp(3), 0.25, leases, false);
        return state;
    }

    private void reduce() {
        shard.reduce(stamp(3), 0.25, LEASES, false);
        announce(shard, stamp(3), ALL, SUM, ANSWER, 0);
        shard.sliceAdded(stamp(3), ALL);
        shard.reductionFinished(stamp(3));
    }

    private static Cursor cursor(int step) {
        return new Cursor(0, Phase.INHERIT, step);
    }

    private static Stamp stamp(int step) {
        return new Stamp(2, cursor(step), "layout");
    }
}
