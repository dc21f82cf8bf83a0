package io.tinyclip.actors;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.reduce.Node;
import java.util.List;
import java.util.Optional;

/** At least one message of every kind that travels. */
record Samples(
        ActorRef<Coordinator.Command> coordinator,
        ActorRef<ParameterServer.Command> server,
        ActorRef<Worker.Command> worker) {
    static final Layout UNMASKED = Layout.of(Fixture.SHAPE, Fixture.TOKEN_ROWS, false, false);
    static final Layout MASKED = Layout.of(Fixture.SHAPE, Fixture.TOKEN_ROWS, true, false);
    private static final Stamp STAMP = new Stamp(1, new Cursor(1, Phase.INHERIT, 2), MASKED.hash());
    private static final Stamp NEXT = new Stamp(1, new Cursor(1, Phase.INHERIT, 3), MASKED.hash());
    private static final Handle HANDLE = new Handle("host:2552", "worker-3/features/5", 64);
    private static final Dispute.Question QUESTION = new Dispute.Question(new Node(1, 3), new Range(0, 64));
    private static final Dispute.Answer ANSWER = new Dispute.Answer(1, -7);
    static final Published PUBLISHED =
            new Published(HANDLE, HANDLE, HANDLE, new Handle("host:2552", "server/second", 64));
    private static final WidthMap WIDTH_MAP = new WidthMap(8, new int[] {1, 2, 7}, new float[] {1, 0.5f, 0.25f});

    List<Coordinator.Command> toCoordinator() {
        return List.of(
                new Coordinator.WorkerJoined(worker, "class"),
                new Coordinator.ServerJoined(server),
                new Coordinator.ShardReady(STAMP, 2, PUBLISHED),
                new Coordinator.PartitionDone(STAMP, 3, 7, 1.25, 0.5),
                new Coordinator.WorkerHere(STAMP, 2),
                new Coordinator.PartitionReached(STAMP, 2, 5, Reached.FEATURES),
                new Coordinator.PartitionReached(STAMP, 2, 5, Reached.LOG_SUM_EXPS),
                new Coordinator.Disputed(STAMP, QUESTION, ANSWER, new Dispute.Answer(2, 7)),
                new Coordinator.QuestionAnswered(STAMP, QUESTION, ANSWER),
                new Coordinator.Reduced(STAMP, 1, new double[] {1, 0, 3}, 0.125),
                new Coordinator.Reduced(STAMP, 0, new double[0], Double.NaN),
                new Coordinator.CutDecided(STAMP, Kept.everything(Fixture.SHAPE), WIDTH_MAP, 0.25),
                refused(),
                new Coordinator.Stop());
    }

    List<ParameterServer.Command> toServer() {
        Rates rates = new Rates(1e-3, 0.02, 0.01, 0.25);
        ParameterServer.Assignment assignment =
                new ParameterServer.Assignment(STAMP, MASKED, 1, new Range(65_536, MASKED.size()));
        Part.Moments moments = new Part.Moments(HANDLE, new Handle("host:2552", "server/second", 64));
        return List.of(
                new ParameterServer.Load(assignment, List.of(part(Optional.empty())), coordinator),
                new ParameterServer.Load(assignment, List.of(part(Optional.of(moments))), coordinator),
                new ParameterServer.Reduce(STAMP, 0.25, coordinator),
                new ParameterServer.SubtreeReady(STAMP, new Node(1, 3), HANDLE, ANSWER, coordinator.narrow()),
                new ParameterServer.Free(STAMP, coordinator),
                new ParameterServer.Commit(new CommitOrder(STAMP, NEXT, 0.5f, rates, 17, false), coordinator),
                new ParameterServer.DecideCut(STAMP, 0.75, WIDTH_MAP, coordinator),
                gather(Optional.of(Kept.everything(Fixture.SHAPE))),
                gather(Optional.empty()));
    }

    List<Worker.Command> toWorker() {
        ShardWeights weights = new ShardWeights(new Range(0, MASKED.size()), HANDLE);
        return List.of(
                new Worker.Step(
                        STAMP,
                        3,
                        2,
                        MASKED,
                        List.of(new Worker.Grant(worker, 0, 3), new Worker.Grant(worker, 3, 8)),
                        List.of(new Worker.Shard(server, weights)),
                        Optional.of(QUESTION),
                        coordinator),
                new Worker.FeaturesReady(STAMP, 5, HANDLE, List.of(16, 24), worker.narrow()),
                new Worker.LogSumExpsReady(STAMP, 5, HANDLE, worker.narrow()),
                refused());
    }

    private static Part part(Optional<Part.Moments> moments) {
        return new Part(new Range(0, 64), HANDLE, moments);
    }

    private static Refused refused() {
        return new Refused(STAMP, 1, "epoch [1] is over");
    }

    private ParameterServer.Gather gather(Optional<Kept> kept) {
        ParameterServer.Assignment next = new ParameterServer.Assignment(NEXT, UNMASKED, 0, new Range(0, 65_536));
        List<ShardWeights> old = List.of(new ShardWeights(new Range(0, 64), HANDLE));
        OldShards shards = new OldShards(old, kept.isPresent() ? old : List.of(), kept.isPresent() ? old : List.of());
        return new ParameterServer.Gather(STAMP, MASKED, next, kept, shards, coordinator);
    }
}
