package io.tinyclip.actors.run;

import io.tinyclip.actors.bounds.CoordinatorBounds;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.inherit.Kept;
import io.tinyclip.step.ShardPin;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/**
 * Decides how a run goes on. Facts and the time go in, effects come out; who performs them is not known here. The modes
 * that it goes through are drawn at {@link RunMode}; what each kind of fact changes is decided by the one of the
 * {@linkplain Deciders deciders} whose concern it is.
 *
 * <p>Facts about another version than the one waited for are late or doubled, and change nothing. Requests are repeated
 * by {@link #remind} until they are answered: any message may be lost. Members may come, go and be lost at any moment.
 */
public final class RunState {
    private final Deciders to;
    private final Standing at;
    private final RunCourse course;

    /** A run that waits to hear where it begins, and for members. @param start where it begins without a checkpoint */
    public RunState(RunRules rules, Position start) {
        this.to = Deciders.of(rules, start);
        this.at = to.at();
        this.course = new RunCourse(rules, to);
    }

    /** The time, before any fact that comes at it. */
    public RunState at(long now) {
        at.time(now);
        return this;
    }

    /** How many committed steps whoever listens has heard of from those who led before. */
    public RunState told(OptionalLong steps) {
        to.beginning().told(steps);
        return this;
    }

    /** A server has said what it holds, after another coordinator has led. */
    public List<RunEffect> holds(Stamp stamp, int server, Optional<Holding> holding) {
        to.beginning().holds(stamp, server, holding);
        course.loadIfEnough();
        return done();
    }

    /** Where the run begins or goes on. The first of them says in which epoch. */
    public List<RunEffect> found(RunOrigin origin) {
        boolean awaited = at.is(RunMode.RECALLING) && (at.epoch() == 0 || origin.epoch() == at.epoch());
        if (awaited && to.disputes().failure().isEmpty()) {
            to.beginning().goOnFrom(origin);
            course.loadIfEnough();
        } else {
            at.effects().add(new RunEffect.ReleaseOrigin(origin));
        }
        if (awaited) {
            to.disputes().failure().ifPresent(at::fail);
        }
        return done();
    }

    /** A shard holds and publishes the vector of this version: it has loaded, committed or gathered it. */
    public List<RunEffect> shardReady(Stamp stamp, int shard, Published published) {
        if (course.ready(stamp, shard, published)) {
            at.effects().progressed();
        }
        return done();
    }

    /** A worker is there, whatever it says. @param transfers whether bytes come or go */
    public List<RunEffect> heard(Stamp stamp, int worker, boolean transfers) {
        if (heardInStep(stamp, worker) && transfers) {
            to.stepping().transfers(worker);
        }
        return done();
    }

    public List<RunEffect> reached(Stamp stamp, int worker, int partition, Reached what) {
        if (heardInStep(stamp, worker)) {
            to.stepping().reached(worker, partition, what);
        }
        return done();
    }

    public List<RunEffect> partitionDone(CoordinatorCommand.PartitionDone it) {
        if (heardInStep(it.stamp(), it.worker())) {
            to.stepping().partitionDone(it);
            course.commitIfComplete();
        }
        return done();
    }

    /** @return whether it is about the step that is being computed */
    private boolean heardInStep(Stamp stamp, int worker) {
        if (Epoch.term(stamp.epoch()) == Epoch.term(at.epoch())) {
            to.workers().heard(worker, at.nowNanos());
        }
        boolean current = at.stepping(stamp);
        if (current) {
            at.effects().progressed();
        }
        return current;
    }

    public List<RunEffect> reduced(Stamp stamp, int shard, double[] squaredNorms, double sparsity) {
        if (at.stepping(stamp)) {
            at.effects().progressed();
            to.stepping().reduced(shard, squaredNorms, sparsity);
            course.commitIfComplete();
        }
        return done();
    }

    public List<RunEffect> copyFilled(Stamp stamp, int shard) {
        if (to.copying().filled(stamp, shard)) {
            at.effects().progressed();
            course.commitIfComplete();
        }
        return done();
    }

    /** A keeper publishes its copy of a shard that is lost; empty where there is none. */
    public List<RunEffect> copyReady(Stamp version, int shard, Optional<Published> published) {
        course.copyReady(version, shard, published);
        return done();
    }

    public List<RunEffect> cutDecided(CoordinatorCommand.CutDecided cut) {
        to.staging().cut(cut);
        return done();
    }

    /** The student is cut by calibration. @param fitted where its weights are published, in the layout before the cut */
    public List<RunEffect> calibrated(Stamp stamp, Kept kept, ShardWeights fitted) {
        to.staging().calibrated(stamp, kept, fitted);
        return done();
    }

