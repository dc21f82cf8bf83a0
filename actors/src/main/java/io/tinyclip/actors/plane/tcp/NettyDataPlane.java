package io.tinyclip.actors.plane.tcp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.plane.Publications;
import io.tinyclip.actors.plane.Session;
import io.tinyclip.actors.plane.SessionWatch;
import io.tinyclip.actors.plane.door.Complaints;
import io.tinyclip.actors.plane.door.Inactivity;
import io.tinyclip.actors.plane.door.Incoming;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.model.InvalidInputException;
import java.net.InetSocketAddress;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * The data plane between machines: what others have published is fetched over TCP, as {@link Frames} describes it; what
 * this one has published is handed out as {@link LocalDataPlane} does it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
public final class NettyDataPlane implements DataPlane {
    private static final int MOST_THREADS = 8;
    private static final int BACKLOG = 1024;
    private static final long CLOSING_SECONDS = 5;

    /** Pieces that wait for the socket: enough to fill it, few enough to stay in the cache. */
    private static final WriteBufferWaterMark WAITING =
            new WriteBufferWaterMark(Transfer.PIECE_BYTES, 2 * Transfer.PIECE_BYTES);

    private final PlaneSettings settings;
    private final ExecutorService copying;
    private final EventLoopGroup loops;
    private final SecretKeys keys = new SecretKeys();
    private final Traffic traffic = new Traffic(System::nanoTime);
    private final Complaints complaints = new Complaints(LoggerFactory.getLogger(NettyDataPlane.class), "data plane");
    private final Publications publications;
    private final HeldSessions sessions;
    private final Incoming incoming;
    private final Set<Session> holding = ConcurrentHashMap.newKeySet();
    private final Channel listening;
    private final String address;
    private final Dialer dialer;
    private final Peers peers;
    private final Errand untilTheEnd;
    private volatile boolean closed;

    private NettyDataPlane(PlaneSettings settings) {
        Tls tls = new Tls(settings.credentials());
        int threads = Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
        this.settings = settings;
        this.sessions = new HeldSessions(settings.timeout());
        this.incoming = new Incoming(settings.guests(), settings.timeout(), complaints, "tinyclip.plane.incoming");
        // What comes after the end is done by whoever brings it: a fetch that is told so ends on its caller's thread.
        this.copying = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("tinyclip-plane-copy", true),
                (task, ended) -> task.run());
        this.loops = new NioEventLoopGroup(threads, new DefaultThreadFactory("tinyclip-plane", true));
        this.publications = new Publications(copying);
        tls.watch(loops);
        this.listening = listen(tls);
        int port = settings.port() == 0 ? ((InetSocketAddress) listening.localAddress()).getPort() : settings.port();
        this.address = new Address(settings.host(), port).toString();
        this.dialer = new Dialer(settings, tls, new Frames.Hello(address), copying);
        this.peers = new Peers(new Peers.Reach(settings, dialer, loops, traffic, copying));
        this.untilTheEnd = errand();
    }

    /**
     * Listens for other data planes.
     *
     * @throws InvalidInputException where the host or port cannot be listened at, or a PEM file cannot be used
     */
    public static NettyDataPlane open(PlaneSettings settings) {
        return new NettyDataPlane(settings);
    }

    private Channel listen(Tls tls) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, tls);
                    }
                });
        PlaneSettings.Listening at = settings.listening();
        ChannelFuture bound =
                bootstrap.bind(new InetSocketAddress(at.host(), at.port())).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            shutDown();
            throw new InvalidInputException("cannot listen for bulk data at [" + new Address(at.host(), at.port())
                    + "]: " + bound.cause().getMessage()
                    + "; set tinyclip.plane.host, or tinyclip.plane.bind-host beside it, to an address of this machine and"
                    + " tinyclip.plane.port to a free one");
        }
        return bound.channel();
    }

    private void accept(Channel channel, Tls tls) {
        if (!incoming.accept(channel)) {
            return;
        }
        RequestDecoder requests = new RequestDecoder();
        AnswerHandler answers = new AnswerHandler(
                new AnswerHandler.Desk(publications, sessions, traffic, complaints, settings.chunk()), incoming::known);
        tls.addServer(channel);
        channel.pipeline()
                .addLast(new Inactivity(
                        settings.timeout(), settings.guests().idle(), () -> requests.inFrame() || answers.answering()))
                .addLast(requests)
                .addLast(answers);
    }

    /** Where others reach this data plane: {@code host:port}. */
    public String address() {
        return address;
    }

    @Override
    public Handle publish(String key, FloatBuffer values, Encoding encoding) {
        int most = Frames.MOST_KEY_BYTES - SecretKeys.ADDED;
        if (Frames.utf8Length(key) > most) {
            throw new IllegalArgumentException("a key of more than " + most + " bytes: " + key);
        }
        SecretKeys.Named named = keys.name(key);
        publications.put(named.key(), values, encoding);
        named.replaced().ifPresent(publications::remove);
        return new Handle(address, named.key(), values.remaining());
    }

    @Override
    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        return untilTheEnd.fetch(handle, from, to);
    }

    @Override
    public CompletionStage<Void> fetchInto(Handle handle, int from, int to, FloatBuffer target, int at) {
        return untilTheEnd.fetchInto(handle, from, to, target, at);
    }

    @Override
    public Errand errand() {
        return new TcpErrand(new TcpErrand.Own(address, publications, copying), peers);
    }

    @Override
    public void release(Handle handle) {
        keys.forget(handle.key());
        publications.remove(handle.key());
    }

    @Override
    public Handle offerSession(String key, SessionWatch watch) {
        sessions.offer(key, watch);
        return new Handle(address, key, 0);
    }

    @Override
    public void withdrawSession(Handle session) {
        sessions.withdraw(session.key());
    }

    /** One with itself ends with this data plane. */
    @Override
    public Session hold(Handle offered) {
        Address.parse(offered.address());
        Session session = new Session();
        holding.add(session);
        session.ended().thenRun(() -> holding.remove(session));
        if (closed) {
            session.end();
        } else if (offered.address().equals(address)) {
            session.begin();
        } else {
            dialer.hold(loops.next(), offered.address(), new Frames.Holding(offered.key()), dialed -> {
                Channel channel = dialed.channel();
                channel.closeFuture().addListener(gone -> session.end());
                session.ended().thenRun(channel::close);
                Tls.whenProven(channel, proven -> {
                    if (proven && Tls.roles(channel).contains(Role.COORDINATOR)) {
                        session.begin();
                    } else {
                        channel.close();
                    }
                });
            });
        }
        return session;
    }

    @Override
    public List<Link> links() {
        return traffic.links();
    }

    @Override
    public void close() {
        closed = true;
        peers.fail();
        listening.close().awaitUninterruptibly(CLOSING_SECONDS, TimeUnit.SECONDS);
        publications.clear();
        sessions.clear();
        shutDown();
        peers.end();
        holding.forEach(Session::end);
    }

    private void shutDown() {
        loops.shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSING_SECONDS, TimeUnit.SECONDS);
        copying.shutdown();
    }
}
