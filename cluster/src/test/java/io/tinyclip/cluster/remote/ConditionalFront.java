package io.tinyclip.cluster.remote;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Stands before a store that takes no notice of {@code If-None-Match} when something is put, and does; hands everything else on
 * as it came, signatures included. It remembers what was asked.
 */
final class ConditionalFront implements AutoCloseable {
    private static final String PRECONDITION =
            "HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private final ServerSocket server;
    private final int port;
    private final Predicate<String> exists;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "conditional-front");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param port of the store on loopback
     * @param exists whether there is an object at a path that begins with its bucket
     */
    ConditionalFront(int port, Predicate<String> exists) throws IOException {
        this.port = port;
        this.exists = exists;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** The first lines of requests, in the order in which they were answered. */
    List<String> seen() {
        return seen;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            String line = head.substring(0, head.indexOf("\r\n"));
            byte[] body = client.getInputStream().readNBytes(length(head));
            if (line.startsWith("PUT") && head.toLowerCase(Locale.ROOT).contains("\r\nif-none-match: *")) {
                synchronized (this) {
                    if (exists.test(line.split(" ")[1].substring(1))) {
                        client.getOutputStream().write(PRECONDITION.getBytes(StandardCharsets.US_ASCII));
                    } else {
                        pass(head, body, client.getOutputStream());
                    }
                }
            } else {
                pass(head, body, client.getOutputStream());
            }
            seen.add(line);
        } catch (IOException e) {
            seen.add("broken: " + e);
        }
    }

    private void pass(String head, byte[] body, OutputStream answer) throws IOException {
        try (Socket store = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = store.getOutputStream();
            String closing = head.replaceFirst("(?i)\r\nconnection: [^\r]*", "")
                    .replaceFirst("\r\n", "\r\nConnection: close\r\n");
            out.write(closing.getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
            store.getInputStream().transferTo(answer);
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("no request");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
