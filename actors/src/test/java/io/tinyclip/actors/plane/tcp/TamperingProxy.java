package io.tinyclip.actors.plane.tcp;

import io.tinyclip.actors.plane.Handle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a fetcher and a publisher and does what networks do. */
final class TamperingProxy implements AutoCloseable {
    /** What happens to what the publisher sends. */
    interface Tamper {
        /**
         * Changes what passes.
         *
         * @param connection counted from 0
         * @param before bytes that have passed on this connection
         * @return how many bytes pass; fewer than {@code length}: the connection is closed behind them
         */
        int pass(int connection, long before, byte[] bytes, int length) throws InterruptedException;
    }

    private final ServerSocket listening;
    private final int target;
    private final Tamper tamper;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> sockets = new ArrayList<>();

    TamperingProxy(NettyDataPlane publisher, Tamper tamper) throws IOException {
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = Address.parse(publisher.address()).port();
        this.tamper = tamper;
        threads.execute(this::accept);
    }

    /** The same floats by way of the proxy. */
    Handle by(Handle handle) {
        return new Handle(Planes.LOOPBACK + ":" + listening.getLocalPort(), handle.key(), handle.length());
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket fetcher = listening.accept();
                Socket publisher = new Socket(InetAddress.getLoopbackAddress(), target);
                int connection = connections.getAndIncrement();
                keep(fetcher, publisher);
                threads.execute(() -> pump(fetcher, publisher, (before, bytes, length) -> length));
                threads.execute(() -> pump(
                        publisher, fetcher, (before, bytes, length) -> tamper.pass(connection, before, bytes, length)));
            }
        } catch (IOException closed) {
            // By the test's end.
        }
    }

    private synchronized void keep(Socket... both) {
        sockets.addAll(List.of(both));
    }

    private interface Passing {
        int pass(long before, byte[] bytes, int length) throws InterruptedException;
    }

    private static void pump(Socket from, Socket to, Passing passing) {
        byte[] bytes = new byte[50_001];
        long before = 0;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                int passed = passing.pass(before, bytes, read);
                out.write(bytes, 0, passed);
                if (passed < read) {
                    return;
                }
                before += read;
            }
        } catch (IOException | InterruptedException closed) {
            // By either end.
        }
    }

    @Override
    public synchronized void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
