package io.tinyclip.actors.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyStateTest {
    private static final int LAG = 2;

    private final CopyState copy = new CopyState(1);

    @Test
    void isFilledOnceAndSaysSoAgain() {
        assertEquals(List.of(new CopyEffect.Fill(stamp(3)), new CopyEffect.TakeDeferred()), copy.keep(stamp(3), LAG));
        assertEquals(List.of(), copy.keep(stamp(3), LAG), "it is on its way");
        assertEquals(List.of(new CopyEffect.ReplyFilled(stamp(3), 1)), copy.filled(stamp(3)));
        assertEquals(List.of(new CopyEffect.ReplyFilled(stamp(3), 1)), copy.keep(stamp(3), LAG));
        assertEquals(List.of(), copy.keep(stamp(2), LAG), "a late one");
    }

    @Test
    void isFetchedAgainWhenItIsAskedForAgain() {
        copy.keep(stamp(3), LAG);
        assertEquals(List.of(), copy.unfilled(stamp(3)));
        assertEquals(List.of(new CopyEffect.Fill(stamp(3))), copy.keep(stamp(3), LAG));
    }

    @Test
    void keepsGradientsWhileItIsBeingFilled() {
        copy.keep(stamp(3), LAG);
        assertEquals(List.of(new CopyEffect.FetchGradient(stamp(3))), copy.gradientReady(stamp(3)));
        assertEquals(List.of(), copy.gradientReady(stamp(3)), "it is on its way");
        assertEquals(List.of(new CopyEffect.ReplyKept(stamp(3), 1)), copy.gradientHere(stamp(3)));
        assertEquals(List.of(new CopyEffect.ReplyKept(stamp(3), 1)), copy.gradientReady(stamp(3)), "said again");
    }

    @Test
    void gradientThatCouldNotBeHadIsFetchedWhenItIsSaidAgain() {
        copy.keep(stamp(3), LAG);
        copy.gradientReady(stamp(3));
        copy.gradientGone(stamp(3));
        assertFalse(copy.awaits(stamp(3)));
        assertEquals(List.of(new CopyEffect.FetchGradient(stamp(3))), copy.gradientReady(stamp(3)));
    }

    @Test
    void gradientThatComesBeforeItIsToKeepAnythingWaits() {
        assertEquals(List.of(new CopyEffect.Defer(stamp(3))), copy.gradientReady(stamp(3)));
        filled(3);
        Stamp moved = new Stamp(3, new Cursor(0, Phase.INHERIT, 3), "layout");
        assertEquals(List.of(new CopyEffect.Defer(moved)), copy.gradientReady(moved), "of a later epoch");
        Stamp before = new Stamp(1, new Cursor(0, Phase.INHERIT, 3), "layout");
        assertEquals(List.of(), copy.gradientReady(before), "of an earlier one");
    }

    @Test
    void lagsAsManyStepsAsItMayAndNoMore() {
        filled(3);
        assertEquals(List.of(), commit(3));
        assertEquals(List.of(), commit(4));
        assertEquals(List.of(new CopyEffect.Fold(order(3))), commit(5));
        assertEquals(List.of(), commit(6), "one fold at a time");
        assertEquals(List.of(new CopyEffect.Fold(order(4))), copy.folded(stamp(4)));
        assertEquals(List.of(), copy.folded(stamp(5)));
    }

    @Test
    void standsInAtTheVersionOnceAllIsFolded() {
        filled(3);
        commit(3);
        commit(4);
        assertEquals(List.of(new CopyEffect.Fold(order(3))), copy.standIn(stamp(5)));
        assertEquals(List.of(), copy.standIn(stamp(5)), "it is folding");
        assertEquals(List.of(new CopyEffect.Fold(order(4))), copy.folded(stamp(4)));
        List<CopyEffect> ready = List.of(new CopyEffect.Publish(stamp(5)), new CopyEffect.ReplyReady(stamp(5), 1));
        assertEquals(ready, copy.folded(stamp(5)));
        assertEquals(List.of(new CopyEffect.ReplyReady(stamp(5), 1)), copy.standIn(stamp(5)), "asked again");
    }

    @Test
    void standsInAtAVersionWhoseCommitItHearsOfLater() {
        filled(3);
        copy.gradientReady(stamp(3));
        copy.gradientHere(stamp(3));
        assertEquals(List.of(), copy.standIn(stamp(4)), "the commit is on its way");
        assertEquals(List.of(new CopyEffect.Fold(order(3))), copy.committed(order(3)));
        assertTrue(copy.folded(stamp(4)).contains(new CopyEffect.ReplyReady(stamp(4), 1)));
    }

    @Test
    void hasNothingForAVersionThatItCannotComeTo() {
        assertEquals(List.of(new CopyEffect.ReplyGone(stamp(3), 1)), copy.standIn(stamp(3)), "keeps nothing");
        copy.keep(stamp(3), LAG);
        assertEquals(List.of(new CopyEffect.ReplyGone(stamp(3), 1)), copy.standIn(stamp(3)), "is not filled");
        copy.filled(stamp(3));
        assertEquals(List.of(new CopyEffect.ReplyGone(stamp(2), 1)), copy.standIn(stamp(2)), "is beyond it");
    }

    @Test
    void commitWithoutItsGradientEndsTheCopy() {
        filled(3);
        assertEquals(List.of(new CopyEffect.Drop()), copy.committed(order(3)));
        assertEquals(List.of(new CopyEffect.ReplyGone(stamp(4), 1)), copy.standIn(stamp(4)));
    }

    @Test
    void lateCommitsChangeNothing() {
        filled(3);
        commit(3);
        commit(4);
        commit(5);
        copy.folded(stamp(4));
        assertEquals(List.of(), copy.committed(order(3)), "it is folded");
        assertEquals(List.of(), copy.committed(order(2)), "it was before the copy");
        assertEquals(List.of(), copy.committed(order(4)), "it is known");
    }

    @Test
    void isKeptWhileShardsMoveAndDroppedWithTheFirstStepOfTheNextEpoch() {
        filled(3);
        assertEquals(List.of(), copy.step(stamp(3)));
        Stamp moved = new Stamp(3, new Cursor(0, Phase.INHERIT, 3), "layout");
        assertTrue(copy.standIn(stamp(3)).contains(new CopyEffect.Publish(stamp(3))), "others may still need it");
        assertEquals(List.of(new CopyEffect.Drop()), copy.step(moved));
        assertEquals(List.of(), copy.step(moved));
    }

    @Test
    void isFilledAnewForAnotherLayoutOfTheSameEpoch() {
        filled(3);
        Stamp cut = new Stamp(2, new Cursor(0, Phase.DISTILL, 0), "smaller");
        assertEquals(
                List.of(new CopyEffect.Drop(), new CopyEffect.Fill(cut), new CopyEffect.TakeDeferred()),
                copy.keep(cut, LAG));
        assertEquals(List.of(), copy.filled(stamp(3)), "not wanted any more");
        assertEquals(List.of(new CopyEffect.ReplyFilled(cut, 1)), copy.filled(cut));
    }

    private void filled(int step) {
        copy.keep(stamp(step), LAG);
        copy.filled(stamp(step));
    }

    private List<CopyEffect> commit(int step) {
        copy.gradientReady(stamp(step));
        copy.gradientHere(stamp(step));
        return copy.committed(order(step));
    }

    private static CommitOrder order(int step) {
        return new CommitOrder(
                stamp(step), stamp(step + 1), 1, new Rates(1e-3, 0, 0, 0), step, false, Samples.MEASURES);
    }

    private static Stamp stamp(int step) {
        return new Stamp(2, new Cursor(0, Phase.INHERIT, step), "layout");
    }
}
