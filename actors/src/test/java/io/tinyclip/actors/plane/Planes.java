package io.tinyclip.actors.plane;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/** Two data planes on loopback and what they log. */
final class Planes implements AutoCloseable {
    static final String LOOPBACK = "127.0.0.1";
    private static final long PATIENCE_SECONDS = 60;

    final NettyDataPlane publisher;
    final NettyDataPlane fetcher;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    Planes(int connections, Duration timeout) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        PlaneSettings settings = settings(connections, timeout, Optional.empty());
        publisher = NettyDataPlane.open(settings);
        fetcher = NettyDataPlane.open(settings);
        log.start();
        logger().addAppender(log);
    }

    static PlaneSettings settings(
            int connections, Duration timeout, Optional<PlaneSettings.Certificates> certificates) {
        return new PlaneSettings(LOOPBACK, 0, connections, PlaneSettings.LEAST_CHUNK, timeout, certificates);
    }

    /** Whole numbers that all encodings hold: 0 to 2047 over and over. */
    static float[] numbers(int length) {
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = i % 2048;
        }
        return numbers;
    }

    static <T> T await(CompletionStage<T> stage) throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Why the stage failed, or an empty text where it did not. */
    static Throwable failure(CompletionStage<?> stage) throws InterruptedException, TimeoutException {
        try {
            throw new AssertionError("got " + await(stage));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /** Lines that the data planes have logged. */
    List<String> lines() {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(NettyDataPlane.class);
    }

    @Override
    public void close() {
        logger().detachAppender(log);
        fetcher.close();
        publisher.close();
    }
}
