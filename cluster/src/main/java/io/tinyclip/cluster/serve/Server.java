package io.tinyclip.cluster.serve;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.http.javadsl.ConnectionContext;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.ServerBuilder;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.cluster.http.HostNames;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that is listening, until it is closed. */
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** What requests hold is at most this part of the heap. */
    static final int HEAP_SHARE = 2;

    private static final long WRITES_WITHIN_MILLIS = 250;

    /** After which Akka gives up a request whose own time limit did not come to bear. */
    private static final Duration BACKSTOP = Duration.ofSeconds(10);

    private final ActorSystem<Void> system;
    private final Routes routes;
    private final ServerBinding binding;
    private final Parts parts;
    private final Duration patience;

    /**
     * Where and for whom a server listens.
     *
     * @param port 0 for any free one
     */
    public record Place(String host, int port, Optional<ServerTls> tls, HostNames names) {}

    /**
     * What is asked.
     *
     * @param cores requests computed at a time
     * @param gathers whether requests that wait are computed in one batch, on which the last bits of an answer depend then
     * @param images a folder to search
     */
    public record Content(Served served, Embedder embedder, int cores, boolean gathers, Optional<Path> images) {}

    /** What requests are answered with. */
    record Parts(Served served, HostNames names, Computing computing, Optional<PictureIndex> index) {}

    private Server(ActorSystem<Void> system, Parts parts, Limits limits, Place place) {
        this.system = system;
        this.parts = parts;
        this.patience = limits.timeout();
        this.routes = new Routes(system, parts, limits);
        this.binding = bind(place);
    }

    /**
     * Begins to listen, and to embed the folder.
     *
     * @param listener hears how far the folder is
     * @throws InvalidInputException if the place is taken or is none of this machine, certificates or the folder cannot be used,
     *     or the heap is too small for the limits
     */
    public static Server start(Content content, Place place, Limits limits, IndexListener listener) {
        requireHeap(limits);
        Computing computing = new Computing(content.embedder(), limits, content.cores(), content.gathers());
        Optional<PictureIndex> index = content.images()
                .map(folder -> new PictureIndex(PictureIndex.open(folder), folder, computing, listener));
        Parts parts = new Parts(content.served(), place.names(), computing, index);
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "serve", config(limits));
        try {
            Server server = new Server(system, parts, limits, place);
            index.ifPresent(PictureIndex::start);
            return server;
        } catch (RuntimeException e) {
            system.terminate();
            computing.close();
            throw e;
        }
    }

    /** Where it is reached. */
    public String address() {
        String host = binding.localAddress().getHostString();
        return host.indexOf(':') < 0 ? host + ":" + port() : "[" + host + "]:" + port();
    }

    /** The port that it listens on. */
    public int port() {
        return binding.localAddress().getPort();
    }

    private ServerBinding bind(Place place) {
        ServerBuilder builder = Http.get(system).newServerAt(place.host(), place.port());
        ServerBuilder secured = place.tls()
                .map(tls -> builder.enableHttps(ConnectionContext.httpsServer(tls.context())))
                .orElse(builder);
        try {
            return secured.bind(routes::answer).toCompletableFuture().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            Throwable why = cause.getCause() == null ? cause : cause.getCause();
            throw new InvalidInputException(
                    "cannot listen at [" + place.host() + "] port [" + place.port() + "]: " + why.getMessage()
                            + "; give another --host or --port",
                    e);
        }
    }

    private static void requireHeap(Limits limits) {
        long heap = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
        if (limits.requestBytes(limits.bodyBytes()) > heap) {
            throw new InvalidInputException(
                    "a body of [" + limits.bodyBytes() + "] bytes needs more than half of the heap, [" + heap
                            + "]; lower --max-body, or start java with a larger -Xmx");
        }
    }

    private static Config config(Limits limits) {
        Map<String, Object> values = new HashMap<>();
        Duration last = limits.timeout().plus(BACKSTOP);
        values.put("akka.http.server.max-connections", limits.connections());
        values.put("akka.http.server.backlog", limits.connections());
        values.put("akka.http.server.request-timeout", last.toMillis() + "ms");
        values.put("akka.http.server.idle-timeout", last.plus(BACKSTOP).toMillis() + "ms");
        values.put("akka.http.server.server-header", "tinyclip");
        values.put("akka.http.server.transparent-head-requests", "on");
        values.put("akka.http.server.parsing.max-content-length", limits.bodyBytes());
        values.put("akka.http.server.parsing.illegal-header-warnings", "off");
        values.put("akka.actor.provider", "local");
        return ConfigFactory.parseMap(values)
                .withFallback(ConfigFactory.load().getConfig("tinyclip.member"))
                .withFallback(ConfigFactory.load());
    }

    /** Lets requests under way end, takes no further ones, and ends. */
    @Override
    public void close() {
        binding.unbind().toCompletableFuture().join();
        routes.stop(patience);
        parts.index().ifPresent(PictureIndex::close);
        // Akka ends a connection at once whose answer has just left it for the socket.
        CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(WRITES_WITHIN_MILLIS, TimeUnit.MILLISECONDS))
                .join();
        try {
            binding.terminate(patience).toCompletableFuture().join();
        } catch (CompletionException e) {
            LOG.warn("ending the server failed: {}", e.getMessage());
        }
        parts.computing().close();
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
