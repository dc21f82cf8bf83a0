package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunDescription;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunOrigin;
import io.tinyclip.actors.run.RunRules;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.actors.run.Workers;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/** Performs a {@link RunState}'s effects; it may be followed by another while it still believes that it leads. */
final class SimulatedCoordinator extends SimulatedProcess implements RunEffect.Handler {
    private final SimulatedCluster cluster;
    private final SimulatedNetwork network;
    private final RunPlan plan;
    private final RunState run;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final List<SimulatedShard> servers = new ArrayList<>();
    private final List<String> disputedSteps = new ArrayList<>();
    private Optional<Cursor> committed = Optional.empty();
    private Optional<Outcome> outcome = Optional.empty();
    private boolean loaded;
    private long term;
    private OptionalLong recalling = OptionalLong.empty();
    private Optional<Stamp> writing = Optional.empty();

    SimulatedCoordinator(SimulatedCluster cluster, SimulatedNetwork network, RunRules rules) {
        this.cluster = cluster;
        this.network = network;
        this.plan = rules.plan();
        this.run = new RunState(rules, SimulatedDisk.start());
        network.work("claim", this, () -> {
            term = cluster.disk().claim();
            apply(state -> state.told(OptionalLong.of(cluster.disk().told()))
                    .found(origin(Epoch.first(term), OptionalLong.empty())));
        });
    }

    Optional<Outcome> outcome() {
        return outcome;
    }

    /** Whether its run has begun. */
    boolean hasLoaded() {
        return loaded;
    }

    /** Those of which it has heard that two answers differ, as {@link SimulatedVector#stepOf} calls them. */
    List<String> disputedSteps() {
        return disputedSteps;
    }

    /** A message to this coordinator. */
    void tell(String what, Function<RunState, List<RunEffect>> fact) {
        network.send(what, this, () -> apply(fact));
    }

    void apply(Function<RunState, List<RunEffect>> fact) {
        if (outcome.isEmpty() && alive()) {
            fact.apply(run.at(network.now())).forEach(this::perform);
        }
    }

    void partitionDone(CoordinatorCommand.PartitionDone said) {
        tell("done " + said.partition(), state -> state.partitionDone(said));
    }

    void reached(CoordinatorCommand.PartitionReached said) {
        tell(
                "reached " + said.partition(),
                state -> state.reached(said.stamp(), said.worker(), said.partition(), said.reached()));
    }

    void dispute(CoordinatorCommand.Disputed said) {
        tell("disputed " + said, state -> {
            disputedSteps.add(SimulatedVector.stepOf(said.stamp()));
            return state.disputed(said);
        });
    }

    boolean knows(SimulatedProcess member) {
        return workers.contains(member) || servers.contains(member);
    }

    void join(SimulatedWorker worker) {
        if (!workers.contains(worker)) {
            workers.add(worker);
            int number = workers.size() - 1;
            apply(state -> state.workerJoined(number, new Workers.Identity("worker " + number, "")));
            if (!worker.alive()) {
                apply(state -> state.workerLost(number));
            }
        }
    }

    void join(SimulatedShard server) {
        if (!servers.contains(server)) {
            servers.add(server);
            int number = servers.size() - 1;
            apply(state -> state.serverJoined(number, "host " + number % 2));
            if (!server.alive()) {
                apply(state -> state.serverLost(number));
            }
        }
    }

    void lost(SimulatedProcess member) {
        network.work("lost", this, () -> {
            if (workers.contains(member)) {
                apply(state -> state.workerLost(workers.indexOf(member)));
            } else if (servers.contains(member)) {
                apply(state -> state.serverLost(servers.indexOf(member)));
            }
        });
    }

    void leaving(SimulatedProcess member) {
        network.send("leaving", this, () -> {
            if (workers.contains(member)) {
                apply(state -> state.workerLeaving(workers.indexOf(member)));
            } else if (servers.contains(member)) {
                apply(state -> state.serverLeaving(servers.indexOf(member)));
            }
        });
    }

    void stop() {
        apply(RunState::stop);
    }

    RunDescription describe() {
        return run.at(network.now()).describe(Integer::toString);
    }

