package io.tinyclip.actors;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.reduce.Node;
import java.util.List;
import java.util.Optional;

/** Holds a shard: a range of the vector and of its optimizer state. What it does is decided by {@link ShardState}. */
final class ParameterServer extends AbstractBehavior<ParameterServer.Command> {
    sealed interface Command {}

    /** What the coordinator asks. */
    sealed interface Request extends Command {
        Stamp stamp();

        ActorRef<Coordinator.Command> replyTo();
    }

    /**
     * Hold this shard. Answered by {@link Coordinator.ShardReady}.
     *
     * @param parts that together cover at least the range, published by whomever
     */
    record Load(Assignment assignment, List<Part> parts, ActorRef<Coordinator.Command> replyTo) implements Request {
        @Override
        public Stamp stamp() {
            return assignment.stamp();
        }
    }

    /** What a shard is of a version of the vector. */
    record Assignment(Stamp stamp, Layout layout, int shard, Range range) {}

    /** Reduce the gradient of this step. Answered by {@link Coordinator.Reduced} once all of it is here. */
    record Reduce(Stamp stamp, double sparsityTarget, ActorRef<Coordinator.Command> replyTo) implements Request {}

    /**
     * A worker's sum of a node is ready to be fetched.
     *
     * @param answer who says so, and the checksum of this server's range of the sum
     */
    record SubtreeReady(Stamp stamp, Node node, Handle sum, Dispute.Answer answer, ActorRef<Refused> replyTo)
            implements Command {}

    /** Give up what is held: the shards of this epoch are others'. Not answered; sent again with every step. */
    record Free(Stamp stamp, ActorRef<Coordinator.Command> replyTo) implements Request {}

    /** Move to the next version. Answered by {@link Coordinator.ShardReady}. */
    record Commit(CommitOrder order, ActorRef<Coordinator.Command> replyTo) implements Request {
        @Override
        public Stamp stamp() {
            return order.stamp();
        }
    }

    /**
     * Decide which units stay; asked of the shard with the masks. Answered by {@link Coordinator.CutDecided}.
     *
     * @param keep share of the teacher's counted parameters that may stay
     * @param widthMap of the cuts before
     */
    record DecideCut(Stamp stamp, double keep, WidthMap widthMap, ActorRef<Coordinator.Command> replyTo)
            implements Request {}

    /**
     * Hold this range of the next layout's vector, made from the old one. Answered by {@link Coordinator.ShardReady}.
     *
     * @param stamp of the old version
     * @param before layout of the old version
     * @param kept the cut; empty where masks are added, or the student is chosen by hand
     * @param old shards of the old vector
     */
    record Gather(
            Stamp stamp,
            Layout before,
            Assignment next,
            Optional<Kept> kept,
            OldShards old,
            ActorRef<Coordinator.Command> replyTo)
            implements Request {}

    /** Runs on this actor once work done elsewhere has ended. */
    private record Ended(Runnable then) implements Command, NoSerializationVerificationNeeded {}

    private final ShardState state;
    private final ShardHands.Server server;

    private ParameterServer(ActorContext<Command> context, ShardTools tools) {
        super(context);
        ShardWork work = new ShardWork(tools);
        HeldShard held = new HeldShard(context.getSelf().path().name(), tools, work::empty);
        this.state = new ShardState(tools.plan().partitions());
        this.server =
                new ShardHands.Server(state, held, work, new ShardReplies(held), new AfterWork<>(context, Ended::new));
    }

    static Behavior<Command> create(ShardTools tools) {
        return Behaviors.setup(context -> new ParameterServer(context, tools));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Load.class, this::onLoad)
                .onMessage(Free.class, this::onFree)
                .onMessage(Reduce.class, this::onReduce)
                .onMessage(SubtreeReady.class, this::onSubtreeReady)
                .onMessage(Commit.class, this::onCommit)
                .onMessage(DecideCut.class, this::onDecideCut)
                .onMessage(Gather.class, this::onGather)
                .onMessage(Ended.class, this::onEnded)
                .build();
    }

    private Behavior<Command> onLoad(Load load) {
        ShardHands.perform(server, load, state.load(load.stamp()));
        return this;
    }

    private Behavior<Command> onFree(Free free) {
        ShardHands.perform(server, free, state.free(free.stamp()));
        return this;
    }

    private Behavior<Command> onReduce(Reduce reduce) {
        ShardHands.perform(server, reduce, state.reduce(reduce.stamp(), reduce.sparsityTarget()));
        return this;
    }

    private Behavior<Command> onSubtreeReady(SubtreeReady ready) {
        ShardHands.perform(
                server,
                ready.replyTo()::tell,
                state.subtreeReady(ready.stamp(), ready.node(), ready.sum(), ready.answer()));
        return this;
    }

    private Behavior<Command> onCommit(Commit commit) {
        ShardHands.perform(server, commit, state.commit(commit.order()));
        return this;
    }

    private Behavior<Command> onDecideCut(DecideCut decide) {
        ShardHands.perform(server, decide, state.decideCut(decide.stamp()));
        return this;
    }

    private Behavior<Command> onGather(Gather gather) {
        ShardHands.perform(
                server, gather, state.gather(gather.stamp(), gather.next().stamp()));
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        ended.then.run();
        return this;
    }
}
