package io.tinyclip.actors.worker;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.Checksum;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.FloatVector;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.TrainedRanges;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.reduce.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * What a worker tells about a node's sum that it has published.
 *
 * @param answers with the checksum of each server's range, in their order
 * @param answered if this is the sum that the step asks for
 */
record SumAnnouncement(
        WorkerCommand.Step step,
        Node node,
        Handle handle,
        List<Dispute.Answer> answers,
        Optional<CoordinatorCommand.QuestionAnswered> answered) {
    /** With checksums of what a step changes, which is all that servers fetch. */
    static SumAnnouncement of(
            WorkerCommand.Step step, Node node, Handle handle, FloatVector sum, OptimizerPlan optimizer) {
        ToIntFunction<Range> checksum =
                range -> Checksum.of(sum, TrainedRanges.within(optimizer, step.layout(), range));
        List<Dispute.Answer> answers = new ArrayList<>();
        for (WorkerCommand.Shard shard : step.shards()) {
            answers.add(new Dispute.Answer(
                    step.number(), checksum.applyAsInt(shard.weights().range())));
        }
        Optional<CoordinatorCommand.QuestionAnswered> answered = step.question()
                .filter(question -> question.node().equals(node))
                .map(question -> new CoordinatorCommand.QuestionAnswered(
                        step.stamp(),
                        question,
                        new Dispute.Answer(step.number(), checksum.applyAsInt(question.range()))));
        return new SumAnnouncement(step, node, handle, answers, answered);
    }

    /** @param self hears of refusals */
    void tell(ActorRef<Refused> self) {
        for (int i = 0; i < answers.size(); i++) {
            WorkerCommand.Shard shard = step.shards().get(i);
            shard.server()
                    .tell(new ServerCommand.SubtreeReady(
                            step.stamp(), node, handle, answers.get(i), step.attempt(), shard.token(), self));
        }
        answered.ifPresent(step.coordinator()::tell);
    }
}
