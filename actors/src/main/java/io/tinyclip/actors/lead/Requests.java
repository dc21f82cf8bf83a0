package io.tinyclip.actors.lead;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.OldShards;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardMap;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.failpoint.Failpoint;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.MomentTransfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** What a run asks of its workers and servers: their numbers become actors here, and orders messages. */
final class Requests {
    private final ActorRef<CoordinatorCommand> self;
    private final MomentTransfer moments;
    private final Roster<WorkerCommand> workers;
    private final Roster<ServerCommand> servers;

    /** @param self hears the answers */
    Requests(ActorRef<CoordinatorCommand> self, MomentTransfer moments, ActorRefResolver resolver) {
        this.self = self;
        this.moments = moments;
        this.workers = new Roster<>(resolver);
        this.servers = new Roster<>(resolver);
    }

    Roster<WorkerCommand> workers() {
        return workers;
    }

    Roster<ServerCommand> servers() {
        return servers;
    }

    void send(RunEffect.Survey survey) {
        ask(List.of(survey.server()), new ServerCommand.Survey(survey.stamp(), self));
    }

    void send(RunEffect.LoadShards load) {
        List<ServerCommand.Assignment> assignments = assignments(
                load.stamp().epoch(), load.position(), load.servers().size());
        for (ServerCommand.Assignment to : assignments) {
            servers.get(load.servers().get(to.shard())).tell(new ServerCommand.Load(to, load.parts(), self));
        }
    }

    void send(RunEffect.SendStep step) {
        List<WorkerCommand.Grant> grants = Stream.concat(
                        step.leases().stream().map(lease -> grant(lease, false)),
                        step.seconds().stream().map(lease -> grant(lease, true)))
                .toList();
        List<ShardWeights> weights =
                ShardWeights.forWorkers(step.layout(), step.map().published());
        List<WorkerCommand.Shard> shards = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            shards.add(new WorkerCommand.Shard(servers.get(step.map().servers().get(i)), weights.get(i)));
        }
        for (int number : step.receivers()) {
            workers.get(number)
                    .tell(new WorkerCommand.Step(
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

    private WorkerCommand.Grant grant(Lease lease, boolean second) {
        return new WorkerCommand.Grant(workers.get(lease.worker()), lease.from(), lease.to(), second);
    }

    void send(RunEffect.SendReduce reduce) {
        ShardMap map = reduce.map();
        for (int shard = 0; shard < map.size(); shard++) {
            OptionalInt keeper = map.keepers().get(shard);
            Optional<ActorRef<ServerCommand>> keptBy =
                    keeper.isPresent() ? Optional.of(servers.get(keeper.getAsInt())) : Optional.empty();
            servers.get(map.servers().get(shard))
                    .tell(new ServerCommand.Reduce(
                            reduce.stamp(), reduce.sparsityTarget(), reduce.leases(), keptBy, self));
        }
    }

    void send(RunEffect.KeepCopies keep) {
        List<Part> parts = Part.of(keep.position().layout(), keep.map().published());
        List<ServerCommand.Assignment> assignments =
                assignments(keep.stamp().epoch(), keep.position(), keep.map().size());
        for (int shard : keep.shards()) {
            int keeper = keep.map().keepers().get(shard).orElseThrow();
            servers.get(keeper)
                    .tell(new ServerCommand.Keep(assignments.get(shard), parts.get(shard), keep.lag(), self));
        }
    }

    void send(RunEffect.StandIn standIn) {
        ask(
                List.of(standIn.keeper()),
                new ServerCommand.StandIn(standIn.stamp(), standIn.version(), standIn.shard(), self));
    }

    void send(RunEffect.FreeShards free) {
        ask(free.servers(), new ServerCommand.Free(free.stamp(), self));
    }

    void send(RunEffect.SendCommit commit) {
        ServerCommand.Commit order = new ServerCommand.Commit(commit.order(), self);
        commit.servers()
                .forEach(server ->
                        Failpoint.COMMIT_SEND.around(() -> servers.get(server).tell(order)));
    }

    void send(RunEffect.AskCut cut) {
        ask(List.of(cut.server()), new ServerCommand.DecideCut(cut.stamp(), cut.keep(), cut.widthMap(), self));
    }

    void send(RunEffect.SendGather gather) {
        OldShards old = OldShards.of(gather.before(), gather.map().published(), moments);
        for (ServerCommand.Assignment to :
                assignments(gather.stamp().epoch(), gather.after(), gather.map().size())) {
            ServerCommand.Gather order =
                    new ServerCommand.Gather(gather.stamp(), gather.before(), to, gather.kept(), old, self);
            int server = gather.map().servers().get(to.shard());
            Failpoint.TRANSITION_SEND.around(() -> servers.get(server).tell(order));
        }
    }

    private static List<ServerCommand.Assignment> assignments(long epoch, Position position, int servers) {
        List<Range> ranges = Shards.of(position.layout(), servers);
        List<ServerCommand.Assignment> assignments = new ArrayList<>();
        for (int shard = 0; shard < servers; shard++) {
            assignments.add(new ServerCommand.Assignment(epoch, position, shard, servers, ranges.get(shard)));
        }
        return assignments;
    }

    private void ask(List<Integer> numbers, ServerCommand.Request request) {
        numbers.forEach(server -> servers.get(server).tell(request));
    }
}
