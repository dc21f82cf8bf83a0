package io.tinyclip.actors.plane.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Closes a session's connection on which nothing comes: a machine that loses its power, or freezes, says no good bye. Looks are
 * counted, not the time between them: a process that slept finds what came meanwhile unread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class Pulse extends ChannelInboundHandlerAdapter {
    private static final int LOOKS = 5;

    private final Duration timeout;
    private final Duration every;
    private final Consumer<Channel> beat;
    private long missed;

    private Pulse(Duration timeout, Duration every, Consumer<Channel> beat) {
        this.timeout = timeout;
        this.every = every;
        this.beat = beat;
    }

    /** Of the end that is answered, and closes what has been silent for the time. */
    static Pulse expected(Duration timeout) {
        return new Pulse(timeout, timeout.dividedBy(LOOKS), channel -> {});
    }

    /** Of the end that asks, as often as the other one looks, and is twice as patient: it would have nobody else to go to. */
    static Pulse asking(Duration timeout, Consumer<Channel> beat) {
        return new Pulse(timeout.multipliedBy(2), timeout.dividedBy(LOOKS), beat);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ScheduledFuture<?> looks = context.executor()
                .scheduleWithFixedDelay(() -> look(context), every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
        context.channel().closeFuture().addListener(closed -> looks.cancel(false));
    }

    private void look(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            return;
        }
        missed++;
        if (every.multipliedBy(missed).compareTo(timeout) >= 0) {
            context.close();
        } else {
            beat.accept(context.channel());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        missed = 0;
        context.fireChannelRead(message);
    }
}