    public List<RunEffect> checkpointWritten(Stamp stamp, RunEffect.CheckpointFiles files) {
        to.checkpoints().written(stamp, files).ifPresent(seal -> {
            at.effects().progressed();
            at.effects().add(seal);
            course.commitIfComplete();
        });
        return done();
    }

    public List<RunEffect> pinned(List<ShardPin> pins) {
        at.effects().progressed();
        at.pins().pinned(pins);
        course.commitIfComplete();
        return done();
    }

    public List<RunEffect> checkpointSealed(Stamp stamp) {
        if (to.checkpoints().sealed(stamp)) {
            course.checkpointSealed();
        }
        return done();
    }

    /**
     * The listener has done what it does at a stage's end.
     *
     * @param told whether the vector could be had for it; if not, its server is gone, as will be heard, or the next try gets it
     */
    public List<RunEffect> stageTold(Stamp stamp, boolean told) {
        course.stageTold(stamp, told);
        return done();
    }

    /** A worker came: it gets leases from the next step on, or at once where nobody has any. */
    public List<RunEffect> workerJoined(int worker, Workers.Identity identity) {
        to.workers().joined(worker, identity, at.nowNanos());
        course.loadIfEnough();
        if (at.is(RunMode.STEPPING)) {
            to.stepping().leaseWhatNobodyHas();
        }
        return done();
    }

    /** A worker is gone: what it had not finished is leased to the others, in the same step. */
    public List<RunEffect> workerLost(int worker) {
        if (to.workers().lost(worker)) {
            course.withoutWorker(worker);
        }
        return done();
    }

    /** A worker wants to go: as if it were lost, but it is told that it may. */
    public List<RunEffect> workerLeaving(int worker) {
        if (to.workers().leaves(worker)) {
            course.withoutWorker(worker);
        }
        at.effects().add(new RunEffect.ReleaseWorker(worker));
        return done();
    }

    /** A server came: it holds a shard from the next rest on. @param host that it runs on, as it is known by */
    public List<RunEffect> serverJoined(int server, String host) {
        to.servers().joined(server, host);
        to.beginning().joined(server);
        course.loadIfEnough();
        course.restIfStranded();
        return done();
    }

    /** A server wants to go: its shard moves to others at the next rest. */
    public List<RunEffect> serverLeaving(int server) {
        boolean holds = to.servers().leaves(server) && to.moving().needs(server);
        if (holds && !at.is(RunMode.ENDED)) {
            course.restIfStranded();
        } else {
            at.effects().add(new RunEffect.ReleaseServer(server));
        }
        return done();
    }

    /** A server is gone, and with it what it held: copies of that stand in, or all go back to the newest checkpoint. */
    public List<RunEffect> serverLost(int server) {
        course.serverLost(server);
        return done();
    }

    public List<RunEffect> disputed(CoordinatorCommand.Disputed said) {
        course.disputed(said);
        return done();
    }

    public List<RunEffect> questionAnswered(CoordinatorCommand.QuestionAnswered it) {
        if (to.disputes().answered(it)) {
            at.effects().progressed();
            course.settled();
        }
        return done();
    }

    /** Somebody obeys another coordinator, if the epoch is higher. Otherwise the message was late, and nothing is done. */
    public List<RunEffect> refused(Refused refused) {
        if (at.epoch() > 0 && refused.epoch() > at.epoch()) {
            at.fail("a newer coordinator leads this run: " + refused.reason());
        }
        return done();
    }

    /** Another coordinator has claimed a higher term. */
    public List<RunEffect> followed() {
        at.fail("a newer coordinator leads this run: it has claimed a higher term");
        return done();
    }

    /** Finish the step under way, write a checkpoint and end. */
    public List<RunEffect> stop() {
        course.stop();
        return done();
    }

    /** Looks for what is late. */
    public List<RunEffect> tick() {
        course.tick();
        course.serversLost();
        return done();
    }

    /** Repeats what is not answered, if nothing has moved since it was last asked to. */
    public List<RunEffect> remind() {
        if (!at.is(RunMode.ENDED)) {
            at.effects().remind(to.open());
        }
        return done();
    }

    /** @param workers that have ever joined */
    public CoordinatorBounds.Frame frame(int workers) {
        return to.moving().frame(workers);
    }

    /** @param refused messages that were out of bounds */
    public RunDescription describe(IntFunction<String> serverNames, long refused) {
        return RunDescription.of(to, serverNames, refused);
    }

    private List<RunEffect> done() {
        return at.effects().take();
    }
}
