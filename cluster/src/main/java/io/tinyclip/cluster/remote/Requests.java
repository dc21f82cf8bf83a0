package io.tinyclip.cluster.remote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes one request at a time for each caller, and so many in all; connections are kept. Redirects are followed, and the key of
 * a place is shown to its own server alone. A server that falls silent is left.
 */
final class Requests {
    private static final int MOST_REDIRECTS = 5;
    private static final Set<Integer> MOVED = Set.of(301, 302, 303, 307, 308);
    /** Of what a server says about a refusal. */
    private static final int MOST_TEXT = 1 << 14;
    /** Sent at a time. */
    private static final int PIECE = 1 << 16;

    private final HttpClient client;
    private final Semaphore connections;
    private final Duration stall;

    /**
     * @param connections requests at a time
     * @param stall without a byte after which a server is left
     */
    Requests(int connections, Duration stall) {
        this.connections = new Semaphore(connections, true);
        this.stall = stall;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(ProxySelector.getDefault())
                .connectTimeout(stall)
                .build();
    }

    /** Says where the bytes of an answer go, by its head; nowhere if the answer is not what was asked for. */
    @FunctionalInterface
    interface Target {
        Optional<ByteBuffer> of(Answer head);
    }

    /**
     * What a server answers.
     *
     * @param text what it says where no bytes were taken
     * @param moved whether another server than the asked one answers
     */
    record Answer(int status, HttpHeaders headers, boolean moved, String text) {
        Optional<String> header(String name) {
            return headers.firstValue(name);
        }
    }

    /**
     * Asks for a place.
     *
     * @throws IOException if there is no answer, or the connection ends within one; what came by then is in its target
     */
    Answer ask(Place place, Map<String, String> headers, Target target) throws IOException {
        try {
            connections.acquire();
            try {
                return follow(place, headers, target);
            } finally {
                connections.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException("interrupted while [" + place.location() + "] was read").initCause(e);
        }
    }

    /**
     * What is sent.
     *
     * @param headers all that the server is to see
     * @param bytes of which none is changed until there is an answer
     */
    record Sent(String method, Map<String, String> headers, ByteBuffer bytes) {}

    /**
     * Sends something to a place, once. Who redirects it answers with that.
     *
     * @throws IOException if there is no answer: then nobody knows whether it arrived
     */
    Answer send(Place place, Sent sent) throws IOException {
        AtomicLong moves = new AtomicLong();
        HttpRequest.Builder request = HttpRequest.newBuilder(place.uri()).method(sent.method, body(sent.bytes, moves));
        sent.headers.forEach(request::setHeader);
        try {
            connections.acquire();
            try {
                return send(place, request.build(), false, head -> Optional.empty(), moves);
            } finally {
                connections.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException("interrupted while [" + place.location() + "] was written").initCause(e);
        }
    }

    /** @param moves is counted up whenever some of it goes, so that a slow line is not taken for a silent one */
    private static HttpRequest.BodyPublisher body(ByteBuffer bytes, AtomicLong moves) {
        if (!bytes.hasRemaining()) {
            return HttpRequest.BodyPublishers.noBody();
        }
        Iterable<byte[]> pieces = () -> new Iterator<>() {
            private final ByteBuffer left = bytes.duplicate();

            @Override
            public boolean hasNext() {
                return left.hasRemaining();
            }

            @Override
            public byte[] next() {
                moves.incrementAndGet();
                byte[] piece = new byte[Math.min(PIECE, left.remaining())];
                left.get(piece);
                return piece;
            }
        };
        return HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofByteArrays(pieces), bytes.remaining());
    }

    private Answer follow(Place place, Map<String, String> headers, Target target)
            throws IOException, InterruptedException {
        URI uri = place.uri();
        for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
            boolean own = place.isSameServer(uri);
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET();
            headers.forEach(request::setHeader);
            if (own) {
                place.key().headers(uri).forEach(request::setHeader);
            }
            Answer answer = send(place, request.build(), hops > 0, target, new AtomicLong());
            Optional<String> next = answer.header("Location").filter(it -> MOVED.contains(answer.status));
            if (next.isEmpty()) {
                return answer;
            }
            uri = next(place, uri, next.get());
        }
        throw new RefusedException("[" + place.location() + "] is redirected more than " + MOST_REDIRECTS + " times");
    }

    private static URI next(Place place, URI from, String location) throws IOException {
        try {
            URI next = from.resolve(location);
            String scheme = String.valueOf(next.getScheme());
            boolean safer = from.getScheme().equals("http") && scheme.equals("https");
            if (next.getHost() != null && (scheme.equals(from.getScheme()) || safer)) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException("[" + place.location() + "] is redirected to what is no address");
        }
        throw new RefusedException("[" + place.location() + "] is redirected from " + from.getScheme()
                + " to another scheme; name the address that it is redirected to");
    }

    private Answer send(Place place, HttpRequest request, boolean moved, Target target, AtomicLong arrivals)
            throws IOException, InterruptedException {
        Queue<Receiver> receivers = new ConcurrentLinkedQueue<>();
        AtomicLong taken = new AtomicLong();
        CompletableFuture<HttpResponse<Receiver>> coming = client.sendAsync(request, head -> {
            arrivals.incrementAndGet();
            Optional<ByteBuffer> wanted = target.of(new Answer(head.statusCode(), head.headers(), moved, ""));
            taken.set(wanted.isPresent() ? 1 : 0);
            Receiver one = new Receiver(wanted.orElseGet(() -> ByteBuffer.allocate(MOST_TEXT)), arrivals);
            receivers.add(one);
            return one;
        });
        try {
            HttpResponse<Receiver> response = await(place, coming, arrivals);
            String text = taken.get() == 1 ? "" : response.body().text();
            return new Answer(response.statusCode(), response.headers(), moved, text);
        } finally {
            receivers.forEach(Receiver::close);
            coming.cancel(true);
        }
    }

    private HttpResponse<Receiver> await(
            Place place, CompletableFuture<HttpResponse<Receiver>> coming, AtomicLong arrivals)
            throws IOException, InterruptedException {
        long before = -1;
        while (true) {
            long now = arrivals.get();
            if (now == before) {
                throw new IOException("[" + place.location() + "] has sent no byte for " + stall.toMillis() + " ms");
            }
            before = now;
            try {
                return coming.get(stall.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                continue; // whether something came meanwhile is seen above
            } catch (ExecutionException e) {
                String what = e.getCause() == null ? e.toString() : String.valueOf(e.getCause());
                throw new IOException("[" + place.location() + "] gives no answer (" + what + ")", e.getCause());
            }
        }
    }
}
