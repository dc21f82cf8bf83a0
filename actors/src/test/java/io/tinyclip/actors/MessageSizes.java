package io.tinyclip.actors;

import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.proto.v1.FeaturesReady;
import io.tinyclip.proto.v1.PartitionLease;
import io.tinyclip.proto.v1.Step;
import io.tinyclip.proto.v1.StepShard;
import java.util.List;
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
record MessageSizes(long step, long announcement, long order, long block, int blockFloats) {
    private static final String WORKER = "akka://tinyclip@10.20.30.40:25520/user/node-agent/worker#-1234567890";
    private static final String ADDRESS = "10.20.30.40:25530";
    private static final int LATE_STEP = 65_242;

    static MessageSizes of(Layout layout, int workers, int servers) {
        Stamp stamp = new Stamp(1 << 20, new Cursor(2, Phase.DISTILL, LATE_STEP), layout.hash());
        Handle handle = new Handle(ADDRESS, "worker/features/1023/" + stamp.key(), layout.size());
        long announcement = FeaturesReady.newBuilder()
                .setStamp(VersionWire.write(stamp))
                .setPartition(workers)
                .setFeatures(VersionWire.write(handle))
                .addFloats(layout.blockSize())
                .addFloats(layout.blockSize())
                .setReplyToRef(WORKER)
                .build()
                .getSerializedSize();
        List<Range> ranges = Shards.of(layout, servers);
        Step.Builder step = Step.newBuilder()
                .setStamp(VersionWire.write(stamp))
                .setLayout(VersionWire.write(layout))
                .setCoordinatorRef(WORKER);
        IntStream.range(0, workers)
                .mapToObj(i -> PartitionLease.newBuilder()
                        .setWorkerRef(WORKER)
                        .setFrom(i)
                        .setTo(i + 1)
                        .build())
                .forEach(step::addLeases);
        ranges.forEach(range -> step.addShards(StepShard.newBuilder()
                .setServerRef(WORKER)
                .setPublished(VersionWire.write(new ShardWeights(range, handle)))
                .build()));
        return new MessageSizes(
                step.build().getSerializedSize(), announcement, announcement, Double.BYTES, layout.blockSize());
    }

    /** Of a shard's squared norms. */
    long reduced(int floats) {
        return announcement + block * ((floats + blockFloats - 1) / blockFloats);
    }
}
