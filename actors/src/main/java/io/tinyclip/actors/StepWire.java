package io.tinyclip.actors;

import io.tinyclip.proto.v1.FeaturesReady;
import io.tinyclip.proto.v1.LogSumExpsReady;
import io.tinyclip.proto.v1.PartitionDone;
import io.tinyclip.proto.v1.PartitionLease;
import io.tinyclip.proto.v1.Refusal;
import io.tinyclip.proto.v1.ServerJoined;
import io.tinyclip.proto.v1.Step;
import io.tinyclip.proto.v1.StepShard;
import io.tinyclip.proto.v1.StopRun;
import io.tinyclip.proto.v1.SubtreeReady;
import io.tinyclip.proto.v1.WorkerJoined;
import java.util.List;
import java.util.Optional;

/** What {@code membership.proto} and {@code step.proto} say. */
final class StepWire {
    private final WireRefs refs;

    StepWire(WireRefs refs) {
        this.refs = refs;
    }

    List<WireCodec<?, ?>> codecs() {
        return List.of(
                new WireCodec<>(
                        "WorkerJoined",
                        Coordinator.WorkerJoined.class,
                        joined -> WorkerJoined.newBuilder()
                                .setWorkerRef(refs.write(joined.worker()))
                                .setNumericClass(joined.numericClass())
                                .build(),
                        WorkerJoined.parser(),
                        wire -> new Coordinator.WorkerJoined(refs.read(wire.getWorkerRef()), wire.getNumericClass())),
                new WireCodec<>(
                        "ServerJoined",
                        Coordinator.ServerJoined.class,
                        joined -> ServerJoined.newBuilder()
                                .setServerRef(refs.write(joined.server()))
                                .build(),
                        ServerJoined.parser(),
                        wire -> new Coordinator.ServerJoined(refs.read(wire.getServerRef()))),
                new WireCodec<>(
                        "StopRun",
                        Coordinator.Stop.class,
                        stop -> StopRun.getDefaultInstance(),
                        StopRun.parser(),
                        wire -> new Coordinator.Stop()),
                new WireCodec<>("Refusal", Refused.class, this::write, Refusal.parser(), this::read),
                new WireCodec<>("Step", Worker.Step.class, this::write, Step.parser(), this::read),
                new WireCodec<>(
                        "FeaturesReady", Worker.FeaturesReady.class, this::write, FeaturesReady.parser(), this::read),
                new WireCodec<>(
                        "LogSumExpsReady",
                        Worker.LogSumExpsReady.class,
                        this::write,
                        LogSumExpsReady.parser(),
                        this::read),
                new WireCodec<>(
                        "SubtreeReady",
                        ParameterServer.SubtreeReady.class,
                        this::write,
                        SubtreeReady.parser(),
                        this::read),
                new WireCodec<>(
                        "PartitionDone",
                        Coordinator.PartitionDone.class,
                        this::write,
                        PartitionDone.parser(),
                        this::read));
    }

    private Refusal write(Refused refused) {
        return Refusal.newBuilder()
                .setStamp(VersionWire.write(refused.stamp()))
                .setEpoch(refused.epoch())
                .setReason(refused.reason())
                .build();
    }

    private Refused read(Refusal wire) {
        return new Refused(VersionWire.read(wire.getStamp()), wire.getEpoch(), wire.getReason());
    }

    private Step write(Worker.Step step) {
        Step.Builder wire = Step.newBuilder()
                .setStamp(VersionWire.write(step.stamp()))
                .setAttempt(step.attempt())
                .setWorker(step.number())
                .setLayout(VersionWire.write(step.layout()))
                .addAllLeases(step.leases().stream().map(this::write).toList())
                .addAllShards(step.shards().stream().map(this::write).toList())
                .setCoordinatorRef(refs.write(step.coordinator()));
        step.question().ifPresent(question -> wire.setQuestion(DisputeWire.write(question)));
        return wire.build();
    }

