package io.tinyclip.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.MomentTransfer;
import java.util.ArrayList;
import java.util.List;

/** What a run asks of its workers and servers: their numbers become actors here, and orders messages. */
final class Requests {
    private final ActorRef<Coordinator.Command> self;
    private final MomentTransfer moments;
    private final Roster<Worker.Command> workers;
    private final Roster<ParameterServer.Command> servers;

    /** @param self hears the answers */
    Requests(ActorRef<Coordinator.Command> self, MomentTransfer moments, ActorRefResolver resolver) {
        this.self = self;
        this.moments = moments;
        this.workers = new Roster<>(resolver);
        this.servers = new Roster<>(resolver);
    }

    Roster<Worker.Command> workers() {
        return workers;
    }

    Roster<ParameterServer.Command> servers() {
        return servers;
    }

    void send(RunEffect.LoadShards load) {
        List<ParameterServer.Assignment> assignments =
                assignments(load.stamp(), load.layout(), load.servers().size());
        for (ParameterServer.Assignment to : assignments) {
            servers.get(load.servers().get(to.shard())).tell(new ParameterServer.Load(to, load.parts(), self));
        }
    }

    void send(RunEffect.SendStep step) {
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

    void send(RunEffect.SendReduce reduce) {
        ask(reduce.servers(), new ParameterServer.Reduce(reduce.stamp(), reduce.sparsityTarget(), self));
    }

    void send(RunEffect.FreeShards free) {
        ask(free.servers(), new ParameterServer.Free(free.stamp(), self));
    }

    void send(RunEffect.SendCommit commit) {
        ask(commit.servers(), new ParameterServer.Commit(commit.order(), self));
    }

    void send(RunEffect.AskCut cut) {
        ask(List.of(cut.server()), new ParameterServer.DecideCut(cut.stamp(), cut.keep(), cut.widthMap(), self));
    }

    void send(RunEffect.SendGather gather) {
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
}
