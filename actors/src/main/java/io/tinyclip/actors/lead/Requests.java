package io.tinyclip.actors.lead;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.OldShards;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardMap;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.stranger.TokenFamily;
import io.tinyclip.failpoint.Failpoint;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.MomentTransfer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a run asks of its workers and servers: their numbers become actors here, and orders messages. */
final class Requests {
    private final ActorRef<CoordinatorCommand> self;
    private final Map<ActorRef<?>, ActorRef<CoordinatorCommand>> doors = new HashMap<>();
    private final MomentTransfer moments;
    private final Roster<WorkerCommand> workers;
    private final Roster<ServerCommand> servers;

    /** By these a server knows whose sum is announced to it; by the worker's number and its own. */
    private final TokenFamily announcers = new TokenFamily();

    /** @param self hears the answers of those who have no door of their own */
    Requests(ActorRef<CoordinatorCommand> self, MomentTransfer moments, ActorRefResolver resolver) {
        this.self = self;
        this.moments = moments;
        this.workers = new Roster<>(resolver);
        this.servers = new Roster<>(resolver);
    }

    void answersBy(ActorRef<?> member, ActorRef<CoordinatorCommand> door) {
        doors.put(member, door);
    }

    /** Where whoever is asked answers. */
    ActorRef<CoordinatorCommand> answers(ActorRef<?> asked) {
        return doors.getOrDefault(asked, self);
    }

    /** Where a worker answers, from now on under its number. */
    ActorRef<CoordinatorCommand> answers(int worker) {
        ActorRef<CoordinatorCommand> door = answers(workers.get(worker));
        tell(workers.get(worker), new Ordered.Number(worker));
        return door;
    }

    private void tell(ActorRef<?> member, Ordered ordered) {
        Optional.ofNullable(doors.get(member)).ifPresent(door -> door.tell(ordered));
    }

    /** An order for one server, with where it answers. */
    private void order(int number, Function<ActorRef<CoordinatorCommand>, ServerCommand.Request> order) {
        ActorRef<ServerCommand> server = servers.get(number);
        server.tell(order.apply(answers(server)));
    }

    /** The same, which it answers for a shard. */
    private void order(
            int number, Ordered answered, Function<ActorRef<CoordinatorCommand>, ServerCommand.Request> order) {
        tell(servers.get(number), answered);
        order(number, order);
    }

    private static Ordered holds(long epoch, int shard) {
        return new Ordered.Shard(epoch, shard, Ordered.Part.HOLDS);
    }

    private static Ordered keeps(long epoch, int shard) {
        return new Ordered.Shard(epoch, shard, Ordered.Part.KEEPS_A_COPY);
    }

    Roster<WorkerCommand> workers() {
        return workers;
    }

    Roster<ServerCommand> servers() {
        return servers;
    }

    void send(RunEffect.Survey survey) {
        order(survey.server(), answers -> new ServerCommand.Survey(survey.stamp(), answers));
    }

    void send(RunEffect.LoadShards load) {
        List<ServerCommand.Assignment> assignments = assignments(
                load.stamp().epoch(), load.position(), load.servers().size());
        for (ServerCommand.Assignment to : assignments) {
            order(
                    load.servers().get(to.shard()),
                    holds(to.epoch(), to.shard()),
                    answers -> new ServerCommand.Load(to, load.parts(), answers));
        }
    }

    void send(RunEffect.SendStep step) {
        List<WorkerCommand.Grant> grants = Stream.concat(
                        step.leases().stream().map(lease -> grant(lease, false)),
                        step.seconds().stream().map(lease -> grant(lease, true)))
                .toList();
        List<ShardWeights> weights =
                ShardWeights.forWorkers(step.layout(), step.map().published());
        for (int number : step.receivers()) {
            ActorRef<WorkerCommand> worker = workers.get(number);
            worker.tell(new WorkerCommand.Step(
                    step.stamp(),
                    step.attempt(),
                    number,
                    step.layout(),
                    grants,
                    shards(number, step.map().servers(), weights),
                    step.question(),
                    answers(number)));
        }
    }

    private List<WorkerCommand.Shard> shards(int worker, List<Integer> holders, List<ShardWeights> weights) {
        return IntStream.range(0, weights.size())
                .mapToObj(i -> new WorkerCommand.Shard(
                        servers.get(holders.get(i)), weights.get(i), announcers.of(worker, holders.get(i))))
                .toList();
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
            int server = map.servers().get(shard);
            LeaseTable leases = reduce.leases().shownBy(worker -> announcers.of(worker, server));
            order(
                    server,
                    holds(reduce.stamp().epoch(), shard),
                    answers ->
                            new ServerCommand.Reduce(reduce.stamp(), reduce.sparsityTarget(), leases, keptBy, answers));
        }
    }

    void send(RunEffect.KeepCopies keep) {
        List<Part> parts = Part.of(keep.position().layout(), keep.map().published());
        List<ServerCommand.Assignment> assignments =
                assignments(keep.stamp().epoch(), keep.position(), keep.map().size());
        for (int shard : keep.shards()) {
            int keeper = keep.map().keepers().get(shard).orElseThrow();
            ServerCommand.Assignment kept = assignments.get(shard);
            Part part = parts.get(shard);
            order(
                    keeper,
                    keeps(kept.epoch(), shard),
                    answers -> new ServerCommand.Keep(kept, part, keep.lag(), answers));
        }
    }

    void send(RunEffect.StandIn standIn) {
        order(
                standIn.keeper(),
                keeps(standIn.version().epoch(), standIn.shard()),
                answers -> new ServerCommand.StandIn(standIn.stamp(), standIn.version(), standIn.shard(), answers));
    }

    void send(RunEffect.FreeShards free) {
        free.servers().forEach(server -> order(server, answers -> new ServerCommand.Free(free.stamp(), answers)));
    }

    void send(RunEffect.SendCommit commit) {
        commit.servers()
                .forEach(server -> Failpoint.COMMIT_SEND.around(
                        () -> order(server, answers -> new ServerCommand.Commit(commit.order(), answers))));
    }

    void send(RunEffect.AskCut cut) {
        order(
                cut.server(),
                new Ordered.Cut(cut.stamp().epoch()),
                answers -> new ServerCommand.DecideCut(cut.stamp(), cut.keep(), cut.widthMap(), answers));
    }

    void send(RunEffect.SendGather gather) {
        OldShards old = gather.fitted()
                .map(OldShards::fitted)
                .orElseGet(() -> OldShards.of(gather.before(), gather.map().published(), moments));
        for (ServerCommand.Assignment to :
                assignments(gather.stamp().epoch(), gather.after(), gather.map().size())) {
            int server = gather.map().servers().get(to.shard());
            Failpoint.TRANSITION_SEND.around(() -> order(
                    server,
                    holds(to.epoch(), to.shard()),
                    answers -> new ServerCommand.Gather(
                            gather.stamp(), gather.before(), to, gather.kept(), old, answers)));
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
}
