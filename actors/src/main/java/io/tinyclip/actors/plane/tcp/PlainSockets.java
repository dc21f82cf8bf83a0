package io.tinyclip.actors.plane.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What the data plane is measured against: blocking socket channels on loopback, two threads each, and nothing else. */
final class PlainSockets implements AutoCloseable {
    private record Pair(SocketChannel sender, SocketChannel receiver, ByteBuffer sent, ByteBuffer received) {}

    private final List<Pair> pairs = new ArrayList<>();
    private final int chunk;
    private final ExecutorService threads;

    /** @param bytes that each transfer moves, over all connections */
    PlainSockets(long bytes, int connections, int chunk) throws IOException {
        this.chunk = chunk;
        this.threads = Executors.newFixedThreadPool(2 * connections);
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < connections; i++) {
                int share = Math.toIntExact(bytes * (i + 1) / connections - bytes * i / connections);
                SocketChannel sender = SocketChannel.open(listening.getLocalAddress());
                sender.setOption(StandardSocketOptions.TCP_NODELAY, true);
                pairs.add(new Pair(
                        sender,
                        listening.accept(),
                        ByteBuffer.allocateDirect(share),
                        ByteBuffer.allocateDirect(share)));
            }
        }
    }

    /** Moves all bytes once. */
    void transfer() {
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (Pair pair : pairs) {
            ends.add(CompletableFuture.runAsync(() -> send(pair), threads));
            ends.add(CompletableFuture.runAsync(() -> receive(pair), threads));
        }
        ends.forEach(CompletableFuture::join);
    }

    private void send(Pair pair) {
        ByteBuffer bytes = pair.sent.clear();
        int all = bytes.capacity();
        try {
            while (bytes.position() < all) {
                bytes.limit(Math.min(bytes.position() + chunk, all));
                pair.sender.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void receive(Pair pair) {
        ByteBuffer bytes = pair.received.clear();
        int all = bytes.capacity();
        try {
            while (bytes.position() < all) {
                bytes.limit(Math.min(bytes.position() + chunk, all));
                if (pair.receiver.read(bytes) < 0) {
                    throw new IOException("the connection ended early");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdown();
        for (Pair pair : pairs) {
            pair.sender.close();
            pair.receiver.close();
        }
    }
}
