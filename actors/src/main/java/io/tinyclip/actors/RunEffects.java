package io.tinyclip.actors;

import akka.actor.typed.ActorRef;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The coordinator's hands: performs what {@link RunState} wants done. Used by the coordinator alone. */
final class RunEffects {
    private static final Runnable NOTHING = () -> {};

    /** Runs something on the coordinator once work done elsewhere has ended, and lets the coordinator fail with it. */
    @FunctionalInterface
    interface Later {
        void after(CompletionStage<?> work, Runnable then);
    }

    private final CoordinatorSurroundings at;
    private final ActorRef<Coordinator.Command> self;
    private final Later later;
    private final List<ActorRef<Worker.Command>> workers = new ArrayList<>();
    private final List<ActorRef<ParameterServer.Command>> servers = new ArrayList<>();
    private Optional<ParameterServer.Source> source = Optional.empty();

    RunEffects(CoordinatorSurroundings surroundings, ActorRef<Coordinator.Command> self, Later later) {
        this.at = surroundings;
        this.self = self;
        this.later = later;
    }

    /** @return the worker's number */
    int join(ActorRef<Worker.Command> worker) {
        workers.add(worker);
        return workers.size() - 1;
    }

    /** @return the server's number, which is its shard's */
    int joinServer(ActorRef<ParameterServer.Command> server) {
        servers.add(server);
        return servers.size() - 1;
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

    void loadFrom(ParameterServer.Source from) {
        source = Optional.of(from);
    }

    /** @param told what the coordinator does once a checkpoint is sealed */
    void perform(RunEffect effect, Told told) {
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
        } else if (effect instanceof RunEffect.WriteShards write) {
            ask(new ParameterServer.WriteShard(write.stamp(), self));
        } else if (effect instanceof RunEffect.SealCheckpoint seal) {
            later.after(CompletableFuture.runAsync(() -> seal(seal), at.files()), told::sealed);
        } else {
            tell(effect, told);
        }
    }

    /** What becomes known to the coordinator once an effect has been performed. */
    interface Told {
        void sealed();

        void stage(Stamp stamp);
    }

    private void tell(RunEffect effect, Told told) {
        RunListener listener = at.listener();
        if (effect instanceof RunEffect.TellStarted started) {
            listen(() -> listener.started(started.position().cursor()));
        } else if (effect instanceof RunEffect.TellStep step) {
            listen(() -> listener.stepCommitted(step.step()));
        } else if (effect instanceof RunEffect.TellStage stage) {
            later.after(tellStage(stage), () -> told.stage(stage.stamp()));
        } else if (effect instanceof RunEffect.Finish finish) {
            listen(() -> at.ended().tell(finish.outcome()));
        } else if (effect instanceof RunEffect.Fail fail) {
            throw new IllegalStateException(fail.reason());
        }
    }

    private void listen(Runnable call) {
        later.after(CompletableFuture.runAsync(call, at.listening()), NOTHING);
    }

    private CompletionStage<Void> tellStage(RunEffect.TellStage stage) {
        Position position = stage.position();
        Layout layout = position.layout();
        List<ShardWeights> shards = ShardWeights.of(layout, stage.weights());
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
        ParameterServer.Source from = source.orElseThrow(() -> new IllegalStateException("the run has no origin"));
        for (ParameterServer.Assignment to : assignments(load.stamp(), load.layout())) {
            servers.get(to.shard()).tell(new ParameterServer.Load(to, from, self));
        }
    }

    private void send(RunEffect.SendStep step) {
        List<Worker.Grant> grants = step.leases().stream()
                .map(lease -> new Worker.Grant(workers.get(lease.worker()), lease.from(), lease.to()))
                .toList();
        List<ShardWeights> weights = ShardWeights.of(step.layout(), step.weights());
        List<Worker.Shard> shards = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            shards.add(new Worker.Shard(servers.get(i), weights.get(i)));
        }
        Worker.Step message = new Worker.Step(step.stamp(), step.attempt(), step.layout(), grants, shards, self);
        grants.stream().map(Worker.Grant::worker).distinct().forEach(worker -> worker.tell(message));
    }

    private void send(RunEffect.SendGather gather) {
        List<ShardWeights> old = ShardWeights.of(gather.before(), gather.weights());
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

    private void seal(RunEffect.SealCheckpoint seal) {
        String id = CheckpointStore.id(
                at.setup().plan().committedSteps(seal.position().cursor()));
        at.setup().checkpoints().commit(id, seal.files(), PositionJson.write(seal.position(), seal.digest()));
    }
}
