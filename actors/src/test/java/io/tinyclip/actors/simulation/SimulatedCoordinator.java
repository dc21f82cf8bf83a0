package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunDescription;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunRules;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** Performs a {@link RunState}'s effects; it may be followed by another while it still believes that it leads. */
final class SimulatedCoordinator extends SimulatedRequests {
    /** As in lead.Coordinator, and tinyclip.actors.remind-after. */
    private static final int TICKS_A_DEADLINE = 4;

    private static final long REMIND_AFTER = 10 * SimulatedNetwork.SECOND;

    private final SimulatedCluster cluster;
    private final SimulatedNetwork network;
    private final SimulatedPlane plane;
    private final RunPlan plan;
    private final RunState run;
    private final SimulatedFiles files;
    private final SimulatedRoster<SimulatedWorker> workers = new SimulatedRoster<>();
    private final SimulatedRoster<SimulatedShard> servers;
    private final List<String> disputedSteps = new ArrayList<>();
    private Optional<Cursor> committed = Optional.empty();
    private Optional<Outcome> outcome = Optional.empty();
    private boolean loaded;
    private long term;
    private OptionalLong recalling = OptionalLong.empty();
    private final SimulatedCalibration calibration;
    private Optional<Stamp> writing = Optional.empty();
    private SimulatedPlane.Errand fetching;
    private SimulatedPlane.Errand telling;

    SimulatedCoordinator(SimulatedCluster cluster, RunRules rules) {
        super(cluster.network());
        this.cluster = cluster;
        this.network = cluster.network();
        this.servers = servers();
        this.plane = cluster.plane();
        this.plan = rules.plan();
        this.run = new RunState(rules, SimulatedDisk.start(plan));
        this.files = new SimulatedFiles(network, this);
        this.fetching = plane.errand(this);
        this.telling = plane.errand(this);
        this.calibration = new SimulatedCalibration(network, this, plane);
        files.afterwards(done -> files.disk("claim", cluster.times().files(), () -> {
            term = cluster.claim(this);
            apply(state -> state.told(OptionalLong.of(cluster.disk().told()))
                    .found(origin(Epoch.first(term), OptionalLong.empty())));
            done.run();
        }));
        repeat(rules.policy().deadline().least().toNanos() / TICKS_A_DEADLINE, state -> {
            List<RunEffect> effects = state.tick();
            boolean hangs = files.busyNanos() > SimulatedCluster.DISK_PATIENCE.toNanos();
            return hangs ? List.of(new RunEffect.Fail("check the disk: it hangs", false)) : effects;
        });
        repeat(REMIND_AFTER, RunState::remind);
    }

    private void repeat(long nanos, Function<RunState, List<RunEffect>> fact) {
        network.timer(this, nanos, () -> {
            apply(fact);
            repeat(nanos, fact);
        });
    }

    @Override
    void die() {
        super.die();
        plane.died(this);
    }

    Optional<Outcome> outcome() {
        return outcome;
    }

    /** Where the last step led that it committed. */
    Optional<Cursor> committed() {
        return committed;
    }

    /** Whether its run has begun. */
    boolean hasLoaded() {
        return loaded;
    }

    SimulatedFiles files() {
        return files;
    }

    /** Those of which it has heard that two answers differ, as {@link SimulatedVector#stepOf} calls them. */
    List<String> disputedSteps() {
        return disputedSteps;
    }

    /** A message to this coordinator. */
    void tell(String what, SimulatedProcess from, Function<RunState, List<RunEffect>> fact) {
        network.send(what, from, this, () -> apply(fact));
    }

    void apply(Function<RunState, List<RunEffect>> fact) {
        if (outcome.isEmpty() && alive()) {
            fact.apply(run.at(network.now())).forEach(this::perform);
        }
    }

    void dispute(SimulatedProcess from, CoordinatorCommand.Disputed said) {
        tell("disputed " + said, from, state -> {
            disputedSteps.add(SimulatedVector.stepOf(said.stamp()));
            return state.disputed(said);
        });
    }

    boolean knows(SimulatedProcess member) {
        return workers.has(member) || servers.has(member);
    }

