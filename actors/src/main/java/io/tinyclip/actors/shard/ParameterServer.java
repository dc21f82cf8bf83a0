package io.tinyclip.actors.shard;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.task.AfterWork;

/** Holds a shard: a range of the vector and of its optimizer state. What it does is decided by {@link ShardState}. */
public final class ParameterServer extends AbstractBehavior<ServerCommand> {
    /** What this actor tells itself, and is told in its own process. */
    sealed interface Command extends ServerCommand.Local {}

    /** Runs on this actor once work done elsewhere has ended. */
    private record Ended(Runnable then) implements Command {}

    private final ShardState state;
    private final ShardHands.Server server;

    private ParameterServer(ActorContext<ServerCommand> context, ShardTools tools) {
        super(context);
        ShardWork work = new ShardWork(tools);
        HeldShard held = new HeldShard(context.getSelf().path().name(), tools, work::empty);
        this.state = new ShardState(tools.plan().partitions());
        this.server =
                new ShardHands.Server(state, held, work, new ShardReplies(held), new AfterWork<>(context, Ended::new));
    }

    public static Behavior<ServerCommand> create(ShardTools tools) {
        return Behaviors.setup(context -> new ParameterServer(context, tools));
    }

    @Override
    public Receive<ServerCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(ServerCommand.Load.class, this::onLoad)
                .onMessage(ServerCommand.Free.class, this::onFree)
                .onMessage(ServerCommand.Reduce.class, this::onReduce)
                .onMessage(ServerCommand.SubtreeReady.class, this::onSubtreeReady)
                .onMessage(ServerCommand.Commit.class, this::onCommit)
                .onMessage(ServerCommand.DecideCut.class, this::onDecideCut)
                .onMessage(ServerCommand.Gather.class, this::onGather)
                .onMessage(Ended.class, this::onEnded)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<ServerCommand> onLoad(ServerCommand.Load load) {
        ShardHands.perform(server, load, state.load(load.stamp()));
        return this;
    }

    private Behavior<ServerCommand> onFree(ServerCommand.Free free) {
        ShardHands.perform(server, free, state.free(free.stamp()));
        return this;
    }

    private Behavior<ServerCommand> onReduce(ServerCommand.Reduce reduce) {
        ShardHands.perform(server, reduce, state.reduce(reduce.stamp(), reduce.sparsityTarget(), reduce.leases()));
        return this;
    }

    private Behavior<ServerCommand> onSubtreeReady(ServerCommand.SubtreeReady ready) {
        ShardHands.perform(
                server,
                ready.replyTo()::tell,
                state.subtreeReady(ready.stamp(), ready.node(), ready.sum(), ready.answer(), ready.attempt()));
        return this;
    }

    private Behavior<ServerCommand> onCommit(ServerCommand.Commit commit) {
        ShardHands.perform(server, commit, state.commit(commit.order()));
        return this;
    }

    private Behavior<ServerCommand> onDecideCut(ServerCommand.DecideCut decide) {
        ShardHands.perform(server, decide, state.decideCut(decide.stamp()));
        return this;
    }

    private Behavior<ServerCommand> onGather(ServerCommand.Gather gather) {
        ShardHands.perform(
                server, gather, state.gather(gather.stamp(), gather.next().stamp()));
        return this;
    }

    private Behavior<ServerCommand> onPostStop() {
        server.work().endFetches();
        return this;
    }

    private Behavior<ServerCommand> onEnded(Ended ended) {
        ended.then.run();
        return this;
    }
}
