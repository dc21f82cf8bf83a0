package io.tinyclip.cluster.board;

import akka.actor.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.plane.tcp.HostText;
import io.tinyclip.cluster.http.HostNames;
import io.tinyclip.cluster.settings.BoardSettings;
import io.tinyclip.model.InvalidInputException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The page's server: reads only, two requests at a time, in an actor system of its own that no run waits for. */
public final class Board implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Board.class);

    private static final Duration LISTENS_WITHIN = Duration.ofSeconds(20);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(3);
    private static final int THREADS = 2;
    private static final int WAITING = 64;

    private final ActorSystem system;
    private final ExecutorService reading;
    private final ServerBinding binding;
    private final BoardSettings settings;

    private Board(ActorSystem system, ExecutorService reading, ServerBinding binding, BoardSettings settings) {
        this.system = system;
        this.reading = reading;
        this.binding = binding;
        this.settings = settings;
    }

    /**
     * Listens at the settings' port, or at any free one where that is taken.
     *
     * @param live empty in a process that has no run
     * @throws InvalidInputException if it cannot listen at that host at all
     */
    public static Board open(BoardSettings settings, RunFolders folders, Optional<LiveRun> live) {
        Config config = ConfigFactory.load();
        ActorSystem system = ActorSystem.create(
                "board", config.getConfig("tinyclip.board-server").withFallback(config));
        ExecutorService reading = new ThreadPoolExecutor(
                THREADS, THREADS, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "board");
                    thread.setDaemon(true);
                    return thread;
                });
        try {
            BoardRequests requests = new BoardRequests(
                    new BoardAnswers(folders, live), system, reading, new HostNames(settings.host(), List.of()));
            return new Board(system, reading, listening(system, settings, requests), settings);
        } catch (RuntimeException e) {
            reading.shutdownNow();
            system.terminate();
            throw e;
        }
    }

    private static ServerBinding listening(ActorSystem system, BoardSettings settings, BoardRequests requests) {
        try {
            return bound(system, settings, settings.port(), requests);
        } catch (ExecutionException e) {
            LOG.debug("port [{}] is taken", settings.port(), e);
        }
        try {
            return bound(system, settings, 0, requests);
        } catch (ExecutionException e) {
            throw new InvalidInputException(
                    "the page cannot be served at [" + settings.host() + "]: " + String.valueOf(e.getCause())
                            + "; set tinyclip.board.host to an address of this machine, or tinyclip.board.enabled = false",
                    e);
        }
    }

    private static ServerBinding bound(ActorSystem system, BoardSettings settings, int port, BoardRequests requests)
            throws ExecutionException {
        try {
            return Http.get(system)
                    .newServerAt(settings.host(), port)
                    .bind(requests::answer)
                    .toCompletableFuture()
                    .get(LISTENS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ExecutionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting to listen", e);
        }
    }

    /** Where a browser finds it. */
    public String address() {
        InetSocketAddress at = binding.localAddress();
        return "http://" + HostText.bracketed(settings.host()) + ":" + at.getPort() + "/";
    }

    /** Waits a little for answers that are under way. */
    @Override
    public void close() {
        reading.shutdown();
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the page's server did not end in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
