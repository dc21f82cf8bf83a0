package io.tinyclip.actors;

import com.google.protobuf.ByteString;
import io.tinyclip.checkpoint.RangeFile;
import io.tinyclip.plan.Rates;
import io.tinyclip.proto.v1.CommitStep;
import io.tinyclip.proto.v1.FloatRange;
import io.tinyclip.proto.v1.LoadShard;
import io.tinyclip.proto.v1.RangeFileInfo;
import io.tinyclip.proto.v1.ReduceStep;
import io.tinyclip.proto.v1.Reduced;
import io.tinyclip.proto.v1.ShardAssignment;
import io.tinyclip.proto.v1.ShardReady;
import io.tinyclip.proto.v1.ShardWritten;
import io.tinyclip.proto.v1.WriteShard;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code shard.proto} and {@code checkpoint.proto} say. */
final class ShardWire {
    private final WireRefs refs;

    ShardWire(WireRefs refs) {
        this.refs = refs;
    }

    List<WireCodec<?, ?>> codecs() {
        return List.of(
                new WireCodec<>("LoadShard", ParameterServer.Load.class, this::write, LoadShard.parser(), this::read),
                new WireCodec<>(
                        "ShardReady", Coordinator.ShardReady.class, this::write, ShardReady.parser(), this::read),
                new WireCodec<>(
                        "ReduceStep", ParameterServer.Reduce.class, this::write, ReduceStep.parser(), this::read),
                new WireCodec<>("Reduced", Coordinator.Reduced.class, this::write, Reduced.parser(), this::read),
                new WireCodec<>(
                        "CommitStep", ParameterServer.Commit.class, this::write, CommitStep.parser(), this::read),
                new WireCodec<>(
                        "WriteShard", ParameterServer.WriteShard.class, this::write, WriteShard.parser(), this::read),
                new WireCodec<>(
                        "ShardWritten",
                        Coordinator.ShardWritten.class,
                        this::write,
                        ShardWritten.parser(),
                        this::read));
    }

    static ShardAssignment write(ParameterServer.Assignment assignment) {
        return ShardAssignment.newBuilder()
                .setStamp(VersionWire.write(assignment.stamp()))
                .setLayout(VersionWire.write(assignment.layout()))
                .setShard(assignment.shard())
                .setRange(VersionWire.write(assignment.range()))
                .build();
    }

    static ParameterServer.Assignment read(ShardAssignment wire) {
        return new ParameterServer.Assignment(
                VersionWire.read(wire.getStamp()),
                VersionWire.read(wire.getLayout()),
                wire.getShard(),
                VersionWire.read(wire.getRange()));
    }

    private LoadShard write(ParameterServer.Load load) {
        LoadShard.Builder wire = LoadShard.newBuilder()
                .setAssignment(write(load.assignment()))
                .setReplyToRef(refs.write(load.replyTo()));
        if (load.source() instanceof ParameterServer.Source.Published published) {
            wire.setPublishedVector(VersionWire.write(published.vector()));
        } else if (load.source() instanceof ParameterServer.Source.Stored stored) {
            wire.setCheckpointId(stored.checkpoint());
        }
        return wire.build();
    }

    private ParameterServer.Load read(LoadShard wire) {
        ParameterServer.Source source =
                switch (wire.getSourceCase()) {
                    case PUBLISHED_VECTOR ->
                        new ParameterServer.Source.Published(VersionWire.read(wire.getPublishedVector()));
                    case CHECKPOINT_ID -> new ParameterServer.Source.Stored(wire.getCheckpointId());
                    case SOURCE_NOT_SET -> throw new IllegalArgumentException("a shard without a source");
                };
        return new ParameterServer.Load(read(wire.getAssignment()), source, refs.read(wire.getReplyToRef()));
    }

    private ShardReady write(Coordinator.ShardReady ready) {
        return ShardReady.newBuilder()
                .setStamp(VersionWire.write(ready.stamp()))
                .setShard(ready.shard())
                .setWeights(VersionWire.write(ready.weights()))
                .build();
    }

    private Coordinator.ShardReady read(ShardReady wire) {
        return new Coordinator.ShardReady(
                VersionWire.read(wire.getStamp()), wire.getShard(), VersionWire.read(wire.getWeights()));
    }

