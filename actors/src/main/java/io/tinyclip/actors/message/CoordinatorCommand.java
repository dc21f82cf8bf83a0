package io.tinyclip.actors.message;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.step.LeftOut;
import io.tinyclip.step.ShardPin;
import java.util.List;
import java.util.Optional;

/**
 * What is said to the coordinator. Records cross the wire; how each is answered, and what happens if it comes twice, is
 * said in proto/README.md and beside the message of its name.
 */
public sealed interface CoordinatorCommand
        permits CoordinatorCommand.Local,
                CoordinatorCommand.WorkerJoined,
                CoordinatorCommand.ServerJoined,
                CoordinatorCommand.ShardReady,
                CoordinatorCommand.WorkerHere,
                CoordinatorCommand.PartitionReached,
                CoordinatorCommand.PartitionDone,
                CoordinatorCommand.Disputed,
                CoordinatorCommand.QuestionAnswered,
                CoordinatorCommand.Reduced,
                CoordinatorCommand.PartEmbedded,
                CoordinatorCommand.PartRefused,
                CoordinatorCommand.CutDecided,
                CoordinatorCommand.Holds,
                CoordinatorCommand.CopyFilled,
                CoordinatorCommand.CopyReady,
                CoordinatorCommand.CopyGone,
                CoordinatorCommand.Stop,
                Refused {
    /** What never leaves a process. */
    non-sealed interface Local extends CoordinatorCommand, NoSerializationVerificationNeeded {}

    /**
     * A worker offers itself; it gets leases from the next step on.
     *
     * @param numericClass equal for workers whose bits are equal
     */
    record WorkerJoined(ActorRef<WorkerCommand> worker, String numericClass) implements CoordinatorCommand {
        public WorkerJoined(ActorRef<WorkerCommand> worker) {
            this(worker, "");
        }
    }

    /** A parameter server offers itself; it holds a shard from the next rest between two steps on. */
    record ServerJoined(ActorRef<ServerCommand> server) implements CoordinatorCommand {}

    /** A shard holds this version, and publishes it. */
    record ShardReady(Stamp stamp, int shard, Published published) implements CoordinatorCommand {}

    /**
     * A worker has a step before it, with or without leases.
     *
     * @param transfers whether bytes that it waits for in the step have come, or bytes of its sums have gone, since it said
     *     so last
     */
    record WorkerHere(Stamp stamp, int worker, boolean transfers) implements CoordinatorCommand {}

    /** A worker has got so far with a partition; that it has the gradient is told by {@link PartitionDone}. */
    record PartitionReached(Stamp stamp, int worker, int partition, Reached reached) implements CoordinatorCommand {
        public PartitionReached {
            if (reached == Reached.GRADIENT) {
                throw new IllegalArgumentException("a gradient is told by PartitionDone");
            }
        }
    }

    /**
     * A worker has the gradient of a partition.
     *
     * @param worker by the number that its step came with
     * @param loss the partition's share; shares add up
     * @param entropy the partition's share of the targets' entropy
     * @param computing nanoseconds that the worker has computed since it had the step's weights; 0 where it does not measure
     * @param leftOut the partition's samples that cannot be used, by their content alone
     * @param pins what the shards hold that the worker has used for it, where that was not known before
     */
    record PartitionDone(
            Stamp stamp,
            int worker,
            int partition,
            double loss,
            double entropy,
            long computing,
            LeftOut leftOut,
            List<ShardPin> pins)
            implements CoordinatorCommand {
        public PartitionDone {
            pins = List.copyOf(pins);
        }

        /** Of data whose content is known before it is read. */
        public PartitionDone(
                Stamp stamp, int worker, int partition, double loss, double entropy, long computing, LeftOut leftOut) {
            this(stamp, worker, partition, loss, entropy, computing, leftOut, List.of());
        }

        /** Of a worker that does not measure, and a partition with all its samples. */
        public PartitionDone(Stamp stamp, int worker, int partition, double loss, double entropy) {
            this(stamp, worker, partition, loss, entropy, 0, LeftOut.NONE);
        }
    }

    /**
     * A worker has embedded a part of a set.
     *
     * @param worker by the number that it was asked with
     * @param pictures which of the part's pictures the rows are of, from 0; empty of texts
     * @param rows (rows, E), each of unit length
     * @param leftOut pictures of the part that cannot be used
     * @param nanos that it has computed
     */
    record PartEmbedded(
            Stamp stamp, long judgement, int worker, int part, int[] pictures, Handle rows, LeftOut leftOut, long nanos)
            implements CoordinatorCommand {}

    /** A worker cannot embed parts of the set that this one is of. @param reason in words, for people */
    record PartRefused(Stamp stamp, long judgement, int worker, int part, String reason)
            implements CoordinatorCommand {}

    /** A server was given two sums of a node that differ in its range. */
    record Disputed(Stamp stamp, Dispute.Question question, Dispute.Answer first, Dispute.Answer second)
            implements CoordinatorCommand {}

    /** A worker has the sum that a dispute is about. */
    record QuestionAnswered(Stamp stamp, Dispute.Question question, Dispute.Answer answer)
            implements CoordinatorCommand {}

    /**
     * A shard has the whole batch's gradient.
     *
     * @param squaredNorms block by block
     * @param sparsityExpected NaN where the shard has no masks
     * @param masks how open they are, as {@link io.tinyclip.mask.MaskShares} writes it; empty where the step does not tell, and
     *     where the shard has no masks
     */
    record Reduced(Stamp stamp, int shard, double[] squaredNorms, double sparsityExpected, float[] masks)
            implements CoordinatorCommand {
        /** Of a step that does not tell of its masks. */
        public Reduced(Stamp stamp, int shard, double[] squaredNorms, double sparsityExpected) {
            this(stamp, shard, squaredNorms, sparsityExpected, new float[0]);
        }
    }

    /**
     * The shard with the masks has decided which units stay.
     *
     * @param widthMap of this cut and those before
     * @param sparsity expected, as the masks were
     */
    record CutDecided(Stamp stamp, Kept kept, WidthMap widthMap, double sparsity) implements CoordinatorCommand {}

    /** A server holds this, or nothing. @param stamp of the survey */
    record Holds(Stamp stamp, ActorRef<ServerCommand> server, Optional<Holding> holding)
            implements CoordinatorCommand {}

    /** A keeper has a copy of the shard as it was at this version, and follows it from now on. */
    record CopyFilled(Stamp stamp, int shard) implements CoordinatorCommand {}

    /** A keeper publishes its copy of the shard in the place of whoever is gone. */
    record CopyReady(Stamp stamp, int shard, Published published) implements CoordinatorCommand {}

    /** There is no such copy. */
    record CopyGone(Stamp stamp, int shard) implements CoordinatorCommand {}

    /** Finish the step under way, write a checkpoint, end. */
    record Stop() implements CoordinatorCommand {}
}
