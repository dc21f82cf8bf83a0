package io.tinyclip.actors.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
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

    private final ShardState shard = loaded();

    @Test
    void refusesGradientOfAnOlderEpoch() {
        List<ShardEffect> effects = shard.subtreeReady(new Stamp(1, cursor(3), "layout"), ALL, SUM, ANSWER);
        ShardEffect.Refuse refuse = assertInstanceOf(ShardEffect.Refuse.class, effects.get(0));
        assertEquals(2, refuse.reply().epoch());
    }

    @Test
    void refusesGradientOfAnotherLayoutAndOfALaterStep() {
        assertInstanceOf(
                ShardEffect.Refuse.class,
                shard.subtreeReady(new Stamp(2, cursor(3), "other"), ALL, SUM, ANSWER)
                        .get(0));
        assertInstanceOf(
                ShardEffect.Refuse.class,
                shard.subtreeReady(stamp(4), ALL, SUM, ANSWER).get(0));
    }

    @Test
    void ignoresGradientOfAnEarlierStep() {
        assertEquals(List.of(), shard.subtreeReady(stamp(2), ALL, SUM, ANSWER));
    }

    @Test
    void fetchesANodeOnceAndAgainWhenItWasGone() {
        assertEquals(
                List.of(new ShardEffect.FetchSlice(stamp(3), ALL, SUM, 7)),
                shard.subtreeReady(stamp(3), ALL, SUM, ANSWER));
        assertEquals(List.of(), shard.subtreeReady(stamp(3), ALL, SUM, ANSWER));
        shard.sliceGone(stamp(3), ALL, SUM);
        assertEquals(
                List.of(new ShardEffect.FetchSlice(stamp(3), ALL, SUM, 7)),
                shard.subtreeReady(stamp(3), ALL, SUM, ANSWER));
    }

    @Test
    void fetchesFromTwoWhoAnnounceItInTurnsOnceFromEach() {
        Handle other = new Handle("elsewhere", "sum", 16);
        Dispute.Answer same = new Dispute.Answer(2, 7);
        shard.subtreeReady(stamp(3), ALL, SUM, ANSWER);
        assertEquals(
                List.of(new ShardEffect.FetchSlice(stamp(3), ALL, other, 7)),
                shard.subtreeReady(stamp(3), ALL, other, same));
        assertEquals(List.of(), shard.subtreeReady(stamp(3), ALL, SUM, ANSWER), "it is on its way");
        assertEquals(List.of(), shard.subtreeReady(stamp(3), ALL, other, same), "it is on its way");
    }

    @Test
    void fetchesNothingThatIsInAlready() {
        shard.subtreeReady(stamp(3), ALL, SUM, ANSWER);
        shard.sliceAdded(stamp(3), ALL);
        assertEquals(List.of(), shard.subtreeReady(stamp(3), new Node(0, 1), SUM, ANSWER));
    }

    @Test
    void answersAgainWhatIsAskedAgain() {
        reduce();
        assertEquals(
                List.of(new ShardEffect.FreeOld(), new ShardEffect.ReplyReduced(stamp(3))),
                shard.reduce(stamp(3), 0.25));
        CommitOrder order = new CommitOrder(stamp(3), stamp(4), 1, new Rates(0, 0, 0, 0), 1, false);
        assertEquals(List.of(new ShardEffect.Apply(order)), shard.commit(order));
        assertEquals(List.of(), shard.commit(order), "it is being applied");
        shard.applied(stamp(4));
        assertEquals(List.of(new ShardEffect.ReplyReady(stamp(4))), shard.commit(order));
    }

    @Test
    void commitsNothingThatIsNotReduced() {
        CommitOrder order = new CommitOrder(stamp(3), stamp(4), 1, new Rates(0, 0, 0, 0), 1, false);
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
        shard.subtreeReady(stamp(3), ALL, SUM, ANSWER);
        assertEquals(List.of(), shard.subtreeReady(stamp(3), ALL, SUM, new Dispute.Answer(2, 7)));
        Dispute.Answer other = new Dispute.Answer(2, 8);
        assertEquals(
                List.of(new ShardEffect.TellDisputed(stamp(3), ALL, ANSWER, other)),
                shard.subtreeReady(stamp(3), ALL, SUM, other));
    }

    @Test
    void comparesALateAnswerWithThatOfTheStepCommittedLast() {
        reduce();
        CommitOrder order = new CommitOrder(stamp(3), stamp(4), 1, new Rates(0, 0, 0, 0), 1, false);
        shard.commit(order);
        shard.applied(stamp(4));
        Dispute.Answer other = new Dispute.Answer(2, 8);
        assertEquals(
                List.of(new ShardEffect.TellDisputed(stamp(3), ALL, ANSWER, other)),
                shard.subtreeReady(stamp(3), ALL, SUM, other));
    }

    @Test
    void keepsWhatItPublishedUntilTheFirstStepOfTheNewEpoch() {
        Stamp moved = new Stamp(3, cursor(3), "layout");
        shard.load(moved);
        assertEquals(
                List.of(new ShardEffect.Publish(moved, true), new ShardEffect.ReplyReady(moved)), shard.loaded(moved));
        assertEquals(List.of(new ShardEffect.FreeOld()), shard.reduce(moved, 0));
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
        shard.commit(new CommitOrder(stamp(3), stamp(4), 1, new Rates(0, 0, 0, 0), 1, false));
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

    private void reduce() {
        shard.reduce(stamp(3), 0.25);
        shard.subtreeReady(stamp(3), ALL, SUM, ANSWER);
        shard.sliceAdded(stamp(3), ALL);
        shard.reductionFinished(stamp(3));
    }

    private static ShardState loaded() {
        ShardState state = new ShardState(2);
        state.load(stamp(3));
        state.loaded(stamp(3));
        return state;
    }

    private static Cursor cursor(int step) {
        return new Cursor(0, Phase.INHERIT, step);
    }

    private static Stamp stamp(int step) {
        return new Stamp(2, cursor(step), "layout");
    }
}
