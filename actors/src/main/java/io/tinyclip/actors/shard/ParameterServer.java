package io.tinyclip.actors.shard;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.tinyclip.actors.bounds.Gate;
import io.tinyclip.actors.bounds.Reign;
import io.tinyclip.actors.bounds.Rejections;
import io.tinyclip.actors.bounds.ServerBounds;
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
    private final KeptCopies copies;

    private ParameterServer(ActorContext<ServerCommand> context, ShardTools tools, Rejections rejections) {
        super(context);
        ShardWork work = new ShardWork(tools);
        HeldShard held = new HeldShard(context.getSelf().path().name(), tools, work::empty);
        ShardReplies replies = new ShardReplies(held, context.getSelf());
        AfterWork<ServerCommand> after = new AfterWork<>(context, Ended::new);
        this.state = new ShardState(tools.plan().partitions());
        this.copies = new KeptCopies(context.getSelf().path().name(), tools, replies, after);
        this.server = new ShardHands.Server(state, held, copies, work, replies, after, rejections);
    }

    /** Of a run in one process. */
    public static Behavior<ServerCommand> create(ShardTools tools) {
        return create(tools, Reign.any(), new Rejections());
    }

    /** @param reign of whoever leads, as this machine is told */
    public static Behavior<ServerCommand> create(ShardTools tools, Reign reign, Rejections rejections) {
        ServerBounds bounds = new ServerBounds(tools.plan(), reign);
        return Gate.before(
                Behaviors.setup(context -> new ParameterServer(context, tools, rejections)),
                ServerCommand.class,
                bounds::wrong,
                rejections);
    }

    @Override
    public Receive<ServerCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(ServerCommand.Load.class, this::onLoad)
                .onMessage(ServerCommand.Free.class, this::onFree)
                .onMessage(ServerCommand.Survey.class, this::onSurvey)
                .onMessage(ServerCommand.Reduce.class, this::onReduce)
                .onMessage(ServerCommand.SubtreeReady.class, this::onSubtreeReady)
                .onMessage(ServerCommand.Commit.class, this::onCommit)
                .onMessage(ServerCommand.DecideCut.class, this::onDecideCut)
                .onMessage(ServerCommand.Gather.class, this::onGather)
                .onMessage(ServerCommand.GradientKept.class, this::onGradientKept)
                .onMessage(ServerCommand.Keep.class, this::onKeep)
                .onMessage(ServerCommand.GradientReady.class, this::onGradientReady)
                .onMessage(ServerCommand.StandIn.class, this::onStandIn)
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
        return ifObeyed(free, () -> copies.all(free, CopyState::free));
    }

    private Behavior<ServerCommand> onSurvey(ServerCommand.Survey survey) {
        ShardHands.perform(server, survey, state.survey(survey.stamp()));
        return this;
    }

    private Behavior<ServerCommand> onReduce(ServerCommand.Reduce reduce) {
        if (state.at().filter(reduce.stamp()::equals).isPresent()) {
            server.replies().keptBy(reduce.keeper());
        }
        ShardHands.perform(
                server,
                reduce,
                state.reduce(
                        reduce.stamp(),
                        reduce.sparsityTarget(),
                        reduce.leases(),
                        reduce.keeper().isPresent()));
        return ifObeyed(reduce, () -> copies.all(reduce, copy -> copy.step(reduce.stamp())));
    }

    private Behavior<ServerCommand> onSubtreeReady(ServerCommand.SubtreeReady ready) {
        ShardHands.perform(
                server,
                ready.replyTo()::tell,
                state.subtreeReady(
                        ready.stamp(),
                        new AnnouncedSum(ready.node(), ready.sum(), ready.answer(), ready.attempt(), ready.token())));
        return this;
    }

    private Behavior<ServerCommand> onCommit(ServerCommand.Commit commit) {
        ShardHands.perform(server, commit, state.commit(commit.order()));
        return ifObeyed(commit, () -> copies.all(commit, copy -> copy.committed(commit.order())));
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

    private Behavior<ServerCommand> onGradientKept(ServerCommand.GradientKept kept) {
        ShardHands.perform(server, refused -> {}, state.gradientKept(kept.stamp()));
        return this;
    }

    private Behavior<ServerCommand> onKeep(ServerCommand.Keep keep) {
        int shard = keep.assignment().shard();
        return ifAdmitted(keep, () -> copies.one(shard, keep, copy -> copy.keep(keep.stamp(), keep.lag())));
    }

    private Behavior<ServerCommand> onGradientReady(ServerCommand.GradientReady ready) {
        copies.one(ready.shard(), ready, copy -> copy.gradientReady(ready.stamp()));
        return this;
    }

    private Behavior<ServerCommand> onStandIn(ServerCommand.StandIn ask) {
        return ifAdmitted(ask, () -> copies.one(ask.shard(), ask, copy -> copy.standIn(ask.version())));
    }

    /** What is said of copies alone; whoever speaks for an epoch that is over hears so. */
    private Behavior<ServerCommand> ifAdmitted(ServerCommand.Request request, Runnable then) {
        state.refusal(request.stamp()).ifPresent(request.replyTo()::tell);
        return ifObeyed(request, () -> {
            server.replies().obey(request.replyTo());
            then.run();
        });
    }

    private Behavior<ServerCommand> ifObeyed(ServerCommand.Request request, Runnable then) {
        if (state.refusal(request.stamp()).isEmpty()) {
            then.run();
        }
        return this;
    }

    private Behavior<ServerCommand> onPostStop() {
        server.work().endFetches();
        copies.dropAll();
        return this;
    }

    private Behavior<ServerCommand> onEnded(Ended ended) {
        ended.then.run();
        return this;
    }
}
