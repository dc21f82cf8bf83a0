package io.tinyclip.actors.plane.tcp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.FetchException;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.plane.Publications;
import io.tinyclip.actors.plane.Session;
import io.tinyclip.model.InvalidInputException;
import java.net.InetSocketAddress;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The data plane between machines: what others have published is fetched over TCP, as {@link Frames} describes it; what
 * this one has published is handed out as {@link LocalDataPlane} does it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
public final class NettyDataPlane implements DataPlane {
    private static final int MOST_INCOMING = 8192;
    private static final int MOST_THREADS = 8;
    private static final int BACKLOG = 1024;
    private static final long CLOSING_SECONDS = 5;

    /** Pieces that wait for the socket: enough to fill it, few enough to stay in the cache. */
    private static final WriteBufferWaterMark WAITING =
            new WriteBufferWaterMark(Transfer.PIECE_BYTES, 2 * Transfer.PIECE_BYTES);

    private final PlaneSettings settings;
    private final ExecutorService copying;
    private final EventLoopGroup loops;
    private final ChannelGroup incoming = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Traffic traffic = new Traffic(System::nanoTime);
    private final Complaints complaints = new Complaints(System::nanoTime);
    private final Publications publications;
    private final HeldSessions sessions = new HeldSessions();
    private final Set<Session> holding = ConcurrentHashMap.newKeySet();
    private final Channel listening;
    private final String address;
    private final Dialer dialer;
    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    private final Set<Fetch> fetches = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private NettyDataPlane(PlaneSettings settings) {
        Tls tls = new Tls(settings.certificates());
        int threads = Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
        this.settings = settings;
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
        this.listening = listen(tls);
        int port = settings.port() == 0 ? ((InetSocketAddress) listening.localAddress()).getPort() : settings.port();
        this.address = new Address(settings.host(), port).toString();
        this.dialer = new Dialer(settings, tls, new Frames.Hello(address), copying);
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
        if (incoming.size() >= MOST_INCOMING) {
            complaints.closed(channel.remoteAddress(), MOST_INCOMING + " connections are open already");
            channel.close();
            return;
        }
        incoming.add(channel);
        RequestDecoder requests = new RequestDecoder();
        AnswerHandler answers = new AnswerHandler(publications, sessions, traffic, complaints, settings.chunk());
        tls.addServer(channel);
        channel.pipeline()
                .addLast(new Inactivity(settings.timeout(), () -> requests.inFrame() || answers.answering()))
                .addLast(requests)
                .addLast(answers);
    }

    /** Where others reach this data plane: {@code host:port}. */
    public String address() {
        return address;
    }

    @Override
    public Handle publish(String key, FloatBuffer values, Encoding encoding) {
        if (Frames.utf8Length(key) > Frames.MOST_KEY_BYTES) {
            throw new IllegalArgumentException("a key of more than " + Frames.MOST_KEY_BYTES + " bytes: " + key);
        }
        publications.put(key, values, encoding);
        return new Handle(address, key, values.remaining());
    }

    @Override
    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        if (from < 0 || from > to || to > handle.length()) {
            return CompletableFuture.failedStage(outOfRange(handle, from, to));
        }
        if (handle.address().equals(address)) {
            return publications.fetch(handle, from, to);
        }
        return CompletableFuture.supplyAsync(() -> new float[to - from], copying)
                .thenCompose(target ->
                        fetchInto(handle, from, to, FloatBuffer.wrap(target), 0).thenApply(nothing -> target));
    }

    @Override
    public CompletionStage<Void> fetchInto(Handle handle, int from, int to, FloatBuffer target, int at) {
        if (from < 0 || from > to || to > handle.length() || at < 0 || at > target.limit() - (to - from)) {
            return CompletableFuture.failedStage(outOfRange(handle, from, to));
        }
        if (handle.address().equals(address)) {
            return publications.fetchInto(handle, from, to, target, at);
        }
        Fetch fetch = new Fetch(handle, target, at - from);
        fetches.add(fetch);
        if (closed) {
            fetches.remove(fetch);
            return CompletableFuture.failedStage(new FetchException(handle, "the data plane is closed"));
        }
        Peer peer = peers.computeIfAbsent(handle.address(), this::peer);
        peer.counts().fetchBegun();
        List<Stretch> stretches = split(fetch, from, to);
        fetch.expect(stretches.size());
        stretches.forEach(peer::send);
        // What the caller does next must not run where connections are served.
        return fetch.result()
                .whenCompleteAsync(
                        (nothing, failure) -> {
                            fetches.remove(fetch);
                            peer.counts().fetchEnded();
                        },
                        copying);
    }

    private static IllegalArgumentException outOfRange(Handle handle, int from, int to) {
        return new IllegalArgumentException("[" + from + ", " + to + ") of " + handle);
    }

    private Peer peer(String other) {
        Address.parse(other);
        return new Peer(other, traffic.of(other), settings.connections(), loops, dialer);
    }

    /** Equal stretches, one a connection, none below a chunk. */
    private List<Stretch> split(Fetch fetch, int from, int to) {
        int floats = to - from;
        int chunk = settings.chunk() / Float.BYTES;
        int count = Math.max(1, Math.min(settings.connections(), floats / chunk));
        List<Stretch> stretches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stretches.add(new Stretch(
                    fetch, from + (int) ((long) floats * i / count), from + (int) ((long) floats * (i + 1) / count)));
        }
        return stretches;
    }

    @Override
    public void release(Handle handle) {
        publications.remove(handle.key());
    }

    @Override
    public Handle offerSession(String key, Runnable ended) {
        sessions.offer(key, ended);
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
        } else if (!offered.address().equals(address)) {
            dialer.hold(loops.next(), offered.address(), new Frames.Holding(offered.key()), dialed -> {
                Channel channel = dialed.channel();
                channel.closeFuture().addListener(gone -> session.end());
                session.ended().thenRun(channel::close);
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
        fetches.forEach(fetch -> fetch.fail(new FetchException(fetch.handle(), "the data plane is closed")));
        listening.close().awaitUninterruptibly(CLOSING_SECONDS, TimeUnit.SECONDS);
        publications.clear();
        sessions.clear();
        shutDown();
        holding.forEach(Session::end);
        // Nothing writes to their arrays any more, so they may end though their stretches have not.
        fetches.forEach(Fetch::end);
    }

    private void shutDown() {
        loops.shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSING_SECONDS, TimeUnit.SECONDS);
        copying.shutdown();
    }
}
