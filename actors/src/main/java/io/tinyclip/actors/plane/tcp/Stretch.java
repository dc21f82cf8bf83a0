package io.tinyclip.actors.plane.tcp;

import io.tinyclip.actors.plane.FetchException;
import java.time.Duration;

/** A range of a fetch that one connection is asked for, and asked again from the last good chunk on. One thread at a time. */
final class Stretch {
    /** In a row without a good chunk. */
    private static final int MOST_ATTEMPTS = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final Fetch fetch;
    private final int to;
    private int next;
    private int attempts;

    Stretch(Fetch fetch, int from, int to) {
        this.fetch = fetch;
        this.next = from;
        this.to = to;
    }

    Fetch fetch() {
        return fetch;
    }

    Frames.Request request() {
        return new Frames.Request(fetch.handle().key(), next, to);
    }

    int next() {
        return next;
    }

    int left() {
        return to - next;
    }

    /** The next floats are in their place and their checksum was right. */
    void received(int floats) {
        next += floats;
        attempts = 0;
    }

    /** Whether it is worth another attempt; if not, the fetch has failed. */
    boolean mayTryAgain(String reason) {
        attempts++;
        if (!fetch.failed() && attempts >= MOST_ATTEMPTS) {
            fetch.fail(new FetchException(fetch.handle(), reason + ", " + attempts + " times"));
        }
        return !fetch.failed();
    }

    /** How long to wait before the next attempt: doubles with each. */
    Duration pause() {
        return FIRST_PAUSE.multipliedBy(1L << (attempts - 1));
    }
}
