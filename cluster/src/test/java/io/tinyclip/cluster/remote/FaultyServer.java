package io.tinyclip.cluster.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves bytes over HTTP by ranges, on loopback, and does wrong what it is told to. */
public final class FaultyServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");
    private static final long LIMIT_SECONDS = 60;

    /** What to do instead of an answer. */
    @FunctionalInterface
    interface Fault {
        /** @return whether it has answered */
        boolean answer(FaultyServer server, HttpExchange exchange) throws IOException;
    }

    /** One request, as it came. */
    record Seen(String path, String range, String authorization, String condition) {}

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, String> tags = new ConcurrentHashMap<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile boolean ranges = true;

    public FaultyServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    public FaultyServer put(String path, byte[] bytes, String tag) {
        files.put(path, bytes);
        tags.put(path, tag);
        return this;
    }

    /** For the next requests, one each. */
    FaultyServer then(Fault... next) {
        synchronized (faults) {
            faults.addAll(List.of(next));
        }
        return this;
    }

    void withoutRanges() {
        ranges = false;
    }

    List<Seen> seen() {
        return seen;
    }

    static Fault status(int status) {
        return (server, exchange) -> {
            exchange.sendResponseHeaders(status, -1);
            return true;
        };
    }

    static Fault redirect(String to) {
        return (server, exchange) -> {
            exchange.getResponseHeaders().set("Location", to);
            return status(302).answer(server, exchange);
        };
    }

    static Fault none() {
        return (server, exchange) -> false;
    }

    /** Sends the head and so many bytes, and then ends the connection. */
    static Fault cutAfter(int bytes) {
        return (server, exchange) -> {
            server.send(exchange, bytes);
            return true;
        };
    }

    /** Sends the head and so many bytes, and then nothing, until the server is closed. */
    static Fault silentAfter(int bytes) {
        return (server, exchange) -> {
            server.begin(exchange, bytes);
            server.awaitClose();
            return true;
        };
    }

    /** Says that it sends other bytes than those that were asked for. */
    static Fault elsewhere() {
        return (server, exchange) -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 5-9/10000");
            exchange.getResponseHeaders().set("ETag", "\"1\"");
            exchange.sendResponseHeaders(206, 5);
            exchange.getResponseBody().write(new byte[5]);
            return true;
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        var headers = exchange.getRequestHeaders();
        seen.add(new Seen(
                exchange.getRequestURI().toString(),
                String.valueOf(headers.getFirst("Range")),
                String.valueOf(headers.getFirst("Authorization")),
                String.valueOf(headers.getFirst("If-Match"))));
        try (exchange) {
            Fault fault;
            synchronized (faults) {
                fault = faults.isEmpty() ? none() : faults.remove();
            }
            if (fault.answer(this, exchange)) {
                return;
            }
            if (!files.containsKey(path)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String condition = headers.getFirst("If-Match");
            if (condition != null && !condition.equals(tags.get(path))) {
                exchange.sendResponseHeaders(412, -1);
                return;
            }
            send(exchange, Integer.MAX_VALUE);
        }
    }

    private void send(HttpExchange exchange, int most) throws IOException {
        begin(exchange, most);
    }

    private void begin(HttpExchange exchange, int most) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] bytes = files.get(path);
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        exchange.getResponseHeaders().set("ETag", tags.get(path));
        int from = 0;
        int to = bytes.length;
        if (ranges && range.matches()) {
            from = Integer.parseInt(range.group(1));
            to = Math.min(to, Integer.parseInt(range.group(2)) + 1);
            if (from >= bytes.length) {
                exchange.getResponseHeaders().set("Content-Range", "bytes */" + bytes.length);
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + bytes.length);
        }
        exchange.sendResponseHeaders(ranges && range.matches() ? 206 : 200, to == from ? -1 : to - from);
        exchange.getResponseBody().write(bytes, from, Math.min(most, to - from));
        exchange.getResponseBody().flush();
    }

    private void awaitClose() {
        try {
            if (!closed.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new UncheckedIOException(new IOException("nobody closes the server"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
