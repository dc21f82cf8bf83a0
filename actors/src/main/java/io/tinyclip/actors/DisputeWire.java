package io.tinyclip.actors;

import io.tinyclip.proto.v1.Answer;
import io.tinyclip.proto.v1.Disputed;
import io.tinyclip.proto.v1.PartitionReached;
import io.tinyclip.proto.v1.Question;
import io.tinyclip.proto.v1.QuestionAnswered;
import io.tinyclip.proto.v1.Reached;
import io.tinyclip.proto.v1.TreeNode;
import io.tinyclip.proto.v1.WorkerHere;
import io.tinyclip.reduce.Node;
import java.util.List;

/** What {@code step.proto} says of workers that are late, or disagree. */
final class DisputeWire {
    private DisputeWire() {}

    static List<WireCodec<?, ?>> codecs() {
        return List.of(
                new WireCodec<>(
                        "WorkerHere",
                        Coordinator.WorkerHere.class,
                        here -> WorkerHere.newBuilder()
                                .setStamp(VersionWire.write(here.stamp()))
                                .setWorker(here.worker())
                                .build(),
                        WorkerHere.parser(),
                        wire -> new Coordinator.WorkerHere(VersionWire.read(wire.getStamp()), wire.getWorker())),
                new WireCodec<>(
                        "PartitionReached",
                        Coordinator.PartitionReached.class,
                        DisputeWire::write,
                        PartitionReached.parser(),
                        DisputeWire::read),
                new WireCodec<>(
                        "Disputed",
                        Coordinator.Disputed.class,
                        DisputeWire::write,
                        Disputed.parser(),
                        DisputeWire::read),
                new WireCodec<>(
                        "QuestionAnswered",
                        Coordinator.QuestionAnswered.class,
                        DisputeWire::write,
                        QuestionAnswered.parser(),
                        DisputeWire::read));
    }

    static TreeNode write(Node node) {
        return TreeNode.newBuilder()
                .setLevel(node.level())
                .setIndex(node.index())
                .build();
    }

    static Node read(TreeNode wire) {
        return new Node(wire.getLevel(), wire.getIndex());
    }

    static Question write(Dispute.Question question) {
        return Question.newBuilder()
                .setNode(write(question.node()))
                .setRange(VersionWire.write(question.range()))
                .build();
    }

    static Dispute.Question read(Question wire) {
        return new Dispute.Question(read(wire.getNode()), VersionWire.read(wire.getRange()));
    }

    static Answer write(Dispute.Answer answer) {
        return Answer.newBuilder()
                .setWorker(answer.worker())
                .setCrc32C(answer.checksum())
                .build();
    }

    static Dispute.Answer read(Answer wire) {
        return new Dispute.Answer(wire.getWorker(), wire.getCrc32C());
    }

    private static PartitionReached write(Coordinator.PartitionReached it) {
        return PartitionReached.newBuilder()
                .setStamp(VersionWire.write(it.stamp()))
                .setWorker(it.worker())
                .setPartition(it.partition())
                .setReached(
                        switch (it.reached()) {
                            case FEATURES -> Reached.REACHED_FEATURES;
                            case LOG_SUM_EXPS -> Reached.REACHED_LOG_SUM_EXPS;
                            case GRADIENT -> throw new IllegalArgumentException("a gradient is told by PartitionDone");
                        })
                .build();
    }

    private static Coordinator.PartitionReached read(PartitionReached wire) {
        StepUnderWay.Reached reached =
                switch (wire.getReached()) {
                    case REACHED_FEATURES -> StepUnderWay.Reached.FEATURES;
                    case REACHED_LOG_SUM_EXPS -> StepUnderWay.Reached.LOG_SUM_EXPS;
                    case REACHED_UNSPECIFIED, UNRECOGNIZED ->
                        throw new IllegalArgumentException("a partition has reached something unknown");
                };
        return new Coordinator.PartitionReached(
                VersionWire.read(wire.getStamp()), wire.getWorker(), wire.getPartition(), reached);
    }

    private static Disputed write(Coordinator.Disputed it) {
        return Disputed.newBuilder()
                .setStamp(VersionWire.write(it.stamp()))
                .setQuestion(write(it.question()))
                .setFirst(write(it.first()))
                .setSecond(write(it.second()))
                .build();
    }

    private static Coordinator.Disputed read(Disputed wire) {
        return new Coordinator.Disputed(
                VersionWire.read(wire.getStamp()),
                read(wire.getQuestion()),
                read(wire.getFirst()),
                read(wire.getSecond()));
    }

    private static QuestionAnswered write(Coordinator.QuestionAnswered it) {
        return QuestionAnswered.newBuilder()
                .setStamp(VersionWire.write(it.stamp()))
                .setQuestion(write(it.question()))
                .setAnswer(write(it.answer()))
                .build();
    }

    private static Coordinator.QuestionAnswered read(QuestionAnswered wire) {
        return new Coordinator.QuestionAnswered(
                VersionWire.read(wire.getStamp()), read(wire.getQuestion()), read(wire.getAnswer()));
    }
}
