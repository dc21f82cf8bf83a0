package io.tinyclip.actors;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.Checksum;
import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.OldShards;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.stranger.Token;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.actors.worker.FeatureBlock;
import io.tinyclip.actors.worker.Worker;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.reduce.Node;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Commands that fit together, so that an actor gets from one to the next: what they name is published.
 *
 * @param plane where that is
 */
record FittingCommands(
        DataPlane plane,
        ActorRef<CoordinatorCommand> coordinator,
        ActorRef<ServerCommand> server,
        ActorRef<WorkerCommand> worker) {
    private static final Layout MASKED = Samples.MASKED;
    private static final Layout UNMASKED = Samples.UNMASKED;
    private static final Range ALL = new Range(0, MASKED.size());
    private static final WidthMap WIDTHS =
            WidthMap.identity(Fixture.SHAPE.text().width());
    private static final LeaseTable LEASES = new LeaseTable(
                    0, List.of(new Lease(1, 0, 8), new Lease(2, 0, 4), new Lease(3, 0, 8)))
            .shownBy(FittingCommands::token);
    private static final Handle GONE = new Handle("local", "test/gone", MASKED.size());

    /** Of an epoch: a shard that is loaded, reduces a step, is committed or cut; with two workers, one of whom lies. */
    List<ServerCommand> toServer(long epoch) {
        Stamp at = new Stamp(epoch, new Cursor(1, Phase.INHERIT, 2), MASKED.hash());
        Stamp committed = new Stamp(epoch, new Cursor(1, Phase.INHERIT, 3), MASKED.hash());
        Stamp cut = new Stamp(epoch, new Cursor(1, Phase.DISTILL, 0), UNMASKED.hash());
        Handle vector = publish("vector", values(MASKED.size()));
        Part part = new Part(ALL, vector, Optional.of(new Part.Moments(vector, vector)));
        ServerCommand.Assignment whole =
                new ServerCommand.Assignment(epoch, Samples.position(at.cursor(), MASKED), 0, 1, ALL);
        CommitOrder order =
                new CommitOrder(at, committed, 0.5f, new Rates(1e-3, 0.02, 0.01, 0.25), 17, false, Samples.MEASURES);
        List<ServerCommand> commands = new ArrayList<>();
        commands.add(new ServerCommand.Load(whole, List.of(part), coordinator));
        commands.add(new ServerCommand.Load(whole, List.of(new Part(ALL, GONE, Optional.empty())), coordinator));
        commands.add(new ServerCommand.Reduce(at, 0.25, LEASES, Optional.empty(), coordinator));
        commands.add(new ServerCommand.Reduce(at, 0.25, LEASES, Optional.of(server), coordinator));
        commands.add(new ServerCommand.Keep(whole, part, 1, coordinator));
        commands.add(new ServerCommand.Keep(whole, new Part(ALL, GONE, Optional.empty()), 1, coordinator));
        for (Stamp of : List.of(at, committed)) {
            List<ShardWeights> pieces = List.of(new ShardWeights(ALL, publish("reduced", values(MASKED.size()))));
            commands.add(new ServerCommand.GradientReady(of, 0, pieces, server));
            commands.add(new ServerCommand.GradientKept(of, 0));
            commands.add(new ServerCommand.StandIn(of, of, 0, coordinator));
        }
        commands.add(new ServerCommand.Commit(order, coordinator));
        commands.add(new ServerCommand.DecideCut(at, 0.75, WIDTHS, coordinator));
        commands.add(new ServerCommand.Free(at, coordinator));
        commands.add(new ServerCommand.Survey(at, coordinator));
        for (int half = 0; half < 2; half++) {
            commands.add(subtree(at, new Node(2, half), 1, half));
        }
        commands.add(subtree(at, new Node(2, 0), 2, 2));
        commands.add(new ServerCommand.SubtreeReady(
                at, new Node(3, 0), GONE, new Dispute.Answer(3, 0), 0, token(3), coordinator.narrow()));
        for (Stamp from : List.of(at, committed)) {
            Handle handle = from == at ? GONE : vector;
            OldShards old = new OldShards(List.of(new ShardWeights(ALL, handle)), List.of(), List.of());
            ServerCommand.Assignment next = new ServerCommand.Assignment(
                    epoch, Samples.position(cut.cursor(), UNMASKED), 0, 1, new Range(0, UNMASKED.size()));
            Optional<Kept> kept = Optional.of(Kept.everything(Fixture.SHAPE));
            commands.add(new ServerCommand.Gather(from, MASKED, next, kept, old, coordinator));
        }
        return commands;
    }

    private static String token(int worker) {
        return Integer.toString(worker).repeat(Token.LENGTH);
    }

    private ServerCommand.SubtreeReady subtree(Stamp at, Node node, int from, int factor) {
        float[] sum = values(MASKED.size());
        sum[0] = factor;
        Dispute.Answer answer = new Dispute.Answer(from, Checksum.of(FloatVector.of(sum), ALL));
        return new ServerCommand.SubtreeReady(
                at, node, publish("sum of " + from + ", " + node, sum), answer, 0, token(from), coordinator.narrow());
    }

    /** Of an epoch: two steps in which it has some or all of the partitions, and what a peer has of the others. */
    List<WorkerCommand> toWorker(ActorRef<WorkerCommand> self, long epoch) {
        Handle vector = publish("vector", values(UNMASKED.size()));
        List<WorkerCommand.Shard> shards = List.of(
                new WorkerCommand.Shard(server, new ShardWeights(new Range(0, UNMASKED.size()), vector), token(2)));
        Dispute.Question question = new Dispute.Question(new Node(1, 0), new Range(0, 64));
        ActorRef<WorkerCommand> peer = worker;
        List<WorkerCommand> commands = new ArrayList<>();
        commands.add(new Worker.Ended(() -> {}));
        for (int step = 0; step < 2; step++) {
            Stamp stamp = new Stamp(epoch, new Cursor(0, Phase.DISTILL, step), UNMASKED.hash());
            for (int attempt = 0; attempt < 2; attempt++) {
                List<WorkerCommand.Grant> grants = attempt == 0
                        ? List.of(new WorkerCommand.Grant(self, 0, 3), new WorkerCommand.Grant(peer, 3, 8))
                        : List.of(new WorkerCommand.Grant(self, 0, 3), new WorkerCommand.Grant(self, 3, 8));
                commands.add(new WorkerCommand.Step(
                        stamp, attempt, 2, UNMASKED, grants, shards, Optional.of(question), coordinator));
            }
            for (int p = 3; p < Fixture.compress().partitions(); p++) {
                announce(stamp, p, commands);
            }
        }
        return commands;
    }

    private void announce(Stamp stamp, int partition, List<WorkerCommand> commands) {
        FakeCompute compute = new FakeCompute();
        compute.install(stamp.cursor(), UNMASKED, FloatVector.of(values(UNMASKED.size())));
        PartitionFeatures features = compute.features(stamp.cursor(), partition);
        List<PartitionFeatures> all = Collections.nCopies(Fixture.compress().partitions(), features);
        Handle block = publish("features " + partition, FeatureBlock.join(features));
        Handle sums = publish("sums " + partition, compute.logSumExps(stamp.cursor(), partition, all));
        ActorRef<Refused> peer = worker.narrow();
        commands.add(new WorkerCommand.FeaturesReady(stamp, partition, block, FeatureBlock.floats(features), peer));
        commands.add(new WorkerCommand.LogSumExpsReady(stamp, partition, sums, peer));
    }

    private Handle publish(String key, float[] values) {
        return plane.publish("test/" + key, values);
    }

    private static float[] values(int length) {
        float[] values = new float[length];
        IntStream.range(0, length).forEach(i -> values[i] = (i % 17 - 8) * 0.25f);
        return values;
    }
}
