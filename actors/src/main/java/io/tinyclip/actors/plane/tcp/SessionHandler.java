package io.tinyclip.actors.plane.tcp;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** The end of a session that holds it: what comes only says that the other end lives, and whatever breaks ends it. */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class SessionHandler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        context.close();
    }
}
