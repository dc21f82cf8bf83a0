package io.tinyclip.cluster.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * The little of S3 that a run folder asks for, on loopback and in memory, for what no real store does when told to: it counts
 * requests, fails, loses answers, and may be one without conditional put.
 */
final class ObjectServer implements AutoCloseable {
    /** What to do with a request instead of an answer. */
    enum Fault {
        NONE,
        /** Busy, nothing is done. */
        SLOW_DOWN,
        /** Done, and the connection is cut before the answer. */
        LOST_ANSWER,
        /** Turned away for another one at the same time. */
        CONFLICT,
        /** What was sent came too slowly, or not all of it. */
        TIMED_OUT,
        /** Signed for another region than the bucket's. */
        OTHER_REGION,
        FORBIDDEN
    }

    private final NavigableMap<String, byte[]> objects = new TreeMap<>();
    private final Map<String, NavigableMap<Integer, byte[]>> uploads = new HashMap<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final boolean conditional;

    ObjectServer(boolean conditional) throws IOException {
        this.conditional = conditional;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    Map<String, String> settings() {
        return Map.of(
                "s3.endpoint",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "AWS_ACCESS_KEY_ID",
                "key",
                "AWS_SECRET_ACCESS_KEY",
                "secret");
    }

    /** For the next requests that change something, one each. */
    synchronized ObjectServer then(Fault... next) {
        faults.addAll(List.of(next));
        return this;
    }

    /** Method and address of each request, in order. */
    List<String> seen() {
        return seen;
    }

    synchronized Map<String, byte[]> objects() {
        return new TreeMap<>(objects);
    }

    synchronized int uploads() {
        return uploads.size();
    }

    synchronized void put(String key, byte[] bytes) {
        objects.put(key, bytes);
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String method = exchange.getRequestMethod();
        String key = exchange.getRequestURI().getPath().substring(1);
        seen.add(method + " " + exchange.getRequestURI());
        Fault fault;
        synchronized (this) {
            fault = method.equals("GET") ? null : faults.poll();
        }
        try (exchange) {
            if (fault == Fault.SLOW_DOWN) {
                answer(exchange, 503, "<Error><Code>SlowDown</Code></Error>");
            } else if (fault == Fault.CONFLICT) {
                answer(exchange, 409, "<Error><Code>ConditionalRequestConflict</Code></Error>");
            } else if (fault == Fault.TIMED_OUT) {
                answer(exchange, 400, "<Error><Code>RequestTimeout</Code></Error>");
            } else if (fault == Fault.OTHER_REGION) {
                answer(exchange, 400, "<Error><Code>AuthorizationHeaderMalformed</Code></Error>");
            } else if (fault == Fault.FORBIDDEN) {
                answer(exchange, 403, "<Error><Code>AccessDenied</Code></Error>");
            } else {
                Reply reply = reply(exchange, method, key, body);
                if (fault != Fault.LOST_ANSWER) {
                    exchange.getResponseHeaders().putAll(reply.headers);
                    answer(exchange, reply.status, reply.body);
                }
            }
        }
    }

    private record Reply(int status, byte[] body, Map<String, List<String>> headers) {
        static Reply of(int status, String text) {
            return new Reply(status, text.getBytes(StandardCharsets.UTF_8), Map.of());
        }
    }

    private synchronized Reply reply(HttpExchange exchange, String method, String key, byte[] body) throws IOException {
        Map<String, String> query = query(exchange);
        boolean create = conditional && exchange.getRequestHeaders().containsKey("If-None-Match");
        if (method.equals("GET")) {
            return query.containsKey("prefix")
                    ? list(key.replaceFirst("/.*", ""), query)
                    : read(key, exchange.getRequestHeaders().getFirst("Range"));
        }
        if (query.containsKey("uploads") || query.containsKey("uploadId")) {
            return upload(method, key, query, body);
        }
        if (method.equals("DELETE")) {
            objects.remove(key);
            return Reply.of(204, "");
        }
        if (create && objects.containsKey(key)) {
            return Reply.of(412, "<Error><Code>PreconditionFailed</Code></Error>");
        }
        objects.put(key, body);
        return Reply.of(200, "");
    }

    private Reply upload(String method, String key, Map<String, String> query, byte[] body) {
        if (query.containsKey("uploads")) {
            String id = "upload " + uploads.size();
            uploads.put(id, new TreeMap<>());
            return Reply.of(
                    200,
                    "<InitiateMultipartUploadResult><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>");
        }
        NavigableMap<Integer, byte[]> parts = uploads.get(query.get("uploadId"));
        if (parts == null) {
            return Reply.of(404, "<Error><Code>NoSuchUpload</Code></Error>");
        }
        if (method.equals("PUT")) {
            parts.put(Integer.parseInt(query.get("partNumber")), body);
            return new Reply(200, new byte[0], Map.of("ETag", List.of("\"" + parts.size() + "\"")));
        }
        uploads.remove(query.get("uploadId"));
        if (method.equals("POST")) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            parts.values().forEach(whole::writeBytes);
            objects.put(key, whole.toByteArray());
        }
        return Reply.of(200, "<CompleteMultipartUploadResult/>");
    }

    private Reply list(String bucket, Map<String, String> query) {
        if (query.containsKey("uploads")) {
            return Reply.of(200, "<ListMultipartUploadsResult/>");
        }
        String prefix = bucket + "/" + query.get("prefix");
        TreeSet<String> found = new TreeSet<>();
        for (String key : objects.keySet()) {
            if (key.startsWith(prefix)) {
                int slash = key.indexOf('/', prefix.length());
                String name = (slash < 0 ? key : key.substring(0, slash + 1)).substring(bucket.length() + 1);
                found.add(
                        slash < 0
                                ? "<Contents><Key>" + name + "</Key></Contents>"
                                : "<CommonPrefixes><Prefix>" + name + "</Prefix></CommonPrefixes>");
            }
        }
        return Reply.of(200, "<ListBucketResult>" + String.join("", found) + "</ListBucketResult>");
    }

    private Reply read(String key, String range) {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            return Reply.of(404, "<Error><Code>NoSuchKey</Code></Error>");
        }
        Map<String, List<String>> headers = new HashMap<>();
        headers.put("ETag", List.of("\"" + Arrays.hashCode(bytes) + "\""));
        if (range == null) {
            return new Reply(200, bytes, headers);
        }
        String[] ends = range.replace("bytes=", "").split("-");
        int from = Integer.parseInt(ends[0]);
        int to = Math.min(bytes.length, Integer.parseInt(ends[1]) + 1);
        headers.put("Content-Range", List.of("bytes " + from + "-" + (to - 1) + "/" + bytes.length));
        return new Reply(206, Arrays.copyOfRange(bytes, from, to), headers);
    }

    private static Map<String, String> query(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        return query == null
                ? Map.of()
                : Arrays.stream(query.split("&"))
                        .map(pair -> pair.split("=", 2))
                        .collect(Collectors.toMap(
                                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        answer(exchange, status, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    /** What was put under names that contain a text, in the order in which it came. */
    List<String> puts(String part) {
        List<String> puts = new ArrayList<>();
        for (String request : seen) {
            if (request.startsWith("PUT") && request.contains(part)) {
                puts.add(request);
            }
        }
        return puts;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