    private Worker.Step read(Step wire) {
        return new Worker.Step(
                VersionWire.read(wire.getStamp()),
                wire.getAttempt(),
                wire.getWorker(),
                VersionWire.read(wire.getLayout()),
                wire.getLeasesList().stream().map(this::read).toList(),
                wire.getShardsList().stream().map(this::read).toList(),
                wire.hasQuestion() ? Optional.of(DisputeWire.read(wire.getQuestion())) : Optional.empty(),
                refs.read(wire.getCoordinatorRef()));
    }

    private PartitionLease write(Worker.Grant grant) {
        return PartitionLease.newBuilder()
                .setWorkerRef(refs.write(grant.worker()))
                .setFrom(grant.from())
                .setTo(grant.to())
                .build();
    }

    private Worker.Grant read(PartitionLease wire) {
        return new Worker.Grant(refs.read(wire.getWorkerRef()), wire.getFrom(), wire.getTo());
    }

    private StepShard write(Worker.Shard shard) {
        return StepShard.newBuilder()
                .setServerRef(refs.write(shard.server()))
                .setPublished(VersionWire.write(shard.weights()))
                .build();
    }

    private Worker.Shard read(StepShard wire) {
        return new Worker.Shard(refs.read(wire.getServerRef()), VersionWire.read(wire.getPublished()));
    }

    private FeaturesReady write(Worker.FeaturesReady ready) {
        return FeaturesReady.newBuilder()
                .setStamp(VersionWire.write(ready.stamp()))
                .setPartition(ready.partition())
                .setFeatures(VersionWire.write(ready.features()))
                .addAllFloats(ready.floats())
                .setReplyToRef(refs.write(ready.replyTo()))
                .build();
    }

    private Worker.FeaturesReady read(FeaturesReady wire) {
        return new Worker.FeaturesReady(
                VersionWire.read(wire.getStamp()),
                wire.getPartition(),
                VersionWire.read(wire.getFeatures()),
                List.copyOf(wire.getFloatsList()),
                refs.read(wire.getReplyToRef()));
    }

    private LogSumExpsReady write(Worker.LogSumExpsReady ready) {
        return LogSumExpsReady.newBuilder()
                .setStamp(VersionWire.write(ready.stamp()))
                .setPartition(ready.partition())
                .setLogSumExps(VersionWire.write(ready.logSumExps()))
                .setReplyToRef(refs.write(ready.replyTo()))
                .build();
    }

    private Worker.LogSumExpsReady read(LogSumExpsReady wire) {
        return new Worker.LogSumExpsReady(
                VersionWire.read(wire.getStamp()),
                wire.getPartition(),
                VersionWire.read(wire.getLogSumExps()),
                refs.read(wire.getReplyToRef()));
    }

    private SubtreeReady write(ParameterServer.SubtreeReady ready) {
        return SubtreeReady.newBuilder()
                .setStamp(VersionWire.write(ready.stamp()))
                .setNode(DisputeWire.write(ready.node()))
                .setSum(VersionWire.write(ready.sum()))
                .setAnswer(DisputeWire.write(ready.answer()))
                .setReplyToRef(refs.write(ready.replyTo()))
                .build();
    }

    private ParameterServer.SubtreeReady read(SubtreeReady wire) {
        return new ParameterServer.SubtreeReady(
                VersionWire.read(wire.getStamp()),
                DisputeWire.read(wire.getNode()),
                VersionWire.read(wire.getSum()),
                DisputeWire.read(wire.getAnswer()),
                refs.read(wire.getReplyToRef()));
    }

    private PartitionDone write(Coordinator.PartitionDone done) {
        return PartitionDone.newBuilder()
                .setStamp(VersionWire.write(done.stamp()))
                .setWorker(done.worker())
                .setPartition(done.partition())
                .setLoss(done.loss())
                .setEntropy(done.entropy())
                .build();
    }

    private Coordinator.PartitionDone read(PartitionDone wire) {
        return new Coordinator.PartitionDone(
                VersionWire.read(wire.getStamp()),
                wire.getWorker(),
                wire.getPartition(),
                wire.getLoss(),
                wire.getEntropy());
    }
}