    private ReduceStep write(ParameterServer.Reduce reduce) {
        return ReduceStep.newBuilder()
                .setStamp(VersionWire.write(reduce.stamp()))
                .setSparsityTarget(reduce.sparsityTarget())
                .setReplyToRef(refs.write(reduce.replyTo()))
                .build();
    }

    private ParameterServer.Reduce read(ReduceStep wire) {
        return new ParameterServer.Reduce(
                VersionWire.read(wire.getStamp()), wire.getSparsityTarget(), refs.read(wire.getReplyToRef()));
    }

    private Reduced write(Coordinator.Reduced reduced) {
        return Reduced.newBuilder()
                .setStamp(VersionWire.write(reduced.stamp()))
                .setShard(reduced.shard())
                .addAllSquaredNorms(
                        Arrays.stream(reduced.squaredNorms()).boxed().toList())
                .setSparsityExpected(reduced.sparsityExpected())
                .build();
    }

    private Coordinator.Reduced read(Reduced wire) {
        return new Coordinator.Reduced(
                VersionWire.read(wire.getStamp()),
                wire.getShard(),
                wire.getSquaredNormsList().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray(),
                wire.getSparsityExpected());
    }

    private CommitStep write(ParameterServer.Commit commit) {
        ShardState.Order order = commit.order();
        return CommitStep.newBuilder()
                .setStamp(VersionWire.write(order.stamp()))
                .setNext(VersionWire.write(order.next()))
                .setClipScale(order.clipScale())
                .setWeightRate(order.rates().weights())
                .setMaskRate(order.rates().masks())
                .setMultiplierRate(order.rates().multipliers())
                .setSparsityTarget(order.rates().sparsityTarget())
                .setOptimizerCount(order.count())
                .setSkip(order.skip())
                .setReplyToRef(refs.write(commit.replyTo()))
                .build();
    }

    private ParameterServer.Commit read(CommitStep wire) {
        Rates rates =
                new Rates(wire.getWeightRate(), wire.getMaskRate(), wire.getMultiplierRate(), wire.getSparsityTarget());
        ShardState.Order order = new ShardState.Order(
                VersionWire.read(wire.getStamp()),
                VersionWire.read(wire.getNext()),
                wire.getClipScale(),
                rates,
                wire.getOptimizerCount(),
                wire.getSkip());
        return new ParameterServer.Commit(order, refs.read(wire.getReplyToRef()));
    }

    private WriteShard write(ParameterServer.WriteShard write) {
        return WriteShard.newBuilder()
                .setStamp(VersionWire.write(write.stamp()))
                .setReplyToRef(refs.write(write.replyTo()))
                .build();
    }

    private ParameterServer.WriteShard read(WriteShard wire) {
        return new ParameterServer.WriteShard(VersionWire.read(wire.getStamp()), refs.read(wire.getReplyToRef()));
    }

    private ShardWritten write(Coordinator.ShardWritten written) {
        ShardWritten.Builder wire = ShardWritten.newBuilder()
                .setStamp(VersionWire.write(written.stamp()))
                .setShard(written.shard());
        written.blockHashes().forEach(hash -> wire.addBlockSha256(ByteString.copyFrom(hash)));
        written.file()
                .ifPresent(file -> wire.setFile(RangeFileInfo.newBuilder()
                        .setName(file.name())
                        .setRange(FloatRange.newBuilder().setFrom(file.from()).setTo(file.to()))
                        .setSha256(file.sha256())
                        .setBytes(file.bytes())));
        return wire.build();
    }

    private Coordinator.ShardWritten read(ShardWritten wire) {
        RangeFileInfo file = wire.getFile();
        Optional<RangeFile> found = wire.hasFile()
                ? Optional.of(new RangeFile(
                        file.getName(),
                        file.getRange().getFrom(),
                        file.getRange().getTo(),
                        file.getSha256(),
                        file.getBytes()))
                : Optional.empty();
        return new Coordinator.ShardWritten(
                VersionWire.read(wire.getStamp()),
                wire.getShard(),
                wire.getBlockSha256List().stream().map(ByteString::toByteArray).toList(),
                found);
    }
}
