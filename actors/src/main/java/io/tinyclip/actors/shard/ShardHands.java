package io.tinyclip.actors.shard;

import io.tinyclip.actors.bounds.Rejections;
import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.Printable;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ServerCommand.Assignment;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.task.AfterWork;
import io.tinyclip.failpoint.Failpoint;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A parameter server's hands: performs what {@link ShardState} wants done, for the message that has led to it. Used by
 * the server's actor alone.
 */
final class ShardHands implements ShardEffect.Handler {
    /** What the handling of all messages to one server has in common. */
    record Server(
            ShardState state,
            HeldShard held,
            KeptCopies copies,
            ShardWork work,
            ShardReplies replies,
            AfterWork<ServerCommand> after,
            Rejections rejections) {}

    private final Server server;
    private final Optional<ServerCommand.Request> request;
    private final Consumer<Refused> asker;

    private ShardHands(Server server, Optional<ServerCommand.Request> request, Consumer<Refused> asker) {
        this.server = server;
        this.request = request;
        this.asker = asker;
    }

    /** For what the coordinator asks; unless it is refused, it is the one that is answered from now on. */
    static void perform(Server server, ServerCommand.Request request, List<ShardEffect> effects) {
        if (!effects.isEmpty() && effects.stream().noneMatch(ShardEffect.Refuse.class::isInstance)) {
            server.replies.obey(request.replyTo());
        }
        new ShardHands(server, Optional.of(request), request.replyTo()::tell).perform(effects);
    }

    /** For what anybody says. @param asker hears of a refusal */
    static void perform(Server server, Consumer<Refused> asker, List<ShardEffect> effects) {
        new ShardHands(server, Optional.empty(), asker).perform(effects);
    }

    private void perform(List<ShardEffect> effects) {
        effects.forEach(effect -> effect.on(this));
    }

    /** For what follows once work has ended, which nobody asked for just now. */
    private void goOn(List<ShardEffect> effects) {
        perform(
                server,
                refused -> {
                    throw new IllegalStateException("nobody asked for what is refused by [" + refused + "]");
                },
                effects);
    }

    @Override
    public void refuse(ShardEffect.Refuse refuse) {
        asker.accept(refuse.reply());
    }

    @Override
    public void refuseSum(ShardEffect.RefuseSum refuse) {
        server.after
                .log()
                .warn("refused, {}: {}", refuse.stamp(), refuse.reply().reason());
        server.replies.tell(refuse.reply());
    }

    /** Nobody is told: the worker has not said it, and whoever has said it is unknown. */
    @Override
    public void rejectSum(ShardEffect.RejectSum reject) {
        server.rejections.add("[" + Printable.of(reject.handle().address()) + "]", reject.reason());
    }

    @Override
    public void read(ShardEffect.Read read) {
        ServerCommand.Load load = asked(ServerCommand.Load.class);
        Failpoint.LOAD.before();
        server.after.then(server.work.load(load), loaded -> {
            Failpoint.LOAD.after();
            take(load.assignment(), loaded);
        });
    }

    @Override
    public void gatherRange(ShardEffect.GatherRange range) {
        ServerCommand.Gather gather = asked(ServerCommand.Gather.class);
        Failpoint.GATHER.before();
        server.after.then(server.work.gather(gather), gathered -> {
            Failpoint.GATHER.after();
            take(gather.next(), gathered);
        });
    }

    @Override
    public void decide(ShardEffect.Decide decide) {
        ServerCommand.DecideCut ask = asked(ServerCommand.DecideCut.class);
        server.after.then(server.work.decide(server.held.vector(), server.held.number(), ask), cut -> {
            server.replies.decided(cut);
            goOn(server.state.cutDecided(ask.stamp()));
        });
    }

    private <T extends ServerCommand.Request> T asked(Class<T> type) {
        return request.filter(type::isInstance)
                .map(type::cast)
                .orElseThrow(() -> new IllegalStateException(
                        "this needs a [" + type.getSimpleName() + "], and is asked for by [" + request + "]"));
    }

    private void take(Assignment assignment, Optional<ShardVector> next) {
        Stamp stamp = assignment.stamp();
        if (next.isEmpty()) {
            server.after.log().info("part of {} could not be fetched; waiting to be asked again", assignment.range());
            goOn(server.state.unfetched(stamp));
        } else if (server.state.awaits(stamp)) {
            server.held.take(assignment, next.get());
            goOn(server.state.loaded(stamp));
        }
    }

    @Override
    public void fetchSlice(ShardEffect.FetchSlice fetch) {
        server.after.then(
                server.work.addSlice(server.held.vector(), fetch),
                nothing -> {
                    goOn(server.state.sliceAdded(fetch.stamp(), fetch.node()));
                    server.work.endSlicesUnless(server.state::wants);
                },
                failure -> {
                    server.after.log().debug("slice not taken: {}", failure.toString());
                    goOn(server.state.sliceGone(fetch.stamp(), fetch.node(), fetch.handle()));
                });
    }

    @Override
    public void finishReduction(ShardEffect.FinishReduction finish) {
        server.after.then(server.work.finish(server.held.vector(), server.held.number(), finish), result -> {
            Failpoint.REDUCED_SEND.around(() -> server.replies.reduced(result));
            goOn(server.state.reductionFinished(finish.stamp()));
        });
    }

    @Override
    public void apply(ShardEffect.Apply apply) {
        CommitOrder order = apply.order();
        server.held.freeGradient();
        server.after.then(server.work.apply(server.held.vector(), order), nothing -> {
            server.held.applied(order);
            goOn(server.state.applied(order.next()));
        });
    }

    @Override
    public void publish(ShardEffect.Publish publish) {
        server.work.endFetches();
        server.held.publish(publish.stamp(), publish.keepOld());
    }

    @Override
    public void freeOld(ShardEffect.FreeOld free) {
        server.held.freeOld();
    }

    @Override
    public void freeAll(ShardEffect.FreeAll free) {
        server.work.endFetches();
        server.held.freeAll();
    }

    @Override
    public void replyReady(ShardEffect.ReplyReady ready) {
        server.replies.tellReady(ready.stamp());
    }

    @Override
    public void offerGradient(ShardEffect.OfferGradient offer) {
        server.replies.offerGradient(offer.stamp());
    }

    @Override
    public void replyReduced(ShardEffect.ReplyReduced reduced) {
        server.replies.tellReduced();
    }

    @Override
    public void replyHolds(ShardEffect.ReplyHolds holds) {
        Optional<Holding> holding = holds.at().map(at -> server.held.holding(server.copies.whole(at)));
        server.replies.tellHolds(holds.survey(), holding);
    }

    @Override
    public void replyDecided(ShardEffect.ReplyDecided decided) {
        server.replies.tellDecided();
    }

    @Override
    public void tellDisputed(ShardEffect.TellDisputed disputed) {
        server.replies.tellDisputed(disputed);
    }
}
