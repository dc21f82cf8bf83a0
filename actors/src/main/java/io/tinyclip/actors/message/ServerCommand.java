package io.tinyclip.actors.message;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.List;
import java.util.Optional;

/**
 * What is said to a parameter server. Records cross the wire; how each is answered, and what happens if it comes twice,
 * is said in proto/README.md and beside the message of its name.
 */
public sealed interface ServerCommand {
    /** What never leaves a process. */
    non-sealed interface Local extends ServerCommand, NoSerializationVerificationNeeded {}

    /** What the coordinator asks. */
    sealed interface Request extends ServerCommand {
        Stamp stamp();

        ActorRef<CoordinatorCommand> replyTo();
    }

    /**
     * What a shard is of a version of the vector.
     *
     * @param position of the run at the version
     * @param shards of the version
     */
    record Assignment(long epoch, Position position, int shard, int shards, Range range) {
        public Stamp stamp() {
            return position.stamp(epoch);
        }

        public Layout layout() {
            return position.layout();
        }

        /** The same shard one version on. */
        public Assignment after(CommitOrder order) {
            int leftOut = order.measures().leftOut().count();
            Position next = position.at(order.next().cursor(), order.count(), leftOut);
            return new Assignment(epoch, next, shard, shards, range);
        }
    }

    /**
     * Obey this epoch from now on, and say what you hold. Answered by {@link CoordinatorCommand.Holds}, once nothing is being
     * applied or gathered.
     */
    record Survey(Stamp stamp, ActorRef<CoordinatorCommand> replyTo) implements Request {}

    /**
     * Hold this shard. Answered by {@link CoordinatorCommand.ShardReady}.
     *
     * @param parts that together cover at least the range, published by whomever
     */
    record Load(Assignment assignment, List<Part> parts, ActorRef<CoordinatorCommand> replyTo) implements Request {
        @Override
        public Stamp stamp() {
            return assignment.stamp();
        }
    }

    /**
     * Reduce the gradient of this step. Answered by {@link CoordinatorCommand.Reduced} once all of it is here, and the keeper
     * has it, too.
     *
     * @param leases whose sums are taken
     * @param keeper who keeps the copy of this shard, if anybody does
     */
    record Reduce(
            Stamp stamp,
            double sparsityTarget,
            LeaseTable leases,
            Optional<ActorRef<ServerCommand>> keeper,
            ActorRef<CoordinatorCommand> replyTo)
            implements Request {}

    /**
     * A worker's sum of a node is ready to be fetched.
     *
     * @param answer who says so, and the checksum of this server's range of the sum
     * @param attempt of the leases that the worker knows of
     * @param token by which this server knows that it is this worker's
     */
    record SubtreeReady(
            Stamp stamp,
            Node node,
            Handle sum,
            Dispute.Answer answer,
            int attempt,
            String token,
            ActorRef<Refused> replyTo)
            implements ServerCommand {}

    /**
     * Keep a copy of another server's shard. Answered by {@link CoordinatorCommand.CopyFilled}.
     *
     * @param part what the other one publishes of it
     * @param lag how many steps the copy may be behind; their gradients are kept beside it
     */
    record Keep(Assignment assignment, Part part, int lag, ActorRef<CoordinatorCommand> replyTo) implements Request {
        @Override
        public Stamp stamp() {
            return assignment.stamp();
        }
    }

    /**
     * A server has reduced the gradient of the shard whose copy is kept here. Answered by {@link GradientKept}.
     *
     * @param pieces where it is published; together they are the shard's range
     */
    record GradientReady(Stamp stamp, int shard, List<ShardWeights> pieces, ActorRef<ServerCommand> replyTo)
            implements ServerCommand {}

    /** The keeper has the gradient. */
    record GradientKept(Stamp stamp, int shard) implements ServerCommand {}

    /**
     * The server of this shard is gone: publish its copy in its place. Answered by {@link CoordinatorCommand.CopyReady}, or by
     * {@link CoordinatorCommand.CopyGone}.
     *
     * @param stamp of now
     * @param version that the copy is to be of; its epoch may be an earlier one
     */
    record StandIn(Stamp stamp, Stamp version, int shard, ActorRef<CoordinatorCommand> replyTo) implements Request {}

    /** Give up what is held: the shards of this epoch are others'. Not answered; sent again with every step. */
    record Free(Stamp stamp, ActorRef<CoordinatorCommand> replyTo) implements Request {}

    /** Move to the next version. Answered by {@link CoordinatorCommand.ShardReady}. */
    record Commit(CommitOrder order, ActorRef<CoordinatorCommand> replyTo) implements Request {
        @Override
        public Stamp stamp() {
            return order.stamp();
        }
    }

    /**
     * Decide which units stay; asked of the shard with the masks. Answered by {@link CoordinatorCommand.CutDecided}.
     *
     * @param keep share of the teacher's budget that may stay
     * @param widthMap of the cuts before
     */
    record DecideCut(Stamp stamp, double keep, WidthMap widthMap, ActorRef<CoordinatorCommand> replyTo)
            implements Request {}

    /**
     * Hold this range of the next layout's vector, made from the old one. Answered by {@link
     * CoordinatorCommand.ShardReady}.
     *
     * @param stamp of the old version
     * @param before layout of the old version
     * @param kept the cut; empty where masks are added, or the student is chosen by hand
     * @param old shards of the old vector; where a cut has fitted the weights, these in one piece
     */
    record Gather(
            Stamp stamp,
            Layout before,
            Assignment next,
            Optional<Kept> kept,
            OldShards old,
            ActorRef<CoordinatorCommand> replyTo)
            implements Request {}
}
