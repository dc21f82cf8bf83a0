package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.settings.StorageSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/** How long, and how often, a server that fails is asked again. Of one read; the count begins anew when bytes come. */
final class Patience {
    /** Bytes that count as an answer: a server that gives a byte a request is not asked for ever. */
    private static final long ENOUGH = 1 << 16;

    /** Waits. */
    @FunctionalInterface
    interface Waiting {
        void millis(long millis) throws InterruptedException;
    }

    private final StorageSettings.Retries retries;
    private final Waiting waiting;
    private int failures;
    private long since;

    Patience(StorageSettings.Retries retries, Waiting waiting) {
        this.retries = retries;
        this.waiting = waiting;
    }

    /** Bytes have come. */
    void received(long bytes) {
        since += bytes;
        if (since >= ENOUGH) {
            since = 0;
            failures = 0;
        }
    }

    /**
     * Waits before the next attempt.
     *
     * @param after what the server asks for, if it does
     * @throws IOException the failure, if it was one too many
     */
    void failed(IOException failure, OptionalLong after) throws IOException {
        failures++;
        if (failures > retries.most()) {
            throw new IOException(failure.getMessage() + ", also when asked " + failures + " times", failure);
        }
        long doubled = retries.first().toMillis() << Math.min(failures - 1, 30);
        long most = Math.max(1, Math.min(doubled, retries.longest().toMillis()));
        long wait = ThreadLocalRandom.current().nextLong(most / 2, most) + 1;
        long asked = Math.min(after.orElse(0), retries.longest().toMillis());
        try {
            waiting.millis(Math.max(wait, asked));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(failure);
        }
    }

    /** Milliseconds of a Retry-After header in seconds. */
    static OptionalLong retryAfter(HttpHeaders headers) {
        return headers.firstValue("Retry-After")
                .filter(value -> value.matches("\\d{1,6}"))
                .map(value -> OptionalLong.of(
                        Duration.ofSeconds(Long.parseLong(value)).toMillis()))
                .orElseGet(OptionalLong::empty);
    }
}
