package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.ResourceLeakDetector;
import io.tinyclip.actors.plane.door.Guests;
import io.tinyclip.actors.tls.Credentials;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Two data planes on loopback. */
final class Planes implements AutoCloseable {
    static final String LOOPBACK = "127.0.0.1";
    private static final long PATIENCE_SECONDS = 60;

    final NettyDataPlane publisher;
    final NettyDataPlane fetcher;
    final PlaneLog log = new PlaneLog();

    Planes(int connections, Duration timeout) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        PlaneSettings settings = settings(connections, timeout, Optional.empty());
        publisher = NettyDataPlane.open(settings);
        fetcher = NettyDataPlane.open(settings);
    }

    /** Where these may connect. */
    static PlaneSettings settings(Guests guests, Duration timeout) {
        PlaneSettings.Listening anywhere = new PlaneSettings.Listening(LOOPBACK, 0);
        return new PlaneSettings(
                LOOPBACK, 0, anywhere, 1, PlaneSettings.LEAST_CHUNK, timeout, guests, Optional.empty());
    }

    static PlaneSettings settings(int connections, Duration timeout, Optional<Credentials> credentials) {
        return new PlaneSettings(LOOPBACK, 0, connections, PlaneSettings.LEAST_CHUNK, timeout, credentials);
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

    static void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not come");
    }

    /** Why the stage failed. */
    static Throwable failure(CompletionStage<?> stage) throws InterruptedException, TimeoutException {
        try {
            throw new AssertionError("got " + await(stage));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @Override
    public void close() {
        log.close();
        fetcher.close();
        publisher.close();
    }
}
