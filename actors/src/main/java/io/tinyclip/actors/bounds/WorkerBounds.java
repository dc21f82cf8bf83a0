package io.tinyclip.actors.bounds;

import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.evaluate.JudgedSet;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.RunPlan;
import java.util.List;
import java.util.Optional;

/** What may be said to a worker. */
public final class WorkerBounds {
    private static final int MOST_MODELS = 64;

    /** Letters; layers that differ are said one by one. */
    private static final int MOST_DESCRIPTION = 1 << 16;

    /** Floats of one feature. */
    private static final int WIDEST = 1 << 16;

    private final PlanBounds plan;
    private final Reign reign;

    /** @param reign of whoever leads, as this machine was told */
    public WorkerBounds(RunPlan plan, Reign reign) {
        this.plan = new PlanBounds(plan);
        this.reign = reign;
    }

    /** What about it is out of bounds. */
    public Optional<String> wrong(WorkerCommand command) {
        Check check = new Check();
        if (command instanceof WorkerCommand.Step it) {
            plan.stamp(check, it.stamp());
            check.then(() -> reign.check(check, it.stamp(), it.coordinator())).then(() -> step(check, it));
        } else if (command instanceof WorkerCommand.FeaturesReady it) {
            plan.stamp(check, it.stamp());
            plan.partition(check, it.partition());
            features(check, it);
        } else if (command instanceof WorkerCommand.LogSumExpsReady it) {
            plan.stamp(check, it.stamp());
            plan.partition(check, it.partition());
            check.handle("log-sum-exps", it.logSumExps())
                    .within(
                            "floats of log-sum-exps",
                            it.logSumExps().length(),
                            0,
                            2L * MOST_MODELS * plan.partitionSize());
        } else if (command instanceof WorkerCommand.EmbedPart it) {
            plan.stamp(check, it.stamp());
            check.then(() -> reign.check(check, it.stamp(), it.coordinator())).then(() -> part(check, it));
        } else if (command instanceof Refused it) {
            plan.refused(check, it);
        }
        return check.wrong();
    }

    private static void part(Check check, WorkerCommand.EmbedPart it) {
        JudgedSet set = it.what().set();
        check.within("judgement", it.judgement(), 0, Long.MAX_VALUE)
                .within("number", it.number(), 0, Integer.MAX_VALUE)
                .within("part", it.part(), 0, Integer.MAX_VALUE)
                .text("a model's description", it.model().description(), MOST_DESCRIPTION)
                .handle("the model to judge", it.model().vector())
                .text("a set's name", set.name())
                .text("a set's place", set.place())
                .text("a set's split", set.split())
                .text("a set's hash", set.contentHash())
                .within("samples", set.samples(), 0, Integer.MAX_VALUE)
                .within("task", set.task(), 0, Integer.MAX_VALUE);
    }

    private void step(Check check, WorkerCommand.Step it) {
        List<ShardWeights> shards =
                it.shards().stream().map(WorkerCommand.Shard::weights).toList();
        check.within("attempt", it.attempt(), 0, Integer.MAX_VALUE)
                .within("number", it.number(), 0, Integer.MAX_VALUE)
                .that(
                        it.layout().hash().equals(it.stamp().layout()),
                        "the layout is not that of [" + it.stamp().key() + "]")
                .size("leases", it.leases(), 2 * plan.partitions())
                .each(it.leases(), grant -> plan.grant(check, grant.from(), grant.to()));
        check.each(it.shards(), shard -> plan.token(check, shard.token()));
        plan.pieces(check, shards);
        if (!it.leases().isEmpty()) {
            plan.covers(check, shards, new Range(0, it.layout().size()));
        }
        it.question().ifPresent(question -> {
            plan.question(check, question);
            check.within(
                    "the end of a range", question.range().to(), 0, it.layout().size());
        });
    }

    private void features(Check check, WorkerCommand.FeaturesReady it) {
        check.size("models", it.floats(), MOST_MODELS)
                .that(!it.floats().isEmpty(), "features of no model")
                .each(
                        it.floats(),
                        floats -> check.within("floats of a model", floats, 0, (long) WIDEST * plan.partitionSize()))
                .handle("features", it.features())
                .then(() -> {
                    long values =
                            2 * it.floats().stream().mapToLong(each -> each).sum();
                    check.within("floats of features", it.features().length(), values, values + plan.partitionSize());
                });
    }
}