    private RunOrigin origin(long epoch, OptionalLong mostSteps) {
        SimulatedDisk.Stored stored = cluster.disk().newest(mostSteps);
        Handle handle = network.publish("origin/" + epoch, stored.content());
        Range all = new Range(0, stored.position().layout().size());
        Optional<String> digest = Optional.of(stored.digest()).filter(it -> !it.isEmpty());
        return new RunOrigin(
                epoch,
                stored.position(),
                digest,
                List.of(new Part(all, handle, Optional.of(new Part.Moments(handle, handle)))));
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
            network.work("recall", this, () -> apply(state -> state.found(origin(recall.epoch(), recall.mostSteps()))));
        }
    }

    @Override
    public void releaseOrigin(RunEffect.ReleaseOrigin release) {
        release.origin().parts().stream().flatMap(Part::handles).forEach(network::release);
    }

    @Override
    public void survey(RunEffect.Survey survey) {
        toServer("survey", survey.server(), server -> server.onSurvey(this, survey.stamp()));
    }

    void holds(Stamp survey, SimulatedShard server, Optional<Holding> holding) {
        tell("holds", state -> state.holds(survey, servers.indexOf(server), holding));
    }

    @Override
    public void loadShards(RunEffect.LoadShards load) {
        loaded = true;
        for (int i = 0; i < load.servers().size(); i++) {
            int shard = i;
            toServer("load", load.servers().get(i), it -> it.onLoad(this, load, shard));
        }
    }

    @Override
    public void sendStep(RunEffect.SendStep step) {
        List<SimulatedShard> shards =
                step.map().servers().stream().map(servers::get).toList();
        for (int number : step.receivers()) {
            SimulatedWorker worker = workers.get(number);
            SimulatedWorker.Order order = new SimulatedWorker.Order(this, number, step, workers, shards);
            network.send("step " + step.attempt() + " " + step.leases(), worker, () -> worker.onStep(order));
        }
    }

    @Override
    public void sendReduce(RunEffect.SendReduce reduce) {
        for (int shard = 0; shard < reduce.map().size(); shard++) {
            OptionalInt keeper = reduce.map().keepers().get(shard);
            Optional<SimulatedShard> kept =
                    keeper.isPresent() ? Optional.of(servers.get(keeper.getAsInt())) : Optional.empty();
            toServer("reduce", reduce.map().servers().get(shard), server -> server.onReduce(this, reduce, kept));
        }
    }

    @Override
    public void keepCopies(RunEffect.KeepCopies keep) {
        for (int shard : keep.shards()) {
            int keeper = keep.map().keepers().get(shard).orElseThrow();
            toServer("keep " + shard, keeper, server -> server.onKeep(this, keep, shard));
        }
    }

    @Override
    public void standIn(RunEffect.StandIn standIn) {
        toServer("stand in for " + standIn.shard(), standIn.keeper(), server -> server.onStandIn(this, standIn));
    }

    @Override
    public void freeShards(RunEffect.FreeShards free) {
        free.servers().forEach(it -> toServer("free", it, server -> server.onFree(this, free.stamp())));
    }

    @Override
    public void sendCommit(RunEffect.SendCommit commit) {
        commit.servers().forEach(it -> toServer("commit", it, server -> server.onCommit(this, commit.order())));
    }

    @Override
    public void askCut(RunEffect.AskCut cut) {
        toServer("ask for the cut", cut.server(), server -> server.onDecide(this, cut.stamp()));
    }

    @Override
    public void sendGather(RunEffect.SendGather gather) {
        gather.map().servers().forEach(it -> toServer("gather", it, server -> server.onGather(this, gather)));
    }

    private void toServer(String what, int server, Consumer<SimulatedShard> message) {
        network.send(what + " to server " + server, servers.get(server), () -> message.accept(servers.get(server)));
    }

    @Override
    public void writeCheckpoint(RunEffect.WriteCheckpoint write) {
        if (writing.filter(write.stamp()::equals).isPresent()) {
            return;
        }
        writing = Optional.of(write.stamp());
        network.work("write", this, () -> {
            writing = Optional.empty();
            List<Handle> handles =
                    write.shards().stream().map(Published::second).toList();
            Optional<String> content = SimulatedVector.fetch(network, handles);
            content.ifPresent(found -> {
                assertEquals(SimulatedVector.content(write.stamp()), SimulatedVector.sound(found), "another version");
                RunEffect.CheckpointFiles files =
                        new RunEffect.CheckpointFiles(write.position().digestLine() + "\n" + found, List.of());
                apply(state -> state.checkpointWritten(write.stamp(), files));
            });
        });
    }

    @Override
    public void sealCheckpoint(RunEffect.SealCheckpoint seal) {
        network.work("seal", this, () -> {
            boolean leads = cluster.disk().term() == term;
            if (leads) {
                String digest = seal.written().digest();
                cluster.disk().seal(new SimulatedDisk.Stored(seal.position(), digest, digest.split("\n")[1]));
            }
            apply(state -> leads ? state.checkpointSealed(seal.stamp()) : state.followed());
        });
    }

    @Override
    public void tellStarted(RunEffect.TellStarted started) {
        committed = Optional.empty();
        cluster.disk().told(plan.committedSteps(started.cursor()));
    }

    @Override
    public void tellStep(RunEffect.TellStep step) {
        Cursor cursor = step.step().cursor();
        assertEquals(28 + plan.partitions() * 0.5, step.step().loss(), "each partition's loss counts once");
        long before = committed.map(plan::committedSteps).orElseGet(() -> plan.committedSteps(cursor) - 1);
        assertEquals(before + 1, plan.committedSteps(cursor), "steps come in order, each once");
        committed = Optional.of(cursor);
        if (cluster.disk().term() == term) {
            cluster.disk().told(before + 1);
        }
    }

    @Override
    public void tellStage(RunEffect.TellStage stage) {
        network.work("stage told", this, () -> {
            List<Handle> handles =
                    stage.shards().stream().map(Published::master).toList();
            boolean here = SimulatedVector.fetch(network, handles).isPresent();
            apply(state -> state.stageTold(stage.stamp(), here));
        });
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
        network.send("released", member, () -> cluster.released(member));
    }

    @Override
    public void restart(RunEffect.Restart restart) {
        cluster.kill(servers.get(restart.server()));
    }

    @Override
    public void expel(RunEffect.Expel expel) {
        assertTrue(workers.get(expel.worker()).lies(), "an honest worker was expelled");
        cluster.kill(workers.get(expel.worker()));
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
        cluster.failed(this, fail.reason());
        die();
    }
}
