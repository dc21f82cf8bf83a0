package io.tinyclip.actors.bounds;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.stranger.Token;
import io.tinyclip.inherit.Factorisation;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.step.LeftOut;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** What a run's plan says of the values that messages of all roles have. */
final class PlanBounds {
    /** One a block; a vector has at most as many. */
    static final int MOST_SHARDS = 4096;

    /** Machines that a step may ever be leased to, for each partition. */
    private static final int MOST_LEASES = 64;

    /** Claimed by files, whose names have no more digits. */
    private static final long MOST_TERM = 999_999_999;

    private static final int MOST_HASH_LETTERS = 256;

    private final RunPlan plan;

    PlanBounds(RunPlan plan) {
        this.plan = plan;
    }

    int partitions() {
        return plan.partitions();
    }

    int partitionSize() {
        return plan.partitionSize();
    }

    void stamp(Check check, Stamp stamp) {
        check.within("epoch", stamp.epoch(), 0, Epoch.first(MOST_TERM + 1) - 1)
                .text("a layout's hash", stamp.layout(), MOST_HASH_LETTERS)
                .then(() -> cursor(check, stamp.cursor()));
    }

    private void cursor(Check check, Cursor cursor) {
        check.within("stage", cursor.stage(), 0, plan.stages().size() - 1)
                .then(() -> check.within("step", cursor.step(), 0, plan.steps(cursor)));
    }

    void partition(Check check, int partition) {
        check.within("partition", partition, 0, plan.partitions() - 1);
    }

    /** A node of the tree over this run's partitions. */
    void node(Check check, Node node) {
        int top = Integer.numberOfTrailingZeros(Integer.highestOneBit(plan.partitions()));
        check.within("a node's level", node.level(), 0, top)
                .then(() -> check.within("a node's index", node.index(), 0, (plan.partitions() >> node.level()) - 1));
    }

    void question(Check check, Dispute.Question question) {
        node(check, question.node());
    }

    void leases(Check check, LeaseTable table) {
        check.within("attempt", table.attempt(), 0, Integer.MAX_VALUE)
                .size("leases", table.leases(), MOST_LEASES * plan.partitions())
                .each(table.leases(), lease -> lease(check, lease))
                .size("announcers", table.announcers(), table.leases().size())
                .each(table.announcers(), it -> token(check, it.token()));
    }

    private void lease(Check check, Lease lease) {
        grant(check, lease.from(), lease.to());
    }

    /** No guess: as long as they are made. */
    void token(Check check, String token) {
        check.text("a token", token, Token.LENGTH)
                .that(token.length() == Token.LENGTH, "a token of [" + token.length() + "] letters");
    }

    void grant(Check check, int from, int to) {
        check.within("the end of a lease", to, 1, plan.partitions())
                .within("the beginning of a lease", from, 0, to - 1);
    }

    void leftOut(Check check, LeftOut leftOut, int most) {
        check.within("samples left out", leftOut.count(), 0, most);
    }

    void position(Check check, Position position) {
        check.then(() -> cursor(check, position.cursor()))
                .within("updates", position.count(), 0, Integer.MAX_VALUE)
                .within("samples left out", position.bad(), 0, Long.MAX_VALUE)
                .share("sparsity", position.sparsity());
    }

    void assignment(Check check, ServerCommand.Assignment it) {
        stamp(check, it.stamp());
        check.within("shards", it.shards(), 1, MOST_SHARDS)
                .within("shard", it.shard(), 0, it.shards() - 1L)
                .then(() -> position(check, it.position()))
                .then(() -> check.that(
                        it.range().equals(Shards.of(it.layout(), it.shards()).get(it.shard())),
                        "range " + it.range() + " is not that of shard [" + it.shard() + "]"));
    }

    /** A table gets another rank only where a stage of the plan says so, and only one that can be decomposed. */
    void tokenTable(Check check, Layout before, Position next) {
        int rank = next.layout().shape().text().tokenRank();
        if (rank == before.shape().text().tokenRank()) {
            return;
        }
        StagePlan stage = plan.stages().get(next.cursor().stage());
        check.that(
                        stage.tokenRank().equals(OptionalInt.of(rank)),
                        "a token table of rank [" + rank + "] is not of stage ["
                                + next.cursor().stage() + "]")
                .within("a text width", before.shape().text().width(), 1, Factorisation.LARGEST_WIDTH);
    }

    /** Parts that cover a range, in order. */
    void parts(Check check, List<Part> parts, Range wanted) {
        check.size("parts", parts, MOST_SHARDS)
                .then(() -> covers(check, parts.stream().map(Part::range), wanted));
        check.each(parts, part -> part(check, part));
    }

    void part(Check check, Part part) {
        part.handles()
                .forEach(handle -> check.handle("a part", handle, part.range().length()));
    }

    void pieces(Check check, List<ShardWeights> pieces) {
        check.size("pieces", pieces, MOST_SHARDS)
                .each(
                        pieces,
                        it -> check.handle("a piece", it.weights(), it.range().length()));
    }

    void covers(Check check, List<ShardWeights> shards, Range wanted) {
        covers(check, shards.stream().map(ShardWeights::range), wanted);
    }

    private static void covers(Check check, Stream<Range> ranges, Range wanted) {
        int[] reached = {-1};
        ranges.filter(range -> range.length() > 0).forEachOrdered(range -> {
            if (reached[0] < 0 && range.from() <= wanted.from() || range.from() == reached[0]) {
                reached[0] = range.to();
            }
        });
        check.that(wanted.length() == 0 || reached[0] >= wanted.to(), "its parts do not cover " + wanted);
    }

    /** What a shard of a known layout publishes. */
    void published(Check check, Published published, Optional<Range> range) {
        for (Handle handle :
                List.of(published.workerWeights(), published.master(), published.first(), published.second())) {
            if (range.isPresent()) {
                check.handle("a shard", handle, range.get().length());
            } else {
                check.handle("a shard", handle);
            }
        }
    }

    void commit(Check check, CommitOrder order) {
        stamp(check, order.stamp());
        stamp(check, order.next());
        check.follows(order.next(), order.stamp())
                .share("clip scale", order.skip() ? 0 : order.clipScale())
                .within("updates", order.count(), 0, Integer.MAX_VALUE)
                .that(
                        order.rates().weights() >= 0
                                && Double.isFinite(order.rates().weights()),
                        "the rate of weights")
                .that(
                        order.rates().masks() >= 0
                                && Double.isFinite(order.rates().masks()),
                        "the rate of masks")
                .that(Double.isFinite(order.rates().multipliers()), "the rate of multipliers")
                .then(() -> leftOut(check, order.measures().leftOut(), plan.globalBatch()));
    }

    void refused(Check check, Refused refused) {
        stamp(check, refused.stamp());
        check.within("the epoch obeyed", refused.epoch(), 0, Epoch.first(MOST_TERM + 1) - 1)
                .text("the reason", refused.reason());
    }

    /** Blocks of a shard's range. */
    static int blocks(Layout layout, Range range) {
        return (range.length() + layout.blockSize() - 1) / layout.blockSize();
    }
}
