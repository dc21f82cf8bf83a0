package io.tinyclip.actors;

import io.tinyclip.proto.v1.MemberState;
import io.tinyclip.proto.v1.MemberStatus;
import io.tinyclip.proto.v1.RunStatus;
import io.tinyclip.proto.v1.ShardStatus;
import io.tinyclip.proto.v1.StatusReport;
import java.util.List;
import java.util.Optional;

/** What {@code status.proto} says. */
final class StatusWire {
    private final WireRefs refs;

    StatusWire(WireRefs refs) {
        this.refs = refs;
    }

    List<WireCodec<?, ?>> codecs() {
        return List.of(
                new WireCodec<>(
                        "StatusRequest",
                        StatusRequest.class,
                        request -> io.tinyclip.proto.v1.StatusRequest.newBuilder()
                                .setReplyToRef(refs.write(request.replyTo()))
                                .build(),
                        io.tinyclip.proto.v1.StatusRequest.parser(),
                        wire -> new StatusRequest(refs.read(wire.getReplyToRef()))),
                new WireCodec<>(
                        "StatusReport",
                        ClusterStatus.class,
                        StatusWire::write,
                        StatusReport.parser(),
                        StatusWire::read));
    }

    private static StatusReport write(ClusterStatus status) {
        StatusReport.Builder wire = StatusReport.newBuilder()
                .setClusterName(status.cluster())
                .addAllMembers(status.members().stream().map(StatusWire::write).toList());
        status.run().ifPresent(run -> wire.setRun(write(run)));
        return wire.build();
    }

    private static ClusterStatus read(StatusReport wire) {
        return new ClusterStatus(
                wire.getClusterName(),
                wire.hasRun() ? Optional.of(read(wire.getRun())) : Optional.empty(),
                wire.getMembersList().stream().map(StatusWire::read).toList());
    }

    private static RunStatus write(ClusterStatus.Run run) {
        RunStatus.Builder wire = RunStatus.newBuilder()
                .setRunId(run.id())
                .setTerm(run.term())
                .setState(run.state())
                .setStepsDone(run.stepsDone())
                .setStepsTotal(run.stepsTotal())
                .setStepsPerSecond(run.stepsPerSecond())
                .addAllShards(run.shards().stream()
                        .map(shard -> ShardStatus.newBuilder()
                                .setRange(VersionWire.write(shard.range()))
                                .setServerAddress(shard.server())
                                .build())
                        .toList());
        run.cursor().ifPresent(cursor -> wire.setCursor(VersionWire.write(cursor)));
        return wire.build();
    }

    private static ClusterStatus.Run read(RunStatus wire) {
        return new ClusterStatus.Run(
                wire.getRunId(),
                wire.getTerm(),
                wire.getState(),
                wire.hasCursor() ? Optional.of(VersionWire.read(wire.getCursor())) : Optional.empty(),
                wire.getStepsDone(),
                wire.getStepsTotal(),
                wire.getStepsPerSecond(),
                wire.getShardsList().stream()
                        .map(shard ->
                                new ClusterStatus.Shard(VersionWire.read(shard.getRange()), shard.getServerAddress()))
                        .toList());
    }

    private static MemberStatus write(ClusterStatus.Member member) {
        ClusterStatus.Shares shares = member.shares();
        return MemberStatus.newBuilder()
                .addAllRoles(MembershipWire.write(member.roles()))
                .setAddress(member.address())
                .setState(write(member.state()))
                .setPartitions(member.partitions())
                .setPairsPerSecond(member.pairsPerSecond())
                .setMemoryBytes(member.memoryBytes())
                .setComputingShare(shares.computing())
                .setWeightsShare(shares.weights())
                .setFeaturesShare(shares.features())
                .setGradientShare(shares.gradient())
                .addAllLinks(member.links().stream().map(MembershipWire::write).toList())
                .build();
    }

    private static ClusterStatus.Member read(MemberStatus wire) {
        return new ClusterStatus.Member(
                MembershipWire.read(wire.getRolesList()),
                wire.getAddress(),
                read(wire.getState()),
                wire.getPartitions(),
                wire.getPairsPerSecond(),
                wire.getMemoryBytes(),
                new ClusterStatus.Shares(
                        wire.getComputingShare(),
                        wire.getWeightsShare(),
                        wire.getFeaturesShare(),
                        wire.getGradientShare()),
                wire.getLinksList().stream().map(MembershipWire::read).toList());
    }

    private static MemberState write(ClusterStatus.State state) {
        return switch (state) {
            case PREPARING -> MemberState.MEMBER_STATE_PREPARING;
            case ADMITTED -> MemberState.MEMBER_STATE_ADMITTED;
            case LEAVING -> MemberState.MEMBER_STATE_LEAVING;
            case STANDING_BY -> MemberState.MEMBER_STATE_STANDING_BY;
            case LEADING -> MemberState.MEMBER_STATE_LEADING;
        };
    }

    private static ClusterStatus.State read(MemberState wire) {
        return switch (wire) {
            case MEMBER_STATE_PREPARING -> ClusterStatus.State.PREPARING;
            case MEMBER_STATE_ADMITTED -> ClusterStatus.State.ADMITTED;
            case MEMBER_STATE_LEAVING -> ClusterStatus.State.LEAVING;
            case MEMBER_STATE_STANDING_BY -> ClusterStatus.State.STANDING_BY;
            case MEMBER_STATE_LEADING -> ClusterStatus.State.LEADING;
            case MEMBER_STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a member in a state that is not known here");
        };
    }
}
