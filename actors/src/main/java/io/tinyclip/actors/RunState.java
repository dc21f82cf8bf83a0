package io.tinyclip.actors;

import io.tinyclip.actors.StepUnderWay.Reached;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Decides how a run goes on. Facts and the time go in, effects come out; who performs them is not known here. The modes
 * that it goes through are drawn at {@link RunMode}.
 *
 * <p>Facts about another version than the one waited for are late or doubled, and change nothing. Requests are repeated by
 * {@link #remind} until they are answered: any message may be lost. Members may come, go and be lost at any moment.
 */
final class RunState {
    private final RunPolicy policy;
    private final RunRules rules;
    private final RunMembers members = new RunMembers();
    private final RunCourse run;
    private Optional<OptionalLong> backAfterTelling = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private long nowNanos;

    /** A run that waits to hear where it begins, and for members. @param start where it begins without a checkpoint */
    RunState(RunRules rules, Position start) {
        this.rules = rules;
        this.policy = rules.policy();
        this.run = new RunCourse(rules, start, members);
    }

    /** The time, before any fact that comes at it. */
    RunState at(long now) {
        nowNanos = now;
        run.time(now);
        return this;
    }

    /** Where the run begins or goes on. The first of them says in which epoch. */
    List<RunEffect> found(RunOrigin origin) {
        boolean awaited = run.is(RunMode.RECALLING) && (run.epoch() == 0 || origin.epoch() == run.epoch());
        if (awaited && failure.isEmpty()) {
            run.goOnFrom(origin);
        } else {
            run.effects().add(new RunEffect.ReleaseOrigin(origin));
        }
        if (awaited) {
            failure.ifPresent(run::fail);
        }
        return done();
    }

    /** A shard holds and publishes the vector of this version: it has loaded, committed or gathered it. */
    List<RunEffect> shardReady(Stamp stamp, int shard, Published published) {
        if (run.ready(stamp, shard, published)) {
            run.effects().progressed();
        }
        return done();
    }

    /** A worker is there, whatever it says. */
    List<RunEffect> heard(Stamp stamp, int worker) {
        heardInStep(stamp, worker);
        return done();
    }

    List<RunEffect> reached(Stamp stamp, int worker, int partition, Reached what) {
        if (heardInStep(stamp, worker)) {
            run.step().reached(worker, partition, what);
        }
        return done();
    }

    List<RunEffect> partitionDone(Coordinator.PartitionDone it) {
        if (heardInStep(it.stamp(), it.worker())) {
            run.step().reached(it.worker(), it.partition(), Reached.GRADIENT);
            run.step().tally().partitionDone(it.partition(), it.loss(), it.entropy());
            run.commitIfComplete();
        }
        return done();
    }

    /** @return whether it is about the step that is being computed */
    private boolean heardInStep(Stamp stamp, int worker) {
        if (Epoch.term(stamp.epoch()) == Epoch.term(run.epoch())) {
            members.heard(worker, nowNanos);
        }
        boolean current = run.stepping(stamp);
        if (current) {
            run.effects().progressed();
        }
        return current;
    }

    /** @param sparsity expected; NaN from shards without masks */
    List<RunEffect> reduced(Stamp stamp, int shard, double[] squaredNorms, double sparsity) {
        if (run.stepping(stamp)) {
            run.effects().progressed();
            run.step().tally().reduced(shard, squaredNorms, sparsity);
            run.commitIfComplete();
        }
        return done();
    }

    List<RunEffect> cutDecided(Coordinator.CutDecided cut) {
        if (run.is(RunMode.CUTTING) && cut.stamp().equals(run.stamp())) {
            run.cut(cut);
        }
        return done();
    }

    /** All shards of a checkpoint are durable. */
    List<RunEffect> checkpointWritten(Stamp stamp, CheckpointFiles files) {
        run.checkpoints().written(stamp, files).ifPresent(seal -> {
            run.effects().progressed();
            run.effects().add(seal);
            run.commitIfComplete();
        });
        return done();
    }

    /** The checkpoint that was to be sealed is good. */
    List<RunEffect> checkpointSealed(Stamp stamp) {
        if (run.checkpoints().sealed(stamp)) {
            run.effects().progressed();
            if (run.is(RunMode.SEALING)) {
                run.proceed();
            }
        }
        return done();
    }

    /** The listener has done what it does at a stage's end. */
    List<RunEffect> stageTold(Stamp stamp) {
        if (run.is(RunMode.TELLING) && stamp.equals(run.stamp())) {
            boolean inDoubt = backAfterTelling.filter(OptionalLong::isPresent).isPresent();
            if (!inDoubt) {
                run.stageIsTold();
            }
            if (backAfterTelling.isPresent() && (inDoubt || !run.isLastStage())) {
                goBackAfterTelling();
            } else {
                run.leaveStage();
            }
        }
        return done();
    }

    /** The vector could not be had for the listener: its server is gone, as will be heard, or the next try gets it. */
    List<RunEffect> stageUntold(Stamp stamp) {
        if (run.is(RunMode.TELLING) && stamp.equals(run.stamp())) {
            if (backAfterTelling.isPresent()) {
                goBackAfterTelling();
            } else {
                run.tellStageLater();
            }
        }
        return done();
    }

    /** A worker came: it gets leases from the next step on, or at once where nobody has any. */
    List<RunEffect> workerJoined(int worker, RunMembers.Identity identity) {
        members.workerJoined(worker, identity, nowNanos);
        run.loadIfEnough();
        if (run.is(RunMode.STEPPING) && run.step().holders().contains(StepUnderWay.NOBODY)) {
            run.leaseAgain(holder -> holder == StepUnderWay.NOBODY, members.eligible());
        }
        return done();
    }

    /** A worker is gone: what it had not finished is leased to the others, in the same step. */
    List<RunEffect> workerLost(int worker) {
        if (members.workerLost(worker)) {
            withoutWorker(worker);
        }
        return done();
    }

    /** A worker wants to go: as if it were lost, but it is told that it may. */
    List<RunEffect> workerLeaving(int worker) {
        if (members.workerLeaving(worker)) {
            withoutWorker(worker);
        }
        run.effects().add(new RunEffect.ReleaseWorker(worker));
        return done();
    }

    private void withoutWorker(int worker) {
        if (run.is(RunMode.ENDED)) {
            return;
        }
        if (!policy.elastic() && !members.hasWorkers()) {
            run.fail("the last worker is gone; start the run again and it goes on from its checkpoint");
        } else if (!thirdIsMissing() && run.is(RunMode.STEPPING)) {
            if (run.step().holders().contains(worker)) {
                leaseAgain(holder -> holder == worker, members.eligible());
            }
            restIfStranded();
        }
    }

    /** Where bits differ between workers, a partition has one owner a step: then all of the step is computed again. */
    private void leaseAgain(Predicate<Integer> gone, List<Integer> others) {
        if (policy.relaxed()) {
            run.move();
        } else {
            run.leaseAgain(gone, others);
        }
    }

    /** A server came: it holds a shard from the next rest on. */
    List<RunEffect> serverJoined(int server) {
        members.serverJoined(server);
        run.loadIfEnough();
        restIfStranded();
        return done();
    }

    /** A server wants to go: its shard moves to others at the next rest. */
    List<RunEffect> serverLeaving(int server) {
        boolean holds = members.serverLeaving(server) && (run.map().has(server) || run.movesFrom(server));
        if (holds && !run.is(RunMode.ENDED)) {
            restIfStranded();
        } else {
            run.effects().add(new RunEffect.ReleaseServer(server));
        }
        return done();
    }

    /** Nobody computes the step, so it is given up for what waits for its end. */
    private void restIfStranded() {
        if (run.is(RunMode.STEPPING) && !members.hasWorkers() && run.wantsToRest()) {
            run.proceed();
        }
    }

    /** A server is gone, and with it what it held: everybody goes back to the newest checkpoint. */
    List<RunEffect> serverLost(int server) {
        if (!members.serverLost(server) || run.is(RunMode.ENDED)) {
            return done();
        }
        if (!policy.elastic()) {
            run.fail("parameter server [" + server
                    + "] is gone and has no backup; start the run again and it goes on from its checkpoint");
        } else if (run.movesFrom(server) || !run.moves() && run.map().has(server)) {
            goBack(OptionalLong.empty());
        } else if (run.map().has(server)) {
            run.move();
        }
        return done();
    }

    /** @param mostSteps beyond which checkpoints are in doubt */
    private void goBack(OptionalLong mostSteps) {
        if (run.is(RunMode.TELLING)) {
            OptionalLong before = backAfterTelling.orElse(OptionalLong.empty());
            backAfterTelling = Optional.of(before.isPresent() ? before : mostSteps);
        } else {
            run.goBack(mostSteps);
        }
    }

    private void goBackAfterTelling() {
        OptionalLong mostSteps = backAfterTelling.orElseThrow();
        backAfterTelling = Optional.empty();
        run.goBack(mostSteps);
    }

    /** Two workers gave two answers: both are suspects until a third one has answered, in the same step again. */
    List<RunEffect> disputed(Coordinator.Disputed said) {
        int first = said.first().worker();
        int second = said.second().worker();
        boolean open = !run.is(RunMode.ENDED)
                && run.dispute().isEmpty()
                && said.stamp().epoch() == run.epoch()
                && !members.ofDifferentClasses(first, second);
        if (!open) {
            return done();
        }
        long steps = rules.plan().committedSteps(said.stamp().cursor());
        run.dispute(Optional.of(new Dispute(steps, said.question(), said.first(), said.second())));
        members.suspect(first, true);
        members.suspect(second, true);
        if (!thirdIsMissing()) {
            if (run.stepping(said.stamp())) {
                run.move();
            } else {
                goBack(OptionalLong.of(steps));
            }
        }
        return done();
    }

    /**
     * Without suspects there is nobody to ask about; without a third worker nobody can settle the dispute: then the run
     * ends, once checkpoints that are in doubt are removed.
     *
     * @return whether it ends
     */
    private boolean thirdIsMissing() {
        run.dispute(run.dispute().filter(it -> it.hasSuspectIn(members.workers())));
        boolean missing = run.dispute().isPresent() && members.eligible().isEmpty();
        if (missing) {
            Dispute dispute = run.dispute().get();
            failure = Optional.of(dispute.withoutThird(members::name));
            run.goBack(OptionalLong.of(dispute.steps()));
        }
        return missing;
    }

    /** A third worker has answered. */
    List<RunEffect> questionAnswered(Coordinator.QuestionAnswered it) {
        run.disputeOfThisStep()
                .filter(dispute -> run.stepping(it.stamp())
                        && dispute.question().equals(it.question())
                        && !dispute.suspects(it.answer().worker()))
                .ifPresent(dispute -> settle(dispute, it.answer()));
        return done();
    }

    private void settle(Dispute dispute, Dispute.Answer answer) {
        Optional<Dispute.Answer> wrong = dispute.wrong(answer.checksum());
        if (wrong.isEmpty()) {
            run.fail(dispute.unsettledBy(answer.worker(), members::name));
            return;
        }
        int loser = wrong.get().worker();
        run.effects().add(new RunEffect.Expel(loser, Dispute.expelled(members.name(loser))));
        members.workerLost(loser);
        members.suspect(dispute.first().worker(), false);
        members.suspect(dispute.second().worker(), false);
        run.dispute(Optional.empty());
        run.effects().progressed();
        run.commitIfComplete();
    }

    /** Somebody obeys another coordinator, if the epoch is higher. Otherwise the message was late, and nothing is done. */
    List<RunEffect> refused(Refused refused) {
        if (run.epoch() > 0 && refused.epoch() > run.epoch()) {
            run.fail("a newer coordinator leads this run: " + refused.reason());
        }
        return done();
    }

    /** Another coordinator has claimed a higher term. */
    List<RunEffect> followed() {
        run.fail("a newer coordinator leads this run: it has claimed a higher term");
        return done();
    }

    /** Finish the step under way, write a checkpoint and end. */
    List<RunEffect> stop() {
        run.stop();
        restIfStranded();
        return done();
    }

    /** Looks for leases that are late. Those whom all others wait for lose theirs, where there are others. */
    List<RunEffect> tick() {
        long since = run.step().sinceNanos();
        if (!run.is(RunMode.STEPPING) || nowNanos - since < run.times().deadlineNanos()) {
            return done();
        }
        Set<Integer> late = run.step().late(worker -> members.silentSince(worker, since));
        List<Integer> others = new ArrayList<>(members.eligible());
        others.removeAll(late);
        if (late.isEmpty() || others.isEmpty()) {
            run.step().waitOn(nowNanos);
        } else {
            late.forEach(worker -> members.late(worker, since));
            leaseAgain(late::contains, others);
        }
        return done();
    }

    /** Repeats what is not answered, if nothing has moved since it was last asked to. */
    List<RunEffect> remind() {
        run.remind();
        return done();
    }

    /** @param serverNames by number */
    RunDescription describe(IntFunction<String> serverNames) {
        return RunDescription.of(run, members, serverNames, nowNanos);
    }

    private List<RunEffect> done() {
        return run.effects().take();
    }
}
