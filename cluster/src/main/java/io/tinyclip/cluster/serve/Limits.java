package io.tinyclip.cluster.serve;

import java.time.Duration;

/**
 * What a server takes at the most.
 *
 * @param bodyBytes of one request
 * @param inputs texts and pictures of one request
 * @param pixels of one picture, as it is stored
 * @param requests that are read, wait or are computed at a time; a further one is turned away
 * @param connections open at a time
 * @param timeout from a request's first line to its answer
 */
public record Limits(int bodyBytes, int inputs, int pixels, int requests, int connections, Duration timeout) {
    /** Of a body's bytes: the body, its text, and what the text stands for. */
    private static final int COPIES = 3;

    /** Heap that one request may take. */
    long requestBytes(long body) {
        return COPIES * body;
    }
}
