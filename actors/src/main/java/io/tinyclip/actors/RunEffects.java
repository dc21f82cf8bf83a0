package io.tinyclip.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.ActorContext;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.MomentTransfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The coordinator's hands: performs what {@link RunState} wants done. Used by the coordinator alone. */
final class RunEffects {
    /** Tells the run what work done elsewhere has come to, and lets the coordinator fail with it. */
    @FunctionalInterface
    interface Later {
        <T> void tell(CompletionStage<T> work, Function<T, Function<RunState, List<RunEffect>>> fact);
    }

    private final CoordinatorSurroundings at;
    private final ActorRef<Coordinator.Command> self;
    private final Later later;
    private final Roster<Worker.Command> workers;
    private final Roster<ParameterServer.Command> servers;
    private Optional<CheckpointWriter> writer = Optional.empty();
    private Optional<Stamp> writing = Optional.empty();
    private OptionalLong recalling = OptionalLong.empty();

    RunEffects(CoordinatorSurroundings surroundings, ActorContext<Coordinator.Command> context, Later later) {
        this.at = surroundings;
        this.self = context.getSelf();
        this.later = later;
        ActorRefResolver resolver = ActorRefResolver.get(context.getSystem());
        this.workers = new Roster<>(resolver);
        this.servers = new Roster<>(resolver);
    }

    Roster<Worker.Command> workers() {
        return workers;
    }

    Roster<ParameterServer.Command> servers() {
        return servers;
    }

    /** @param term that this coordinator has claimed */
    void lead(long term) {
        writer = Optional.of(new CheckpointWriter(at, term));
    }

    void perform(RunEffect effect) {
        if (effect instanceof RunEffect.LoadShards load) {
            load(load);
        } else if (effect instanceof RunEffect.SendReduce reduce) {
            ask(reduce.servers(), new ParameterServer.Reduce(reduce.stamp(), reduce.sparsityTarget(), self));
        } else if (effect instanceof RunEffect.FreeShards free) {
            ask(free.servers(), new ParameterServer.Free(free.stamp(), self));
        } else if (effect instanceof RunEffect.SendStep step) {
            send(step);
        } else if (effect instanceof RunEffect.SendCommit commit) {
            ask(commit.servers(), new ParameterServer.Commit(commit.order(), self));
        } else if (effect instanceof RunEffect.AskCut cut) {
            servers.get(cut.server())
                    .tell(new ParameterServer.DecideCut(cut.stamp(), cut.keep(), cut.widthMap(), self));
        } else if (effect instanceof RunEffect.SendGather gather) {
            send(gather);
        } else if (effect instanceof RunEffect.ReleaseWorker release) {
            workers.release(release.worker());
        } else if (effect instanceof RunEffect.ReleaseServer release) {
            servers.release(release.server());
        } else if (effect instanceof RunEffect.Expel expel) {
            at.expelled().accept(workers.get(expel.worker()), expel.reason());
        } else {
            performWithFiles(effect);
        }
    }

    private void performWithFiles(RunEffect effect) {
        if (effect instanceof RunEffect.Recall recall) {
            recall(recall);
        } else if (effect instanceof RunEffect.ReleaseOrigin release) {
            release.origin().release(at.plane());
        } else if (effect instanceof RunEffect.WriteCheckpoint write) {
            write(write);
        } else if (effect instanceof RunEffect.SealCheckpoint seal) {
            later.tell(
                    writer().seal(seal), leads -> run -> leads ? run.checkpointSealed(seal.stamp()) : run.followed());
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
            tellStage(stage);
        } else if (effect instanceof RunEffect.Finish finish) {
            listen(() -> at.ended().accept(finish.outcome()));
        } else if (effect instanceof RunEffect.Fail fail) {
            throw new IllegalStateException(fail.reason());
        }
    }

    private void listen(Runnable call) {
        later.tell(CompletableFuture.runAsync(call, at.listening()), done -> run -> List.of());
    }

