package io.tinyclip.actors.lead;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.OldShards;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.MomentTransfer;
import java.util.ArrayList;
import java.util.List;
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

    void send(RunEffect.LoadShards load) {
        List<ServerCommand.Assignment> assignments =
                assignments(load.stamp(), load.layout(), load.servers().size());
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
        ask(reduce.servers(), new ServerCommand.Reduce(reduce.stamp(), reduce.sparsityTarget(), reduce.leases(), self));
    }

    void send(RunEffect.FreeShards free) {
        ask(free.servers(), new ServerCommand.Free(free.stamp(), self));
    }

    void send(RunEffect.SendCommit commit) {
        ask(commit.servers(), new ServerCommand.Commit(commit.order(), self));
    }

    void send(RunEffect.AskCut cut) {
        ask(List.of(cut.server()), new ServerCommand.DecideCut(cut.stamp(), cut.keep(), cut.widthMap(), self));
    }

    void send(RunEffect.SendGather gather) {
        OldShards old = OldShards.of(gather.before(), gather.map().published(), moments);
        for (ServerCommand.Assignment to :
                assignments(gather.next(), gather.after(), gather.map().size())) {
            servers.get(gather.map().servers().get(to.shard()))
                    .tell(new ServerCommand.Gather(gather.stamp(), gather.before(), to, gather.kept(), old, self));
        }
    }

    private static List<ServerCommand.Assignment> assignments(Stamp stamp, Layout layout, int servers) {
        List<Range> ranges = Shards.of(layout, servers);
        List<ServerCommand.Assignment> assignments = new ArrayList<>();
        for (int shard = 0; shard < ranges.size(); shard++) {
            assignments.add(new ServerCommand.Assignment(stamp, layout, shard, ranges.get(shard)));
        }
        return assignments;
    }

    private void ask(List<Integer> numbers, ServerCommand.Request request) {
        numbers.forEach(server -> servers.get(server).tell(request));
    }
}
