package io.tinyclip.actors.run.members;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HoldingsTest {
    private static final Position CHECKPOINT = at(2);

    private final Holdings holdings = new Holdings();

    @Test
    void versionThatAllHaveIsWhole() {
        says(5, 3, 0, 4);
        says(6, 3, 1, 4);
        Holdings.Whole whole = whole(5, 6).orElseThrow();
        assertEquals(3, whole.epoch());
        assertEquals(at(4).stamp(0), whole.position().stamp(0));
        assertEquals(List.of(5, 6), whole.map().servers());
        assertEquals(at(3).cursor(), whole.last().orElseThrow().stamp().cursor());
    }

    @Test
    void whoHasHeardOfACommitThatOthersHaveNotIsStoodInForByItsCopy() {
        says(5, 3, 0, 5, 1);
        says(6, 3, 1, 4, 0);
        Holdings.Whole whole = whole(5, 6).orElseThrow();
        assertEquals(4, whole.position().cursor().step());
        assertEquals(List.of(-1, 6), whole.map().servers(), "nobody has the first shard at that version");
        assertEquals(List.of(OptionalInt.of(6), OptionalInt.of(5)), whole.map().keepers());
    }

    @Test
    void whoIsGoneIsStoodInForByItsCopyIfThereIsOne() {
        says(5, 3, 0, 4, 1);
        says(6, 3, 1, 4, 0);
        assertEquals(List.of(5, -1), whole(5).orElseThrow().map().servers());
        says(5, 3, 0, 4);
        assertEquals(Optional.empty(), whole(5));
    }

    @Test
    void nothingIsTakenOverThatIsNoLaterThanTheCheckpoint() {
        says(5, 3, 0, 2);
        says(6, 3, 1, 2);
        assertEquals(Optional.empty(), whole(5, 6));
        assertEquals(Optional.empty(), new Holdings().whole(Set.of(5), CHECKPOINT), "nobody says anything");
    }

    @Test
    void onlyTheNewestEpochCounts() {
        says(5, 3, 0, 4);
        says(6, 2, 1, 4);
        assertEquals(Optional.empty(), whole(5, 6), "the other one has not heard of the newest map");
    }

    @Test
    void shardsOfAnotherLayoutAreLaterThanTheCheckpointToo() {
        Position cut = Samples.position(new Cursor(0, Phase.DISTILL, 0), Samples.UNMASKED);
        says(
                5,
                3,
                new ServerCommand.Assignment(
                        3, cut, 0, 1, Shards.of(cut.layout(), 1).get(0)));
        Holdings.Whole whole = whole(5).orElseThrow();
        assertEquals(cut.layout(), whole.position().layout());
        assertEquals(Optional.empty(), whole.last(), "a transition is no commit");
    }

    @Test
    void whoHasNotSaidAnythingIsKnown() {
        says(5, 3, 0, 4);
        holdings.says(7, Optional.empty());
        assertEquals(List.of(6), holdings.silent(List.of(5, 6, 7)).toList());
    }

    private void says(int server, long epoch, int shard, int step, Integer... copies) {
        ServerCommand.Assignment assignment = new ServerCommand.Assignment(
                epoch, at(step), shard, 2, Shards.of(Samples.MASKED, 2).get(shard));
        says(server, epoch, assignment, copies);
    }

    private void says(int server, long epoch, ServerCommand.Assignment assignment, Integer... copies) {
        Cursor next =
                new Cursor(0, Phase.INHERIT, assignment.position().cursor().step());
        Stamp before = at(Math.max(0, next.step() - 1)).stamp(epoch);
        Rates rates = new Rates(1e-3, 0, 0, 0);
        CommitOrder last = new CommitOrder(
                before, new Stamp(epoch, next, Samples.MASKED.hash()), 1, rates, 1, false, Samples.MEASURES);
        holdings.says(
                server, Optional.of(new Holding(assignment, Samples.PUBLISHED, Optional.of(last), List.of(copies))));
    }

    private Optional<Holdings.Whole> whole(Integer... there) {
        return holdings.whole(Set.of(there), CHECKPOINT);
    }

    private static Position at(int step) {
        return Samples.position(new Cursor(0, Phase.INHERIT, step), Samples.MASKED);
    }
}
