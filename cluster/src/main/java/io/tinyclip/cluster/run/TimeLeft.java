package io.tinyclip.cluster.run;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * How long the whole run still takes: every step and every evaluation that is left, at what their kind cost so far. The
 * passes through a model are a step's cost: one through the teacher, and a student's forward and twice as much backward,
 * which shrink with the share that the stage keeps. A kind not yet seen is taken to cost what the other kind does.
 */
final class TimeLeft {
    /** A student's forward and backward, in forwards. */
    private static final double TRAINED = 3;

    /** Newer steps outweigh older ones: memory and neighbours change in hours. */
    private static final double LEAST_SHARE = 0.05;

    /** Pairs an evaluation embeds, before the first is over: COCO's 5,000 at the most. */
    private static final double EVALUATED_PAIRS = 4_000;

    /** Part of an evaluation that does not shrink with the model. */
    private static final double FIXED_PART = 0.5;

    private final RunPlan plan;
    private final LongSupplier clock;
    private final Map<Phase, Mean> nanosOfPass = new EnumMap<>(Phase.class);
    private final Mean nanosOfEvaluation = new Mean();
    private Cursor next;
    /** When the step before was committed, in the same phase and without a break; else when there is none. */
    private long before;

    private boolean unbroken;
    private boolean teacherJudged;
    private int stagesJudged;

    /** @param clock nanoseconds, as {@code System.nanoTime} */
    TimeLeft(RunPlan plan, LongSupplier clock) {
        this.plan = plan;
        this.clock = clock;
        this.next = plan.start();
    }

    /** The run begins, or goes on, at a step. */
    synchronized void startedAt(Cursor cursor) {
        next = cursor;
        unbroken = false;
    }

    /** @param seconds since whatever was before it; not a number where nobody knows */
    synchronized void committed(Cursor cursor, double seconds) {
        long now = clock.getAsLong();
        boolean timed = unbroken && next.phase() == cursor.phase() && next.stage() == cursor.stage();
        double nanos = timed ? now - before : seconds * Duration.ofSeconds(1).toNanos();
        // A step after a cut or an evaluation would count those as its own; the very first is better than nothing.
        if ((timed || nanosOfPass.isEmpty()) && Double.isFinite(nanos) && nanos > 0) {
            nanosOfPass
                    .computeIfAbsent(cursor.phase(), phase -> new Mean())
                    .add(nanos / passes(cursor.stage(), cursor.phase()));
        }
        before = now;
        unbroken = true;
        next = plan.next(cursor);
    }

    /** The model that the run compresses was judged, now or by an earlier process. */
    synchronized void teacherJudged() {
        teacherJudged = true;
        unbroken = false;
    }

    /** The students of the first stages were judged, now or by an earlier process. */
    synchronized void judged(int stages) {
        stagesJudged = Math.max(stagesJudged, stages);
        unbroken = false;
    }

    /** @param keep share of the teacher's budget in the model that was evaluated */
    synchronized void evaluated(double keep, long nanos) {
        nanosOfEvaluation.add(nanos / size(keep));
    }

    /** Such as {@code whole run 12:05 left}; empty before the first step, when nothing is known. */
    synchronized String words() {
        OptionalLong nanos = nanos();
        return nanos.isEmpty() ? "" : "whole run " + Progress.time(nanos.getAsLong()) + " left";
    }

    /** Nanoseconds from the last step or evaluation on; empty before the first step. */
    synchronized OptionalLong nanos() {
        if (nanosOfPass.isEmpty()) {
            return OptionalLong.empty();
        }
        double steps = 0;
        for (int stage = next.stage(); stage < plan.stages().size(); stage++) {
            boolean now = stage == next.stage();
            if (!plan.pretrain() && !(now && next.phase() == Phase.DISTILL)) {
                steps += cost(stage, Phase.INHERIT, plan.stages().get(stage).inheritSteps() - (now ? next.step() : 0));
            }
            Phase last = plan.pretrain() ? Phase.PRETRAIN : Phase.DISTILL;
            steps += cost(
                    stage,
                    last,
                    plan.stages().get(stage).trainSteps() - (now && next.phase() == last ? next.step() : 0));
        }
        return OptionalLong.of(Math.round(steps + evaluations() * evaluation()));
    }

    private double cost(int stage, Phase phase, int steps) {
        Mean known =
                nanosOfPass.getOrDefault(phase, nanosOfPass.values().iterator().next());
        return Math.max(0, steps) * passes(stage, phase) * known.value;
    }

    /** Forward passes of the whole teacher that a step of a stage costs. */
    private double passes(int stage, Phase phase) {
        if (plan.pretrain()) {
            return TRAINED;
        }
        int shaped = phase == Phase.INHERIT ? stage - 1 : stage;
        return 1 + TRAINED * (shaped < 0 ? 1 : plan.stages().get(shaped).keep());
    }

    /** Sizes of the models that are still to be evaluated; the report looks with the teacher and the last student. */
    private double evaluations() {
        double sizes = 0;
        for (int stage = stagesJudged; stage < plan.stages().size(); stage++) {
            sizes += size(plan.stages().get(stage).keep());
        }
        if (plan.pretrain()) {
            return sizes;
        }
        double last = size(plan.stages().get(plan.stages().size() - 1).keep());
        return sizes + last + (teacherJudged ? 1 : 2) * size(1);
    }

    /** Nanoseconds for the whole teacher; before the first evaluation what its pairs cost in a step. */
    private double evaluation() {
        double pass = nanosOfPass.values().iterator().next().value;
        return nanosOfEvaluation.count > 0 ? nanosOfEvaluation.value : EVALUATED_PAIRS / plan.globalBatch() * pass;
    }

    private static double size(double keep) {
        return FIXED_PART + (1 - FIXED_PART) * keep;
    }

    /** Of what was seen, the first forgotten as soon as there is a second: it pays for whatever is done once. */
    private static final class Mean {
        private double value;
        private int count;

        void add(double seen) {
            double share = Math.max(LEAST_SHARE, 1.0 / Math.max(1, count));
            value += (seen - value) * share;
            count++;
        }
    }
}
