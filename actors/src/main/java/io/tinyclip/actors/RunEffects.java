package io.tinyclip.actors;

import akka.actor.typed.ActorRef;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The coordinator's hands: performs what {@link RunState} wants done. Used by the coordinator alone. */
final class RunEffects {
    /** Tells the run what work done elsewhere has come to, and lets the coordinator fail with it. */
    @FunctionalInterface
    interface Later {
        <T> void tell(CompletionStage<T> work, BiFunction<RunState, T, List<RunEffect>> fact);
    }

    private final CoordinatorSurroundings at;
    private final ActorRef<Coordinator.Command> self;
    private final Later later;
    private final List<ActorRef<Worker.Command>> workers = new ArrayList<>();
    private final List<ActorRef<ParameterServer.Command>> servers = new ArrayList<>();
    private Optional<RunOrigin> origin = Optional.empty();
    private Optional<CheckpointWriter> writer = Optional.empty();
    private Optional<Stamp> writing = Optional.empty();

    RunEffects(CoordinatorSurroundings surroundings, ActorRef<Coordinator.Command> self, Later later) {
        this.at = surroundings;
        this.self = self;
        this.later = later;
    }

    /** @return the worker's number, if it is new */
    OptionalInt join(ActorRef<Worker.Command> worker) {
        return join(workers, worker);
    }

    /** @return the server's number, which is its shard's, if it is new */
    OptionalInt joinServer(ActorRef<ParameterServer.Command> server) {
        return join(servers, server);
    }

    private static <T> OptionalInt join(List<ActorRef<T>> members, ActorRef<T> member) {
        if (members.contains(member)) {
            return OptionalInt.empty();
        }
        members.add(member);
        return OptionalInt.of(members.size() - 1);
    }

    boolean complete() {
        return workers.size() >= at.setup().workers()
                && servers.size() >= at.setup().servers();
    }

    int workers() {
        return workers.size();
    }

    int servers() {
        return servers.size();
    }

    void loadFrom(RunOrigin from) {
        origin = Optional.of(from);
        writer = Optional.of(new CheckpointWriter(at, Epoch.term(from.epoch())));
    }

    void perform(RunEffect effect) {
        if (effect instanceof RunEffect.LoadShards load) {
            load(load);
        } else if (effect instanceof RunEffect.SendReduce reduce) {
            ask(new ParameterServer.Reduce(reduce.stamp(), reduce.sparsityTarget(), self));
        } else if (effect instanceof RunEffect.SendStep step) {
            send(step);
        } else if (effect instanceof RunEffect.SendCommit commit) {
            ask(new ParameterServer.Commit(commit.order(), self));
        } else if (effect instanceof RunEffect.AskCut cut) {
            servers.get(cut.shard()).tell(new ParameterServer.DecideCut(cut.stamp(), cut.keep(), cut.widthMap(), self));
        } else if (effect instanceof RunEffect.SendGather gather) {
            send(gather);
        } else if (effect instanceof RunEffect.ReleaseOrigin) {
            found(origin).release(at.plane());
        } else if (effect instanceof RunEffect.WriteCheckpoint write) {
            write(write);
        } else if (effect instanceof RunEffect.SealCheckpoint seal) {
            later.tell(
                    found(writer).seal(seal),
                    (run, leads) -> leads ? run.checkpointSealed(seal.stamp()) : run.followed());
        } else {
            tell(effect);
        }
    }

    private void tell(RunEffect effect) {
        RunListener listener = at.listener();
        if (effect instanceof RunEffect.TellStarted started) {
            listen(() -> listener.started(started.position().cursor()));
        } else if (effect instanceof RunEffect.TellStep step) {
            listen(() -> listener.stepCommitted(step.step()));
        } else if (effect instanceof RunEffect.TellStage stage) {
            later.tell(tellStage(stage), (run, done) -> run.stageTold(stage.stamp()));
        } else if (effect instanceof RunEffect.Finish finish) {
            listen(() -> at.ended().accept(finish.outcome()));
        } else if (effect instanceof RunEffect.Fail fail) {
            throw new IllegalStateException(fail.reason());
        }
    }

    private void listen(Runnable call) {
        later.tell(CompletableFuture.runAsync(call, at.listening()), (run, done) -> List.of());
    }

    private CompletionStage<Void> tellStage(RunEffect.TellStage stage) {
        Position position = stage.position();
        Layout layout = position.layout();
        List<ShardWeights> shards = ShardWeights.masters(layout, stage.shards());
        float[] vector = new float[layout.size()];
        return ShardWeights.fetchInto(at.plane(), shards, new Range(0, layout.size()), vector)
                .thenApplyAsync(
                        nothing -> at.listener()
                                .stageFinished(new RunListener.StageFinished(
                                        position.cursor(),
                                        layout,
                                        vector,
                                        position.widthMap(),
                                        position.sparsity(),
                                        stage.digest())),
                        at.listening())
                .thenCompose(Function.identity());
    }

    private void load(RunEffect.LoadShards load) {
        List<Part> parts = found(origin).parts();
        for (ParameterServer.Assignment to : assignments(load.stamp(), load.layout())) {
            servers.get(to.shard()).tell(new ParameterServer.Load(to, parts, self));
        }
    }

    private void send(RunEffect.SendStep step) {
        List<Worker.Grant> grants = step.leases().stream()
                .map(lease -> new Worker.Grant(workers.get(lease.worker()), lease.from(), lease.to()))
                .toList();
        List<ShardWeights> weights = ShardWeights.forWorkers(step.layout(), step.shards());
        List<Worker.Shard> shards = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            shards.add(new Worker.Shard(servers.get(i), weights.get(i)));
        }
        Worker.Step message = new Worker.Step(step.stamp(), step.attempt(), step.layout(), grants, shards, self);
        grants.stream().map(Worker.Grant::worker).distinct().forEach(worker -> worker.tell(message));
    }

    private void send(RunEffect.SendGather gather) {
        List<ShardWeights> old = ShardWeights.masters(gather.before(), gather.old());
        for (ParameterServer.Assignment to : assignments(gather.next(), gather.after())) {
            servers.get(to.shard())
                    .tell(new ParameterServer.Gather(gather.stamp(), gather.before(), to, gather.kept(), old, self));
        }
    }

    private List<ParameterServer.Assignment> assignments(Stamp stamp, Layout layout) {
        List<Range> ranges = Shards.of(layout, servers.size());
        List<ParameterServer.Assignment> assignments = new ArrayList<>();
        for (int shard = 0; shard < ranges.size(); shard++) {
            assignments.add(new ParameterServer.Assignment(stamp, layout, shard, ranges.get(shard)));
        }
        return assignments;
    }

    private void ask(ParameterServer.Request request) {
        servers.forEach(server -> server.tell(request));
    }

    /** Asked again while it is being written, it is written once. */
    private void write(RunEffect.WriteCheckpoint write) {
        if (writing.filter(write.stamp()::equals).isEmpty()) {
            writing = Optional.of(write.stamp());
            later.tell(found(writer).write(write), (run, files) -> {
                writing = writing.filter(stamp -> !stamp.equals(write.stamp()));
                return files.map(it -> run.checkpointWritten(write.stamp(), it)).orElse(List.of());
            });
        }
    }

    private static <T> T found(Optional<T> wanted) {
        return wanted.orElseThrow(() -> new IllegalStateException("the run has no origin yet"));
    }
}
