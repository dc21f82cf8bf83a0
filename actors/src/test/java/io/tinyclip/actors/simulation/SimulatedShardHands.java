package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.shard.ShardEffect;
import io.tinyclip.actors.shard.ShardState;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.ModelShape;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import java.util.List;

/** Performs a {@link ShardState}'s effects, for what work or a worker's message has led to. */
class SimulatedShardHands implements ShardEffect.Handler {
    /** Begins the keys of sums that a liar tells of without the leases for them; then comes its number. */
    static final String UNLEASED = "unleased";

    static final String BORROWED = "borrowed";

    /** The student of the stages from that on which begins with a calibration. */
    private static final ModelShape CALIBRATED =
            Fixture.kept(Fixture.SHAPE, Fixture.simulated().stages().get(1)).shapeAfter(Fixture.SHAPE);

    private final SimulatedCluster cluster;
    private final SimulatedShard shard;
    private final ShardState state;

    SimulatedShardHands(SimulatedCluster cluster, SimulatedShard shard) {
        this.cluster = cluster;
        this.shard = shard;
        this.state = shard.state();
    }

    /** For what a coordinator's message has led to: it hears of a refusal. */
    static class Asked extends SimulatedShardHands {
        private final SimulatedCoordinator from;

        Asked(SimulatedShardHands hands, SimulatedCoordinator from) {
            super(hands.cluster, hands.shard);
            this.from = from;
        }

        @Override
        public void refuse(ShardEffect.Refuse refuse) {
            from.tell("refused", super.shard, run -> run.refused(refuse.reply()));
        }
    }

    @Override
    public void refuse(ShardEffect.Refuse refuse) {
        throw new AssertionError("nobody asked for what is refused: " + refuse);
    }

    @Override
    public void read(ShardEffect.Read read) {
        throw new AssertionError("nobody performs " + read);
    }

    @Override
    public void gatherRange(ShardEffect.GatherRange range) {
        throw new AssertionError("nobody performs " + range);
    }

    @Override
    public void publish(ShardEffect.Publish publish) {
        shard.endFetches();
        shard.range().publish(publish.stamp(), publish.keepOld());
    }

    @Override
    public void freeOld(ShardEffect.FreeOld free) {
        shard.range().freeOld();
    }

    @Override
    public void freeAll(ShardEffect.FreeAll free) {
        shard.endFetches();
        shard.range().freeAll();
    }

    @Override
    public void fetchSlice(ShardEffect.FetchSlice fetch) {
        TreeSum<FloatVector> into = shard.range().tree();
        requireLeased(fetch);
        shard.slices()
                .of(fetch.node())
                .fetch(
                        "sum " + fetch.node() + " by " + shard,
                        fetch.handle(),
                        shard.range().share(),
                        slice -> {
                            if (slice.isPresent()) {
                                shard.work("added " + fetch.node(), () -> {
                                    into.give(fetch.node(), SimulatedSum.read(slice.get()));
                                    List<ShardEffect> effects = state.sliceAdded(fetch.stamp(), fetch.node());
                                    shard.slices().endUnless(state::wants);
                                    return effects;
                                });
                            } else {
                                shard.goOn(state.sliceGone(fetch.stamp(), fetch.node(), fetch.handle()));
                            }
                        });
    }

    /** What nobody was leased is told by liars alone, and by its key. */
    private void requireLeased(ShardEffect.FetchSlice fetch) {
        String[] key = fetch.handle().key().split("/");
        assertNotEquals(BORROWED, key[0], "a sum under another worker's number was taken");
        if (key[0].equals(UNLEASED)) {
            LeaseTable known = shard.leases(fetch.stamp());
            assertTrue(known.holds(Integer.parseInt(key[1]), fetch.node()), "a sum without leases was taken");
        }
    }

    @Override
    public void refuseSum(ShardEffect.RefuseSum refuse) {
        assertTrue(refuse.handle().key().startsWith(UNLEASED), "an honest sum was refused: " + refuse);
        shard.answer("refused sum", number -> run -> run.refused(refuse.reply()));
    }

    @Override
    public void rejectSum(ShardEffect.RejectSum reject) {
        assertTrue(reject.handle().key().startsWith(BORROWED), "an honest sum was rejected: " + reject);
    }

    @Override
    public void finishReduction(ShardEffect.FinishReduction finish) {
        SimulatedSum.requireAll(
                total(), new Node(Integer.numberOfTrailingZeros(cluster.plan().partitions()), 0));
        shard.work("finish", () -> state.reductionFinished(finish.stamp()));
    }

    private FloatVector total() {
        return shard.range().tree().total().orElseThrow();
    }

    @Override
    public void apply(ShardEffect.Apply apply) {
        CommitOrder order = apply.order();
        assertEquals(
                SimulatedVector.content(order.stamp()),
                SimulatedVector.sound(shard.range().vector()));
        assertEquals(shard.obeyed(), order.stamp().epoch(), "a commit of another epoch than the one that is obeyed");
        assertTrue(cluster.everyShardReduced(order.stamp()), "committed before every shard had the gradient");
        FloatVector sum = total();
        shard.range().freeGradient();
        shard.work("apply", () -> {
            boolean still = state.at().filter(order.stamp()::equals).isPresent();
            if (still && shard.obeyed() == order.stamp().epoch()) {
                shard.applied(order);
                shard.range().take(SimulatedVector.applied(shard.range().vector(), order, sum));
            }
            return state.applied(order.next());
        });
    }

    @Override
    public void replyHolds(ShardEffect.ReplyHolds holds) {
        shard.answerSurvey(holds.survey(), holds.at());
    }

    @Override
    public void offerGradient(ShardEffect.OfferGradient offer) {
        shard.offerGradient(offer.stamp());
    }

    @Override
    public void decide(ShardEffect.Decide decide) {
        shard.work("decide", () -> state.cutDecided(decide.stamp()));
    }

    @Override
    public void replyReady(ShardEffect.ReplyReady ready) {
        shard.coordinator().ifPresent(to -> {
            Published version = shard.range().published();
            shard.answer("ready", number -> run -> run.shardReady(ready.stamp(), number, version));
        });
    }

    @Override
    public void replyReduced(ShardEffect.ReplyReduced reduced) {
        shard.answer("reduced", number -> run -> run.reduced(reduced.stamp(), number, new double[] {1}, Double.NaN));
    }

    @Override
    public void replyDecided(ShardEffect.ReplyDecided decided) {
        ModelShape shape = decided.stamp().cursor().stage() == 0 ? Fixture.SHAPE : CALIBRATED;
        CoordinatorCommand.CutDecided reply = new CoordinatorCommand.CutDecided(
                decided.stamp(),
                Kept.everything(shape),
                WidthMap.identity(shape.text().width()),
                0.25);
        shard.answer("cut", number -> run -> run.cutDecided(reply));
    }

    @Override
    public void tellDisputed(ShardEffect.TellDisputed it) {
        Dispute.Question question = new Dispute.Question(it.node(), new Range(0, 1));
        shard.coordinator()
                .ifPresent(to -> to.dispute(
                        shard, new CoordinatorCommand.Disputed(it.stamp(), question, it.first(), it.second())));
    }
}
