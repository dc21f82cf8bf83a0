package io.tinyclip.actors;

import io.tinyclip.plan.Rates;
import io.tinyclip.proto.v1.CommitStep;
import io.tinyclip.proto.v1.FreeShard;
import io.tinyclip.proto.v1.LoadShard;
import io.tinyclip.proto.v1.PublishedPart;
import io.tinyclip.proto.v1.ReduceStep;
import io.tinyclip.proto.v1.Reduced;
import io.tinyclip.proto.v1.ShardAssignment;
import io.tinyclip.proto.v1.ShardReady;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code shard.proto} says. */
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
                        "FreeShard",
                        ParameterServer.Free.class,
                        free -> FreeShard.newBuilder()
                                .setStamp(VersionWire.write(free.stamp()))
                                .setReplyToRef(refs.write(free.replyTo()))
                                .build(),
                        FreeShard.parser(),
                        wire -> new ParameterServer.Free(
                                VersionWire.read(wire.getStamp()), refs.read(wire.getReplyToRef()))),
                new WireCodec<>(
                        "ReduceStep", ParameterServer.Reduce.class, this::write, ReduceStep.parser(), this::read),
                new WireCodec<>("Reduced", Coordinator.Reduced.class, this::write, Reduced.parser(), this::read),
                new WireCodec<>(
                        "CommitStep", ParameterServer.Commit.class, this::write, CommitStep.parser(), this::read));
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
        return LoadShard.newBuilder()
                .setAssignment(write(load.assignment()))
                .addAllParts(load.parts().stream().map(ShardWire::write).toList())
                .setReplyToRef(refs.write(load.replyTo()))
                .build();
    }

    private ParameterServer.Load read(LoadShard wire) {
        return new ParameterServer.Load(
                read(wire.getAssignment()),
                wire.getPartsList().stream().map(ShardWire::read).toList(),
                refs.read(wire.getReplyToRef()));
    }

    private static PublishedPart write(Part part) {
        PublishedPart.Builder wire = PublishedPart.newBuilder()
                .setRange(VersionWire.write(part.range()))
                .setWeights(VersionWire.write(part.weights()));
        part.moments().ifPresent(moments -> wire.setFirstMoments(VersionWire.write(moments.first()))
                .setSecondMoments(VersionWire.write(moments.second())));
        return wire.build();
    }

    private static Part read(PublishedPart wire) {
        if (wire.hasFirstMoments() != wire.hasSecondMoments()) {
            throw new IllegalArgumentException("a part with one of two moments");
        }
        Optional<Part.Moments> moments = wire.hasFirstMoments()
                ? Optional.of(new Part.Moments(
                        VersionWire.read(wire.getFirstMoments()), VersionWire.read(wire.getSecondMoments())))
                : Optional.empty();
        return new Part(VersionWire.read(wire.getRange()), VersionWire.read(wire.getWeights()), moments);
    }

    private ShardReady write(Coordinator.ShardReady ready) {
        return ShardReady.newBuilder()
                .setStamp(VersionWire.write(ready.stamp()))
                .setShard(ready.shard())
                .setWorkerWeights(VersionWire.write(ready.published().workerWeights()))
                .setMaster(VersionWire.write(ready.published().master()))
                .setFirstMoments(VersionWire.write(ready.published().first()))
                .setSecondMoments(VersionWire.write(ready.published().second()))
                .build();
    }

    private Coordinator.ShardReady read(ShardReady wire) {
        Published published = new Published(
                VersionWire.read(wire.getWorkerWeights()),
                VersionWire.read(wire.getMaster()),
                VersionWire.read(wire.getFirstMoments()),
                VersionWire.read(wire.getSecondMoments()));
        return new Coordinator.ShardReady(VersionWire.read(wire.getStamp()), wire.getShard(), published);
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
}
