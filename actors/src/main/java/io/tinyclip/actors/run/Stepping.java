package io.tinyclip.actors.run;

import io.tinyclip.actors.lease.Leasing;
import io.tinyclip.actors.lease.Shares;
import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.ShardMap;
import io.tinyclip.actors.run.RunEffect.FreeShards;
import io.tinyclip.actors.run.RunEffect.SendReduce;
import io.tinyclip.actors.run.RunEffect.SendStep;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Rates;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A step, from its leases to its commit.
 *
 * <pre>
 * between steps   begin                                    -> leased, attempt 0
 * leased          a holder is lost, leaves or is late      -> leased to others, at a higher attempt; or the shards move,
 *                                                             where a partition may have one owner only
 * leased          nobody can take over from the late       -> said, and as before
 * leased          all partitions and all shards are in     -> committing
 * committing      every shard is at the next version       -> between steps
 * </pre>
 *
 * Leases cover every partition once, and are honest workers' or nobody's. A commit leaves, and is answered, with every
 * partition and shard counted, and leads one step on.
 */
final class Stepping {
    private static final double TENTHS = 10;

    private final RunRules rules;
    private final RunPlan plan;
    private final Route route;
    private final Standing at;
    private final Workers workers;
    private final Moving moving;
    private final Disputes disputes;
    private final StepTimes times;
    private final Leasing leasing;
    private StepUnderWay step;
    private OptionalLong committedNanos = OptionalLong.empty();

    Stepping(RunRules rules, Standing at, Workers workers, Moving moving, Disputes disputes) {
        this.rules = rules;
        this.plan = rules.plan();
        this.route = new Route(rules);
        this.at = at;
        this.workers = workers;
        this.moving = moving;
        this.disputes = disputes;
        this.times = new StepTimes(rules.policy().deadline());
        this.step = new StepUnderWay(plan.partitions(), 0, Shares.EQUAL);
        this.leasing = new Leasing(rules.policy().leases(), plan, rules.policy().relaxed());
    }

    StepTimes times() {
        return times;
    }

    /** From now on, the time of the first step counts. @param from where what is told next begins */
    void started(Cursor from) {
        committedNanos = OptionalLong.of(at.nowNanos());
        at.effects().add(new RunEffect.TellStarted(from));
    }

    void begin() {
        List<Integer> eligible = workers.eligible();
        Optional<Dispute> dispute = disputes.ofThisStep();
        step = new StepUnderWay(plan.partitions(), moving.map().size(), leasing.shares(eligible));
        if (eligible.isEmpty()) {
            grant(List.of(new Lease(Workers.NOBODY, 0, plan.partitions())));
        } else if (dispute.isPresent()) {
            grant(dispute.get().leases(plan.partitions(), eligible));
        } else {
            Leasing.Dealt dealt = leasing.deal(at.position().cursor(), eligible);
            leasing.remark(eligible.size()).ifPresent(this::say);
            step.compare(dealt.seconds());
            grant(dealt.leases());
        }
    }

    /** What this worker, who is gone or goes, had not finished is leased to the others. */
    void leaseAgainWithout(int worker) {
        if (step.holders().contains(worker)) {
            leaseAgain(holder -> holder == worker, workers.eligible());
        }
    }

    /** Somebody is there for what nobody has. */
    void leaseWhatNobodyHas() {
        if (step.holders().contains(Workers.NOBODY)) {
            grantWithout(holder -> holder == Workers.NOBODY, workers.eligible());
        }
    }

    /** Where bits differ between workers, a partition has one owner a step: then all of the step is computed again. */
    void leaseAgain(Predicate<Integer> gone, List<Integer> others) {
        if (rules.policy().relaxed()) {
            moving.move();
        } else {
            grantWithout(gone, others);
        }
    }

    private void grantWithout(Predicate<Integer> gone, List<Integer> others) {
        Predicate<Lease> asked =
                lease -> disputes.ofThisStep().filter(it -> it.asks(lease)).isPresent();
        grant(step.without(gone, others, asked));
    }

    private void grant(List<Lease> granted) {
        step.grant(granted, at.nowNanos());
        workers.requireHonest(step.holders());
        ShardMap map = moving.map();
        List<RunEffect> requests = new ArrayList<>();
        requests.add(new SendReduce(at.stamp(), map, rates().sparsityTarget(), step.leaseTable()));
        requests.add(new SendStep(
                at.stamp(),
                step.attempt(),
                at.position().layout(),
                step.givenLeases(),
                step.seconds(),
                workers.but(step.holders()),
                map,
                disputes.ofThisStep().map(Dispute::question)));
        List<Integer> unneeded = moving.unneeded();
        if (!unneeded.isEmpty()) {
            requests.add(new FreeShards(at.stamp(), unneeded));
        }
        at.await(RunMode.STEPPING, requests.toArray(RunEffect[]::new));
    }

    void transfers(int worker) {
        step.transfers(worker);
    }

    void reached(int worker, int partition, Reached what) {
        step.reached(worker, partition, what);
    }

    void partitionDone(CoordinatorCommand.PartitionDone it) {
        step.reached(it.worker(), it.partition(), Reached.GRADIENT);
        step.speeds().computed(it.worker(), it.partition(), it.computing());
        step.tally().partitionDone(it);
        String worker = workers.name(it.worker());
        at.pins().told(it.stamp(), worker, it.pins()).ifPresent(at::refuse);
    }

    /** @param sparsity expected; NaN from shards without masks */
    void reduced(int shard, double[] squaredNorms, double sparsity) {
        step.tally().reduced(shard, squaredNorms, sparsity);
    }