    /** A member offers itself. Whoever dies before it is heard is noticed all the same. */
    void join(SimulatedProcess member) {
        if (member instanceof SimulatedWorker worker) {
            workers.join(worker)
                    .ifPresent(number ->
                            apply(state -> state.workerJoined(number, new Workers.Identity("worker " + number, ""))));
        } else if (member instanceof SimulatedShard server) {
            servers.join(server).ifPresent(number -> apply(state -> state.serverJoined(number, "host " + number % 2)));
        }
        if (!member.alive()) {
            lost(member, 0);
        }
    }

    /** It notices after a while that a member is gone, or seems to be; who is not gone joins again. */
    void lost(SimulatedProcess member, long after) {
        network.work("noticed that " + member + " is gone", this, after, () -> {
            workers.lose(member).ifPresent(number -> apply(state -> state.workerLost(number)));
            servers.lose(member).ifPresent(number -> {
                telling.close();
                apply(state -> state.serverLost(number));
            });
        });
    }

    void leaving(SimulatedProcess member) {
        network.send(member + " is leaving", member, this, () -> {
            workers.number(member).ifPresent(number -> apply(state -> state.workerLeaving(number)));
            servers.number(member).ifPresent(number -> apply(state -> state.serverLeaving(number)));
        });
    }

    void stop() {
        apply(RunState::stop);
    }

    RunDescription describe() {
        return run.at(network.now()).describe(Integer::toString, 0);
    }

    private RunOrigin origin(long epoch, OptionalLong mostSteps) {
        SimulatedDisk.Stored stored = cluster.disk().newest(mostSteps);
        Handle handle = plane.publish(
                this, "origin/" + epoch, stored.content(), cluster.times().vector());
        Range all = new Range(0, stored.position().layout().size());
        Optional<String> digest = Optional.of(stored.digest()).filter(it -> !it.isEmpty());
        return new RunOrigin(
                epoch,
                stored.position(),
                digest,
                List.of(new Part(all, handle, Optional.of(new Part.Moments(handle, handle)))),
                cluster.disk().pins());
    }

    @Override
    public String toString() {
        return "coordinator " + term;
    }

    private void perform(RunEffect effect) {
        network.note("  " + effect.getClass().getSimpleName());
        effect.on(this);
    }

    @Override
    public void recall(RunEffect.Recall recall) {
        if (recalling.isEmpty() || recalling.getAsLong() != recall.epoch()) {
            recalling = OptionalLong.of(recall.epoch());
            cluster.recalled();
            fetching.close();
            files.afterwards(done -> files.disk("recall", cluster.times().files(), () -> {
                apply(state -> state.found(origin(recall.epoch(), recall.mostSteps())));
                done.run();
            }));
        }
    }

    @Override
    public void releaseOrigin(RunEffect.ReleaseOrigin release) {
        release.origin().parts().stream().flatMap(Part::handles).forEach(it -> plane.release(this, it));
    }

    @Override
    public void loadShards(RunEffect.LoadShards load) {
        loaded = true;
        super.loadShards(load);
    }

    @Override
    public void sendStep(RunEffect.SendStep step) {
        List<SimulatedShard> shards =
                step.map().servers().stream().map(servers::get).toList();
        for (int number : step.receivers()) {
            SimulatedWorker worker = workers.get(number);
            SimulatedOrder order = new SimulatedOrder(this, number, step, workers.all(), shards);
            String what = "step " + step.stamp().key() + " " + step.attempt() + " " + step.leases() + " to " + worker;
            network.send(what, this, worker, () -> worker.onStep(order));
        }
    }

    void holds(Stamp survey, SimulatedShard server, Optional<Holding> holding) {
        tell("holds", server, state -> {
            OptionalInt number = servers.number(server);
            return number.isPresent() ? state.holds(survey, number.getAsInt(), holding) : List.of();
        });
    }

    @Override
    SimulatedCoordinator self() {
        return this;
    }

    @Override
    public void restart(RunEffect.Restart restart) {
        cluster.kill(servers.get(restart.server()), 0);
    }

    @Override
    public void writeCheckpoint(RunEffect.WriteCheckpoint write) {
        if (writing.filter(write.stamp()::equals).isPresent()) {
            return;
        }
        writing = Optional.of(write.stamp());
        fetching.close();
        SimulatedPlane.Errand by = plane.errand(this);
        fetching = by;
        files.afterwards(
                done -> SimulatedVector.fetch(by, "for a checkpoint", Published::second, write.shards(), it -> {
                    if (it.isPresent()) {
                        files.disk("write", cluster.times().files(), () -> written(write, it.get(), done));
                    } else {
                        notWriting(write.stamp());
                        done.run();
                    }
                }));
    }

