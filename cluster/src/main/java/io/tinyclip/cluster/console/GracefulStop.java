package io.tinyclip.cluster.console;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets SIGTERM and Ctrl-C end a run with a checkpoint: the signal starts the JVM's shutdown, which waits here until the run
 * has written what it must. The JVM then exits with 128 + the signal's number by itself.
 */
public final class GracefulStop implements AutoCloseable {
    /** To end connections and threads, once what this machine had is handed over. */
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(GracefulStop.class);

    private volatile Optional<Runnable> stop = Optional.empty();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "graceful-stop");

    private final Duration limit;

    private GracefulStop(Duration limit) {
        this.limit = limit;
    }

    /**
     * Watches for the JVM being asked to end; until there is a run to stop it ends at once.
     *
     * @param within how long what is stopped may take
     */
    public static GracefulStop armed(Duration within) {
        GracefulStop armed = new GracefulStop(within.plus(CLOSING));
        Runtime.getRuntime().addShutdownHook(armed.hook);
        return armed;
    }

    /** From now on the JVM's end calls {@code run} and waits until this is closed. */
    public void stopsWith(Runnable run) {
        stop = Optional.of(run);
    }

    /** Tells a waiting shutdown that all is written. */
    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.info("ending because the process was asked to");
        }
    }

    private void stopAndWait() {
        Optional<Runnable> run = stop;
        if (run.isEmpty()) {
            return;
        }
        LOG.info("asked to end; handing over or writing what there is");
        run.get().run();
        try {
            if (!closed.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "not done within [{}] of being asked to end; what is not handed over or written is done again"
                                + " from the newest checkpoint (tinyclip.actors.leave-within)",
                        limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
