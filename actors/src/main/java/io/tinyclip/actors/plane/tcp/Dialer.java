package io.tinyclip.actors.plane.tcp;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.tinyclip.actors.plane.door.Inactivity;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Opens connections to other data planes. */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class Dialer {
    /** What is read at once; see {@link Transfer#PIECE_BYTES}. */
    private static final int READ_BYTES = 1 << 18;

    private final PlaneSettings settings;
    private final Tls tls;
    private final Frames.Hello hello;
    private final Executor resolving;

    /** @param resolving where names are looked up */
    Dialer(PlaneSettings settings, Tls tls, Frames.Hello hello, Executor resolving) {
        this.settings = settings;
        this.tls = tls;
        this.hello = hello;
        this.resolving = resolving;
    }

    /** @param then is called once the connection is open or has failed, on any thread */
    void dial(EventLoop loop, String address, Connection connection, Consumer<ChannelFuture> then) {
        Bootstrap bootstrap = bootstrap(
                loop, pipeline -> pipeline.addLast(new Inactivity(settings.timeout(), rest(), connection::awaiting))
                        .addLast(new AnswerDecoder(connection)));
        bootstrap.option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES));
        connect(bootstrap, loop, address, then);
    }

    /**
     * Opens a connection that stands for a session, and asks on it again and again whether the other end lives.
     *
     * @param then as above
     */
    void hold(EventLoop loop, String address, Frames.Holding session, Consumer<ChannelFuture> then) {
        Pulse pulse = Pulse.asking(settings.timeout(), channel -> send(session, channel));
        Bootstrap bootstrap =
                bootstrap(loop, pipeline -> pipeline.addLast(pulse).addLast(new SessionHandler()));
        connect(bootstrap, loop, address, dialed -> {
            if (dialed.isSuccess()) {
                send(session, dialed.channel());
            }
            then.accept(dialed);
        });
    }

    /** The end that asks closes a connection first, so that it never asks on one that the other end is closing. */
    private Duration rest() {
        return settings.guests().idle().dividedBy(2);
    }

    private static void send(Frames.Holding session, Channel channel) {
        ByteBuf frame = channel.alloc().buffer(Frames.REQUEST_BYTES + Frames.MOST_KEY_BYTES);
        Frames.write(session, frame);
        channel.writeAndFlush(frame);
    }

    private Bootstrap bootstrap(EventLoop loop, Consumer<ChannelPipeline> handlers) {
        return new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.timeout().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        tls.addClient(channel);
                        handlers.accept(channel.pipeline());
                    }
                });
    }

    private void connect(Bootstrap bootstrap, EventLoop loop, String address, Consumer<ChannelFuture> then) {
        resolving.execute(() -> {
            InetSocketAddress target = Address.parse(address).resolve();
            if (!loop.isShuttingDown()) {
                bootstrap.connect(target).addListener((ChannelFuture dialed) -> {
                    if (dialed.isSuccess()) {
                        greet(dialed.channel());
                    }
                    then.accept(dialed);
                });
            }
        });
    }

    private void greet(Channel channel) {
        ByteBuf frame = channel.alloc().buffer(Frames.HELLO_BYTES + Frames.MOST_ADDRESS_BYTES);
        Frames.write(hello, frame);
        channel.writeAndFlush(frame);
    }
}
