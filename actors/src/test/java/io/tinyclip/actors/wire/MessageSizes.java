package io.tinyclip.actors.wire;

import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.stranger.Token;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Bytes of the messages of a step, as protobuf writes them with addresses of usual length.
 *
 * @param step to a worker
 * @param announcement of anything that can be fetched
 * @param order to a server
 * @param block that a message about a shard grows by with each of its blocks
 * @param blockFloats floats of a block
 */
public record MessageSizes(long step, long announcement, long order, long block, int blockFloats) {
    private static final String WORKER = "akka://tinyclip@10.20.30.40:25520/user/node-agent/worker#-1234567890";
    private static final WireMessages WIRE =
            new WireMessages(List.of(WorkerCommand.class), new WireLeaves.Refs(ref -> WORKER, text -> {
                throw new IllegalStateException("nothing is read back");
            }));
    private static final String ADDRESS = "10.20.30.40:25530";
    private static final int LATE_STEP = 65_242;

    public static MessageSizes of(Layout layout, int workers, int servers) {
        Stamp stamp = new Stamp(1 << 20, new Cursor(2, Phase.DISTILL, LATE_STEP), layout.hash());
        Handle handle = new Handle(ADDRESS, "worker/features/1023/" + stamp.key(), layout.size());
        ActorRef<WorkerCommand> worker = TestInbox.<WorkerCommand>create().getRef();
        List<WorkerCommand.Grant> grants = IntStream.range(0, workers)
                .mapToObj(i -> new WorkerCommand.Grant(worker, i, i + 1))
                .toList();
        List<WorkerCommand.Shard> shards = Shards.of(layout, servers).stream()
                .map(range -> new WorkerCommand.Shard(
                        worker.unsafeUpcast().narrow(), new ShardWeights(range, handle), Token.fresh()))
                .toList();
        long announcement = size(new WorkerCommand.FeaturesReady(
                stamp, workers, handle, List.of(layout.blockSize(), layout.blockSize()), worker.narrow()));
        long step = size(new WorkerCommand.Step(
                stamp,
                0,
                0,
                layout,
                grants,
                shards,
                Optional.empty(),
                worker.unsafeUpcast().narrow()));
        return new MessageSizes(step, announcement, announcement, Double.BYTES, layout.blockSize());
    }

    private static long size(WorkerCommand message) {
        return WIRE.of(message.getClass()).orElseThrow().toBytes(message).length;
    }

    /** Of a shard's squared norms. */
    public long reduced(int floats) {
        return announcement + block * ((floats + blockFloats - 1) / blockFloats);
    }
}
