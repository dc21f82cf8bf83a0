package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.task.AfterWork;
import java.util.List;

/**
 * The hands of whoever keeps a copy: performs what {@link CopyState} wants done, for the message that has led to it. Used by
 * the server's actor alone.
 */
final class CopyHands implements CopyEffect.Handler {
    /** What the handling of all messages to one keeper has in common. */
    record Keeper(CopyState state, HeldCopy held, ShardReplies replies, AfterWork<ServerCommand> after) {}

    private final Keeper keeper;
    private final ServerCommand asked;

    /** @param asked the message that is handled */
    CopyHands(Keeper keeper, ServerCommand asked) {
        this.keeper = keeper;
        this.asked = asked;
    }

    void perform(List<CopyEffect> effects) {
        effects.forEach(effect -> effect.on(this));
    }

    @Override
    public void fill(CopyEffect.Fill fill) {
        ServerCommand.Keep keep = asked(ServerCommand.Keep.class);
        keeper.after.then(
                keeper.held.fetch(keep),
                arrays -> {
                    if (keeper.state.fills(fill.stamp())) {
                        keeper.held.take(keep.assignment(), arrays);
                    }
                    perform(keeper.state.filled(fill.stamp()));
                },
                failure -> {
                    keeper.after.log().info("a copy could not be fetched, to be asked again: {}", failure.toString());
                    perform(keeper.state.unfilled(fill.stamp()));
                });
    }

    @Override
    public void defer(CopyEffect.Defer defer) {
        keeper.held.defer(asked(ServerCommand.GradientReady.class));
    }

    @Override
    public void takeDeferred(CopyEffect.TakeDeferred take) {
        keeper.held.takeDeferred().ifPresent(keeper.replies::handleAgain);
    }

    @Override
    public void fetchGradient(CopyEffect.FetchGradient fetch) {
        Stamp stamp = fetch.stamp();
        keeper.after.then(
                keeper.held.fetch(asked(ServerCommand.GradientReady.class)),
                gradient -> {
                    if (keeper.state.awaits(stamp)) {
                        keeper.held.keep(stamp, gradient);
                    }
                    perform(keeper.state.gradientHere(stamp));
                },
                failure -> {
                    keeper.after.log().debug("gradient not taken: {}", failure.toString());
                    perform(keeper.state.gradientGone(stamp));
                });
    }

    private <T extends ServerCommand> T asked(Class<T> type) {
        if (!type.isInstance(asked)) {
            throw new IllegalStateException(
                    "this needs a [" + type.getSimpleName() + "], and is asked for by [" + asked + "]");
        }
        return type.cast(asked);
    }

    @Override
    public void replyFilled(CopyEffect.ReplyFilled filled) {
        keeper.replies.tell(new CoordinatorCommand.CopyFilled(filled.stamp(), filled.shard()));
    }

    @Override
    public void replyKept(CopyEffect.ReplyKept kept) {
        asked(ServerCommand.GradientReady.class)
                .replyTo()
                .tell(new ServerCommand.GradientKept(kept.stamp(), kept.shard()));
    }

    @Override
    public void fold(CopyEffect.Fold fold) {
        keeper.after.then(
                keeper.held.fold(fold.order()),
                nothing -> perform(keeper.state.folded(fold.order().next())));
    }

    @Override
    public void publish(CopyEffect.Publish publish) {
        keeper.held.publish(publish.version());
    }

    @Override
    public void replyReady(CopyEffect.ReplyReady ready) {
        keeper.replies.tell(new CoordinatorCommand.CopyReady(ready.version(), ready.shard(), keeper.held.published()));
    }

    @Override
    public void replyGone(CopyEffect.ReplyGone gone) {
        keeper.replies.tell(new CoordinatorCommand.CopyGone(gone.version(), gone.shard()));
    }

    @Override
    public void drop(CopyEffect.Drop drop) {
        keeper.held.drop();
    }
}
