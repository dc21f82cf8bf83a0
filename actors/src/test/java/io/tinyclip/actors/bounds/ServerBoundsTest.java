package io.tinyclip.actors.bounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestInbox;
import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.OldShards;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a token table may become, which costs the cube of its width. */
class ServerBoundsTest {
    /** Rank 20 in stage 0, 5 in stage 3. */
    private static final RunPlan PLAN = Fixture.factorised(MomentTransfer.FRESH);

    private static final ModelShape WHOLE = Fixture.SHAPE;

    @Test
    void aRankOfThePlansStageIsHeard() {
        assertEquals(Optional.empty(), said(WHOLE, WHOLE.withTokenRank(20), 0));
        assertEquals(Optional.empty(), said(WHOLE.withTokenRank(20), WHOLE.withTokenRank(5), 3));
        assertEquals(Optional.empty(), said(WHOLE.withTokenRank(20), WHOLE.withTokenRank(20), 1));
    }

    @Test
    void anotherRankOrOneOfAnotherStageIsRefused() {
        assertEquals(
                "a token table of rank [21] is not of stage [0]",
                said(WHOLE, WHOLE.withTokenRank(21), 0).orElseThrow());
        assertTrue(said(WHOLE, WHOLE.withTokenRank(20), 1).isPresent());
        assertTrue(said(WHOLE.withTokenRank(20), WHOLE, 0).isPresent());
    }

    @Test
    void aTableThatIsTooWideIsRefused() {
        ModelShape wide = new ModelShape(
                WHOLE.embedding(),
                WHOLE.activation(),
                WHOLE.image(),
                WHOLE.text().with(1288, WHOLE.text().layers()));
        String refusal = said(wide, wide.withTokenRank(20), 0).orElseThrow();
        assertTrue(refusal.contains("a text width") && refusal.contains("1288"), refusal);
    }

    private static Optional<String> said(ModelShape before, ModelShape after, int stage) {
        Layout old = Layout.of(before, Fixture.TOKEN_ROWS, false, false);
        Layout next = Layout.of(after, Fixture.TOKEN_ROWS, false, false);
        Range all = new Range(0, old.size());
        Handle handle = new Handle("host:2552", "server/first", old.size());
        Position to = Samples.position(new Cursor(stage, Phase.DISTILL, 0), next);
        return new ServerBounds(PLAN, Reign.any())
                .wrong(new ServerCommand.Gather(
                        Samples.position(to.cursor(), old).stamp(7),
                        old,
                        new ServerCommand.Assignment(7, to, 0, 1, new Range(0, next.size())),
                        Optional.empty(),
                        new OldShards(List.of(new ShardWeights(all, handle)), List.of(), List.of()),
                        TestInbox.<CoordinatorCommand>create().getRef()));
    }
}
