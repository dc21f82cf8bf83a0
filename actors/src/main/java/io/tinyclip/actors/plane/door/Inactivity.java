package io.tinyclip.actors.plane.door;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.tinyclip.actors.plane.BadFrameException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Closes a connection on which something is awaited and nothing moves, and, later, one on which nothing is. */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
public final class Inactivity extends ChannelDuplexHandler {
    private static final int CHECKS = 4;
    private static final double MILLIS = 1000;

    private final Duration timeout;
    private final Duration idle;
    private final BooleanSupplier awaiting;
    private long moved = System.nanoTime();
    private long rested = System.nanoTime();

    /**
     * @param idle after which it is closed where neither end owes the other anything; it is opened again when it is needed
     * @param awaiting whether either end does
     */
    public Inactivity(Duration timeout, Duration idle, BooleanSupplier awaiting) {
        this.timeout = timeout;
        this.idle = idle;
        this.awaiting = awaiting;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        long period = timeout.toNanos() / CHECKS;
        ScheduledFuture<?> checks =
                context.executor().scheduleAtFixedRate(() -> check(context), period, period, TimeUnit.NANOSECONDS);
        context.channel().closeFuture().addListener(closed -> checks.cancel(false));
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        moved = System.nanoTime();
        rested = moved;
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
        written.addListener(done -> {
            moved = System.nanoTime();
            rested = moved;
        });
        context.write(message, written);
    }

    private void check(ChannelHandlerContext context) {
        if (!awaiting.getAsBoolean()) {
            moved = System.nanoTime();
            if (moved - rested > idle.toNanos()) {
                context.close();
            }
        } else if (System.nanoTime() - moved > timeout.toNanos()) {
            context.fireExceptionCaught(
                    new BadFrameException("nothing moved for " + timeout.toMillis() / MILLIS + " s"));
        }
    }
}
