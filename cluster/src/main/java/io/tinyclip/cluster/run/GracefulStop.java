package io.tinyclip.cluster.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets SIGTERM and Ctrl-C end a run with a checkpoint: the signal starts the JVM's shutdown, which waits here until the run
 * has written what it must. The JVM then exits with 128 + the signal's number by itself.
 */
final class GracefulStop implements AutoCloseable {
    /** Service managers kill 90 s after asking; a checkpoint of a large model takes seconds. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(GracefulStop.class);

    private final Runnable stop;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "graceful-stop");

    private GracefulStop(Runnable stop) {
        this.stop = stop;
    }

    /** Calls {@code stop} when the JVM is asked to end before this is closed. */
    static GracefulStop armed(Runnable stop) {
        GracefulStop armed = new GracefulStop(stop);
        Runtime.getRuntime().addShutdownHook(armed.hook);
        return armed;
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
        stop.run();
        try {
            if (!closed.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("no checkpoint within [{}]; the next start goes on from an older one", LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
