package io.tinyclip.actors.bounds;

import io.tinyclip.actors.message.OldShards;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.stranger.Token;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.RunPlan;
import java.util.List;
import java.util.Optional;

/** What may be said to a parameter server. */
public final class ServerBounds {
    private static final int MOST_LAG = 64;

    private final PlanBounds plan;
    private final Reign reign;

    /** @param reign of whoever leads, as this machine was told */
    public ServerBounds(RunPlan plan, Reign reign) {
        this.plan = new PlanBounds(plan);
        this.reign = reign;
    }

    /** What about it is out of bounds. */
    public Optional<String> wrong(ServerCommand command) {
        Check check = new Check();
        if (command instanceof ServerCommand.Request request) {
            plan.stamp(check, request.stamp());
            check.then(() -> reign.check(check, request.stamp(), request.replyTo()))
                    .then(() -> request(check, request));
        } else if (command instanceof ServerCommand.SubtreeReady it) {
            plan.stamp(check, it.stamp());
            plan.node(check, it.node());
            check.handle("a sum", it.sum())
                    .within("worker", it.answer().worker(), 0, Integer.MAX_VALUE)
                    .within("attempt", it.attempt(), 0, Integer.MAX_VALUE)
                    .text("a token", it.token(), Token.LENGTH);
        } else if (command instanceof ServerCommand.GradientReady it) {
            plan.stamp(check, it.stamp());
            check.within("shard", it.shard(), 0, PlanBounds.MOST_SHARDS - 1L);
            plan.pieces(check, it.pieces());
        } else if (command instanceof ServerCommand.GradientKept it) {
            plan.stamp(check, it.stamp());
            check.within("shard", it.shard(), 0, PlanBounds.MOST_SHARDS - 1L);
        }
        return check.wrong();
    }

    private void request(Check check, ServerCommand.Request request) {
        if (request instanceof ServerCommand.Load it) {
            plan.assignment(check, it.assignment());
            check.then(() -> plan.parts(check, it.parts(), it.assignment().range()));
        } else if (request instanceof ServerCommand.Reduce it) {
            plan.leases(check, it.leases());
            check.share("sparsity target", it.sparsityTarget());
        } else if (request instanceof ServerCommand.Keep it) {
            keep(check, it);
        } else if (request instanceof ServerCommand.StandIn it) {
            plan.stamp(check, it.version());
            check.within("shard", it.shard(), 0, PlanBounds.MOST_SHARDS - 1L)
                    .that(it.version().epoch() <= it.stamp().epoch(), "a copy of an epoch to come");
        } else if (request instanceof ServerCommand.Commit it) {
            plan.commit(check, it.order());
        } else if (request instanceof ServerCommand.DecideCut it) {
            check.share("what is kept", it.keep());
        } else if (request instanceof ServerCommand.Gather it) {
            gather(check, it);
        }
    }

    private void keep(Check check, ServerCommand.Keep it) {
        plan.assignment(check, it.assignment());
        Part part = it.part();
        check.within("lag", it.lag(), 1, MOST_LAG)
                .that(
                        part.range().equals(it.assignment().range()),
                        "range " + part.range() + " is not " + it.assignment().range())
                .then(() -> plan.part(check, part));
    }

    private void gather(Check check, ServerCommand.Gather it) {
        plan.assignment(check, it.next());
        Range all = new Range(0, it.before().size());
        OldShards old = it.old();
        check.that(
                        it.next().epoch() == it.stamp().epoch()
                                && it.before().hash().equals(it.stamp().layout()),
                        "the vector before is not [" + it.stamp().key() + "]")
                .then(() -> plan.tokenTable(check, it.before(), it.next().position()))
                .then(() -> List.of(old.weights(), old.first(), old.second()).forEach(pieces -> {
                    plan.pieces(check, pieces);
                    if (!pieces.isEmpty()) {
                        plan.covers(check, pieces, all);
                    }
                }));
    }
}
