package io.tinyclip.cluster.guard;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import io.tinyclip.actors.plane.door.Complaints;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** One connection's way in: whole frames go on to where members' are read, no faster than they are taken there. */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class Passage extends ChannelInboundHandlerAdapter {
    /** Opens the way on, and hands it over or ends it. Called on the connection's event loop. */
    @FunctionalInterface
    interface Way {
        void open(Channel from, Consumer<Optional<Channel>> opened);
    }

    private final Way way;
    private final Complaints complaints;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private Optional<Channel> inner = Optional.empty();
    private boolean opening;

    Passage(Way way, Complaints complaints) {
        this.way = way;
        this.complaints = complaints;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (inner.isPresent()) {
            pass(context.channel(), inner.get(), bytes);
            return;
        }
        waiting.add(bytes);
        context.channel().config().setAutoRead(false);
        if (!opening) {
            opening = true;
            way.open(context.channel(), found -> opened(context.channel(), found));
        }
    }

    private void opened(Channel outer, Optional<Channel> found) {
        if (found.isEmpty() || !outer.isActive()) {
            found.ifPresent(Channel::close);
            drop();
            outer.close();
            return;
        }
        inner = found;
        Channel in = found.get();
        in.closeFuture().addListener(closed -> outer.close());
        while (!waiting.isEmpty()) {
            in.write(waiting.remove());
        }
        in.flush();
        outer.config().setAutoRead(in.isWritable());
    }

    private static void pass(Channel outer, Channel in, Object bytes) {
        in.writeAndFlush(bytes);
        if (!in.isWritable()) {
            outer.config().setAutoRead(false);
        }
    }

    private void drop() {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    /** What has come whole is still passed on. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        inner.ifPresentOrElse(
                in -> in.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE), this::drop);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (!(cause instanceof IOException) || cause instanceof SSLException) {
            complaints.closed(context.channel().remoteAddress(), String.valueOf(cause.getMessage()));
        }
        context.close();
    }
}
