package io.tinyclip.actors.message;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.evaluate.SetPart;
import io.tinyclip.model.Layout;
import java.util.List;
import java.util.Optional;

/**
 * What is said to a worker. Records cross the wire; how each is answered, and what happens if it comes twice, is said
 * in proto/README.md and beside the message of its name.
 */
public sealed interface WorkerCommand
        permits WorkerCommand.Local,
                WorkerCommand.Step,
                WorkerCommand.FeaturesReady,
                WorkerCommand.LogSumExpsReady,
                WorkerCommand.EmbedPart,
                Refused {
    /** What never leaves a process. */
    non-sealed interface Local extends WorkerCommand, NoSerializationVerificationNeeded {}

    /**
     * Partitions {@code [from, to)} are this worker's.
     *
     * @param second whether they are another's as well, who answers first: they are computed last, for servers to compare
     */
    record Grant(ActorRef<WorkerCommand> worker, int from, int to, boolean second) {
        public Grant(ActorRef<WorkerCommand> worker, int from, int to) {
            this(worker, from, to, false);
        }
    }

    /**
     * A shard of the step's vector, and who reduces its gradient.
     *
     * @param token by which that server knows the receiver's sums; no other worker and no other server is told it
     */
    record Shard(ActorRef<ServerCommand> server, ShardWeights weights, String token) {}

    /**
     * From the coordinator: compute these partitions. Sent again, it makes the worker announce again what it has.
     *
     * @param attempt higher where leases have changed within the step
     * @param number what the coordinator calls the worker that this is sent to
     * @param question for whoever computes the sum of just that node
     */
    record Step(
            Stamp stamp,
            int attempt,
            int number,
            Layout layout,
            List<Grant> leases,
            List<Shard> shards,
            Optional<Dispute.Question> question,
            ActorRef<CoordinatorCommand> coordinator)
            implements WorkerCommand {}

    /**
     * From a peer: features of one of its partitions can be fetched.
     *
     * @param floats of each feature in the block, in its order
     */
    record FeaturesReady(Stamp stamp, int partition, Handle features, List<Integer> floats, ActorRef<Refused> replyTo)
            implements WorkerCommand {}

    /** From a peer: log-sum-exps of one of its partitions can be fetched. */
    record LogSumExpsReady(Stamp stamp, int partition, Handle logSumExps, ActorRef<Refused> replyTo)
            implements WorkerCommand {}

    /**
     * A model that is judged.
     *
     * @param description shape and preprocessing, as JSON
     * @param vector (P,) of the model's own layout
     */
    record JudgedModel(String description, Handle vector) {}

    /**
     * From the coordinator, between two steps: embed this part by this model. Sent again, it makes the worker answer again.
     *
     * @param judgement counts the models that this coordinator has judged
     * @param number what the coordinator calls the worker that this is sent to
     */
    record EmbedPart(
            Stamp stamp,
            long judgement,
            int number,
            int part,
            JudgedModel model,
            SetPart what,
            ActorRef<CoordinatorCommand> coordinator)
            implements WorkerCommand {}
}
