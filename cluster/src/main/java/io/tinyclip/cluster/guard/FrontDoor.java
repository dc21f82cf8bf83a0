package io.tinyclip.cluster.guard;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tinyclip.actors.plane.door.Complaints;
import io.tinyclip.actors.plane.door.Guests;
import io.tinyclip.actors.plane.door.Inactivity;
import io.tinyclip.actors.plane.door.Incoming;
import io.tinyclip.actors.tls.RunTls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.slf4j.LoggerFactory;

/**
 * Listens in the place of an actor system, and passes on to it, over this machine's loopback, what {@link FrameDecoder} lets through:
 * Akka 2.6.21 reads a negative length as an endless loop, and never closes who says nothing. A connection is a stranger's until its
 * first whole frame. Where there are certificates both ways are encrypted, the one inside by this process's own; so it is known here,
 * as it is not to actors, whose certificate a connection came under, and an operator asks here.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
public final class FrontDoor implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int BACKLOG = 1024;
    private static final long CLOSING_SECONDS = 2;
    private static final long LOOK_SECONDS = 5;

    private final EventLoopGroup loops =
            new NioEventLoopGroup(THREADS, new DefaultThreadFactory("tinyclip-door", true));
    private final CompletableFuture<InetSocketAddress> behind = new CompletableFuture<>();
    private final CompletableFuture<Desk> desk = new CompletableFuture<>();
    private final Complaints complaints =
            new Complaints(LoggerFactory.getLogger(FrontDoor.class), "port of actors' messages");
    private final Incoming incoming;
    private final Rules rules;
    private final Channel listening;

    /**
     * What is let in.
     *
     * @param timeout how long a frame may stand still, and half of what a stranger has
     * @param longest bytes of a frame
     * @param tls of both ways; empty where neither is encrypted
     */
    public record Rules(Guests guests, Duration timeout, int longest, Optional<RunTls> tls) {}

    private FrontDoor(InetSocketAddress at, Rules rules) {
        this.rules = rules;
        this.incoming = new Incoming(rules.guests, rules.timeout, complaints, "tinyclip.cluster.incoming");
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(at)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS);
            throw new IllegalStateException("cannot bind: " + bound.cause().getMessage(), bound.cause());
        }
        this.listening = bound.channel();
        rules.tls.ifPresent(
                tls -> loops.next().scheduleWithFixedDelay(tls::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS));
    }

    /**
     * Listens; whoever comes waits until it is known where to.
     *
     * @throws IllegalStateException with the cause, where that cannot be listened at
     */
    public static FrontDoor listen(InetSocketAddress at, Rules rules) {
        return new FrontDoor(at, rules);
    }

    /** That is listened at. */
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Where to. */
    public void leadsTo(InetSocketAddress inside) {
        behind.complete(inside);
    }

    /** Who is asked what people ask; until then they wait. */
    public void answeredBy(Desk asked) {
        desk.complete(asked);
    }

    private void accept(Channel channel) {
        if (!incoming.accept(channel)) {
            return;
        }
        FrameDecoder frames = new FrameDecoder(rules.longest, () -> incoming.known(channel), () -> Asker.of(channel)
                .mayLead());
        QuestionHandler questions = new QuestionHandler(
                question -> question == Question.HERE ? reached(channel) : desk.thenCompose(it -> it.answer(question)),
                () -> incoming.known(channel),
                complaints);
        rules.tls.ifPresent(tls -> encrypt(channel, tls));
        // Members say nothing for hours where there is nothing to say.
        Duration forEver = Duration.ofNanos(Long.MAX_VALUE);
        channel.pipeline()
                .addLast(new Inactivity(
                        rules.timeout,
                        forEver,
                        () -> channel.config().isAutoRead() && !questions.asked() && frames.inFrame()))
                .addLast(questions)
                .addLast(frames)
                .addLast(new Passage(this::open, complaints));
    }

    /** By a connection on which nothing is said. */
    private CompletionStage<Reply> reached(Channel from) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        open(from, inner -> {
            inner.ifPresent(Channel::close);
            reply.complete(
                    inner.isPresent()
                            ? Reply.line(Reply.Kind.HERE, "here")
                            : Reply.refused("nobody takes connections behind this door"));
        });
        return reply;
    }

    private void encrypt(Channel channel, RunTls tls) {
        SslHandler handler = handler(tls.server());
        channel.pipeline().addLast(handler);
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                Runnable forget = tls.endsIfRevoked(handler.engine().getSession(), channel::close);
                channel.closeFuture().addListener(closed -> forget.run());
            }
        });
    }

    private SslHandler handler(SSLEngine engine) {
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(rules.timeout.toMillis());
        return handler;
    }

    private void open(Channel from, Consumer<Optional<Channel>> opened) {
        behind.thenAccept(inside -> new Bootstrap()
                .group(from.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        rules.tls.ifPresent(tls -> channel.pipeline().addLast(handler(tls.client())));
                        channel.pipeline().addLast(new Inside(from));
                    }
                })
                .connect(inside)
                .addListener((ChannelFuture done) -> from.eventLoop().execute(() -> ready(done, opened))));
    }

    private void ready(ChannelFuture connected, Consumer<Optional<Channel>> opened) {
        Channel channel = connected.channel();
        SslHandler encrypting = channel.pipeline().get(SslHandler.class);
        if (!connected.isSuccess() || encrypting == null) {
            opened.accept(connected.isSuccess() ? Optional.of(channel) : Optional.empty());
            return;
        }
        encrypting.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                complaints.closed(
                        channel.remoteAddress(), "this process does not take its own certificate: " + done.cause());
            }
            opened.accept(done.isSuccess() ? Optional.of(channel) : Optional.empty());
        });
    }

    /** The end towards the actor system, which says nothing: its own messages go by connections of its own. */
    private static final class Inside extends ChannelInboundHandlerAdapter {
        private final Channel outer;

        private Inside(Channel outer) {
            this.outer = outer;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            ReferenceCountUtil.release(bytes);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            outer.config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
            context.close();
        }
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly(CLOSING_SECONDS, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSING_SECONDS, TimeUnit.SECONDS);
    }
}