    void commitIfComplete() {
        if (!at.is(RunMode.STEPPING) || !step.tally().complete()) {
            return;
        }
        if (!at.pins().durable()) {
            long steps = plan.committedSteps(at.position().cursor()) + 1;
            at.pins().ask().ifPresent(pins -> at.effects().add(new RunEffect.PinShards(steps, pins)));
            return;
        }
        StepTally.Totals totals = step.tally().totals(plan);
        at.goTo(route.committed(at.position(), !totals.skip(), totals.leftOut().count()));
        requireOneStep();
        CommitOrder order = new CommitOrder(
                at.stamp(),
                at.nextStamp(),
                totals.clipScale(),
                rates(),
                at.next().count(),
                totals.skip(),
                totals.measures((at.nowNanos() - committedNanos.orElse(at.nowNanos())) * 1e-9));
        at.await(
                RunMode.COMMITTING, new RunEffect.SendCommit(order, moving.map().servers()));
    }

    /** Every shard is at the next version. */
    void committed() {
        requireOneStep();
        StepTally.Totals totals = step.tally().totals(plan);
        long now = at.nowNanos();
        double seconds = (now - committedNanos.orElse(now)) * 1e-9;
        committedNanos = OptionalLong.of(now);
        times.add(now - step.sinceNanos());
        workers.stepCommitted(step.holders());
        leasing.committed(step.measured());
        at.effects().add(new RunEffect.TellStep(totals.told(at.position(), rates(), seconds)));
    }

    private void requireOneStep() {
        long before = plan.committedSteps(at.position().cursor());
        long after = plan.committedSteps(at.next().cursor());
        if (!step.tally().complete() || after != before + 1) {
            throw new IllegalStateException("a commit leads from [" + before + "] committed steps to [" + after
                    + "], complete [" + step.tally().complete() + "]");
        }
    }

    /** Looks for leases that are late: no step waits for anybody for ever where there is somebody else. */
    void tick() {
        long since = step.sinceNanos();
        if (!at.is(RunMode.STEPPING) || at.nowNanos() - since < times.deadlineNanos()) {
            return;
        }
        Set<Integer> late = step.late(worker -> workers.silentSince(worker, since));
        List<Integer> others = workers.others(late, since);
        if (late.isEmpty() || !isAwaited()) {
            waitForAll();
        } else if (!others.isEmpty()) {
            takeFrom(late, others);
        } else if (step.waitsInVain(at.nowNanos(), times.deadlineNanos())) {
            say(
                    late.contains(Workers.NOBODY)
                            ? "waiting for a worker, for " + waited() + "; lend a machine"
                            : "waiting for " + workers.names(late) + ", not heard of for " + waited()
                                    + ", and nobody else can compute; lend another machine, or end theirs");
        }
    }

    /** Whether this shard has its sum, or may still be waiting for a worker's. */
    boolean isReducedOrWaits(int shard) {
        return step.tally().isReduced(shard) || !step.allTold() || step.transfers();
    }

    /** Whether anything is still wanted of workers. */
    private boolean isAwaited() {
        return !step.tally().complete() || disputes.ofThisStep().isPresent();
    }

    private void takeFrom(Set<Integer> late, List<Integer> others) {
        late.forEach(worker -> workers.late(worker, step.sinceNanos()));
        leaseAgain(late::contains, others);
    }

    /** All are there, and slow, or one of them hangs in its work, or what somebody has told of does not get to a server. */
    private void waitForAll() {
        Set<Integer> stuck = step.stuck();
        List<Integer> idle = workers.others(step.holders(), step.sinceNanos());
        List<Integer> all = workers.others(Set.of(), step.sinceNanos());
        if (step.transfers() && (stuck.isEmpty() || idle.isEmpty())) {
            step.waitOn(at.nowNanos());
            return;
        }
        if (!stuck.isEmpty() || step.allTold()) {
            times.doubleDeadline();
        }
        if (!isAwaited()) {
            say("waiting for a checkpoint to be written, for " + waited() + "; check the disk of the run folder");
            step.waitForOthers(at.nowNanos());
        } else if (!stuck.isEmpty() && !idle.isEmpty()) {
            say(workers.names(stuck) + " told nothing new for " + waited() + ": " + workers.names(idle)
                    + " compute instead");
            takeFrom(stuck, idle);
        } else if (step.allTold() && step.waitedInVain() > 0 && all.size() > 1) {
            say("sums of " + workers.names(step.holders()) + " do not arrive, after another " + waited()
                    + ": their partitions change hands");
            leaseAgain(holder -> true, all);
        } else {
            if (step.allTold()) {
                say("waiting for sums of " + workers.names(step.holders()) + " to reach every server, for " + waited());
            } else if (!stuck.isEmpty()) {
                say("waiting for " + workers.names(step.holders()) + ", who told nothing new for " + waited());
            }
            step.waitOn(at.nowNanos());
        }
    }

    /** For how long, for a line. */
    private String waited() {
        double seconds = (at.nowNanos() - step.sinceNanos()) * 1e-9;
        return Math.round(seconds * TENTHS) / TENTHS + " s";
    }

    private void say(String line) {
        at.effects().add(new RunEffect.Say("step " + at.position().cursor().step() + ": " + line));
    }

    /** Deadlines for which the step has waited in vain. */
    int waitedInVain() {
        return at.is(RunMode.STEPPING) ? step.waitedInVain() : 0;
    }

    private Rates rates() {
        return Schedule.rates(plan, at.position().cursor());
    }
}