    private void written(RunEffect.WriteCheckpoint write, String found, Runnable done) {
        notWriting(write.stamp());
        assertEquals(SimulatedVector.content(write.stamp()), SimulatedVector.sound(found), "another version");
        RunEffect.CheckpointFiles written =
                new RunEffect.CheckpointFiles(write.position().digestLine() + "\n" + found, List.of());
        apply(state -> state.checkpointWritten(write.stamp(), written));
        done.run();
    }

    private void notWriting(Stamp stamp) {
        writing = writing.filter(it -> !it.equals(stamp));
    }

    @Override
    public void sealCheckpoint(RunEffect.SealCheckpoint seal) {
        files.afterwards(done -> files.disk("seal", 0, () -> {
            boolean leads = cluster.disk().term() == term;
            if (leads) {
                String digest = seal.written().digest();
                cluster.disk().seal(new SimulatedDisk.Stored(seal.position(), digest, digest.split("\n")[1]));
            }
            apply(state -> leads ? state.checkpointSealed(seal.stamp()) : state.followed());
            done.run();
        }));
    }

    @Override
    public void pinShards(RunEffect.PinShards pin) {
        files.afterwards(done -> files.disk("pin", cluster.times().files(), () -> {
            cluster.disk().pin(pin.steps(), pin.pins());
            boolean leads = cluster.disk().term() == term;
            apply(state -> leads ? state.pinned(pin.pins()) : state.followed());
            done.run();
        }));
    }

    @Override
    public void sendCommit(RunEffect.SendCommit commit) {
        long steps = plan.committedSteps(commit.order().next().cursor());
        assertTrue(cluster.disk().isPinned(steps), "a step is committed whose shards are not pinned: " + steps);
        super.sendCommit(commit);
    }

    @Override
    public void tellStarted(RunEffect.TellStarted started) {
        committed = Optional.empty();
        cluster.disk().told(plan.committedSteps(started.cursor()));
    }

    @Override
    public void tellStep(RunEffect.TellStep step) {
        Cursor cursor = step.step().cursor();
        assertEquals(
                plan.partitions() * plan.partitions() * 0.5, step.step().loss(), "each partition's loss counts once");
        long before = committed.map(plan::committedSteps).orElseGet(() -> plan.committedSteps(cursor) - 1);
        assertEquals(before + 1, plan.committedSteps(cursor), "steps come in order, each once");
        committed = Optional.of(cursor);
        if (cluster.disk().term() == term) {
            cluster.disk().told(before + 1);
        }
    }

    @Override
    public void tellStage(RunEffect.TellStage stage) {
        assertFalse(stage.position().layout().masked(), "what is judged is a student");
        telling = plane.errand(this);
        SimulatedVector.fetch(telling, "for the listener", Published::master, stage.shards(), it -> {
            if (it.isPresent()) {
                network.work(
                        "told", this, cluster.times().step(), () -> apply(run -> run.stageTold(stage.stamp(), true)));
            } else {
                apply(run -> run.stageTold(stage.stamp(), false));
            }
        });
    }

    @Override
    public void calibrate(RunEffect.Calibrate calibrate) {
        calibration.begin(calibrate, cluster.times().step());
    }

    @Override
    public void releaseWorker(RunEffect.ReleaseWorker release) {
        release(workers.get(release.worker()));
    }

    @Override
    public void releaseServer(RunEffect.ReleaseServer release) {
        release(servers.get(release.server()));
    }

    private void release(SimulatedProcess member) {
        network.send(member + " is released", this, member, () -> cluster.released(member));
    }

    @Override
    public void expel(RunEffect.Expel expel) {
        assertTrue(workers.get(expel.worker()).lies(), "an honest worker was expelled");
        cluster.kill(workers.get(expel.worker()), 0);
    }

    @Override
    public void say(RunEffect.Say say) {
        network.note("  " + say.line());
    }

    @Override
    public void finish(RunEffect.Finish finish) {
        outcome = Optional.of(finish.outcome());
    }

    @Override
    public void fail(RunEffect.Fail fail) {
        die();
        cluster.failed(this, fail.reason());
    }
}