    private void tellStage(RunEffect.TellStage stage) {
        Layout layout = stage.position().layout();
        float[] vector = new float[layout.size()];
        CompletionStage<Boolean> fetched = ShardWeights.fetchInto(
                        at.plane(), ShardWeights.masters(layout, stage.shards()), new Range(0, layout.size()), vector)
                .handle((done, failure) -> failure == null);
        later.tell(
                fetched.thenCompose(here -> here
                        ? finished(stage, vector).thenApply(nothing -> true)
                        : CompletableFuture.completedStage(false)),
                here -> run -> here ? run.stageTold(stage.stamp()) : run.stageUntold(stage.stamp()));
    }

    private CompletionStage<Void> finished(RunEffect.TellStage stage, float[] vector) {
        Position position = stage.position();
        RunListener.StageFinished told = new RunListener.StageFinished(
                position.cursor(), position.layout(), vector, position.widthMap(), position.sparsity(), stage.digest());
        return CompletableFuture.supplyAsync(() -> at.listener().stageFinished(told), at.listening())
                .thenCompose(Function.identity());
    }

    private void load(RunEffect.LoadShards load) {
        List<ParameterServer.Assignment> assignments =
                assignments(load.stamp(), load.layout(), load.servers().size());
        for (ParameterServer.Assignment to : assignments) {
            servers.get(load.servers().get(to.shard())).tell(new ParameterServer.Load(to, load.parts(), self));
        }
    }

    private void send(RunEffect.SendStep step) {
        List<Worker.Grant> grants = step.leases().stream()
                .map(lease -> new Worker.Grant(workers.get(lease.worker()), lease.from(), lease.to()))
                .toList();
        List<ShardWeights> weights =
                ShardWeights.forWorkers(step.layout(), step.map().published());
        List<Worker.Shard> shards = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            shards.add(new Worker.Shard(servers.get(step.map().servers().get(i)), weights.get(i)));
        }
        for (int number : step.receivers()) {
            workers.get(number)
                    .tell(new Worker.Step(
                            step.stamp(),
                            step.attempt(),
                            number,
                            step.layout(),
                            grants,
                            shards,
                            step.question(),
                            self));
        }
    }

    private void send(RunEffect.SendGather gather) {
        MomentTransfer moments = at.setup().plan().optimizer().moments();
        OldShards old = OldShards.of(gather.before(), gather.map().published(), moments);
        for (ParameterServer.Assignment to :
                assignments(gather.next(), gather.after(), gather.map().size())) {
            servers.get(gather.map().servers().get(to.shard()))
                    .tell(new ParameterServer.Gather(gather.stamp(), gather.before(), to, gather.kept(), old, self));
        }
    }

    private static List<ParameterServer.Assignment> assignments(Stamp stamp, Layout layout, int servers) {
        List<Range> ranges = Shards.of(layout, servers);
        List<ParameterServer.Assignment> assignments = new ArrayList<>();
        for (int shard = 0; shard < ranges.size(); shard++) {
            assignments.add(new ParameterServer.Assignment(stamp, layout, shard, ranges.get(shard)));
        }
        return assignments;
    }

    private void ask(List<Integer> numbers, ParameterServer.Request request) {
        numbers.forEach(server -> servers.get(server).tell(request));
    }

    /** Asked again while it is being looked for, it is looked for once. */
    private void recall(RunEffect.Recall recall) {
        if (recalling.isEmpty() || recalling.getAsLong() != recall.epoch()) {
            recalling = OptionalLong.of(recall.epoch());
            DataPlane plane = at.plane();
            later.tell(
                    writer().afterwards(() -> RunOrigin.find(at.setup(), plane, recall.epoch(), recall.mostSteps())),
                    found -> run -> run.found(found));
        }
    }

    /** Asked again while it is being written, it is written once. */
    private void write(RunEffect.WriteCheckpoint write) {
        if (writing.filter(write.stamp()::equals).isEmpty()) {
            writing = Optional.of(write.stamp());
            later.tell(writer().write(write), files -> run -> {
                writing = writing.filter(stamp -> !stamp.equals(write.stamp()));
                return files.map(it -> run.checkpointWritten(write.stamp(), it)).orElse(List.of());
            });
        }
    }

    private CheckpointWriter writer() {
        return writer.orElseThrow(() -> new IllegalStateException("no term is claimed yet"));
    }
}
