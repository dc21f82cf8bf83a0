package io.tinyclip.cluster.guard;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

/** What strangers send to a port: seeded, and made to look like what is expected there as far as a stranger can. */
public final class Garbage implements AutoCloseable {
    /** How many connections, where nobody asks for more. */
    public static final int CONNECTIONS = Integer.getInteger("tinyclip.test.garbage", 3000);

    private static final int MOST_OPEN = 200;
    /** Where the other end has no room yet the kernel tries again, each time after twice as long. */
    private static final int CONNECT_MILLIS = 60_000;

    private static final int[] LENGTHS = {
        -1, Integer.MIN_VALUE, 0xf4bea973, 0, 1, 27, 28, 29, 262_145, Integer.MAX_VALUE
    };

    private final Random random;
    private final Deque<Socket> open = new ArrayDeque<>();

    public Garbage(long seed) {
        this.random = new Random(seed);
    }

    /** Connects and sends; some stay open, and say a byte more now and then, or nothing. */
    public void send(InetSocketAddress port, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            drip();
            Socket socket = new Socket();
            try {
                socket.connect(port, CONNECT_MILLIS);
                socket.getOutputStream().write(bytes());
            } catch (SocketException closedAtOnce) {
                // As it may be.
            }
            if (random.nextInt(4) == 0) {
                open.add(socket);
                if (open.size() > MOST_OPEN) {
                    open.remove().close();
                }
            } else {
                socket.close();
            }
        }
    }

    private void drip() {
        Socket slow = open.poll();
        if (slow == null) {
            return;
        }
        open.add(slow);
        try {
            slow.getOutputStream().write(random.nextInt(256));
        } catch (IOException closed) {
            // As it is to be, sooner or later.
        }
    }

    /** One connection's. */
    public byte[] bytes() {
        return switch (random.nextInt(8)) {
            case 0 -> random(random.nextInt(2000));
            case 1 -> "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            case 2 -> Arrays.copyOf(header(1), random.nextInt(6));
            case 3 -> join(header(random.nextInt(256)), frame(28, random(28)));
            case 4 -> new byte[] {0x16, 3, 1, 0x7f, (byte) 0xff, 1, 0};
            default -> join(header(1 + random.nextInt(2)), hostile());
        };
    }

    /** A frame whose length, or envelope, is none. */
    private byte[] hostile() {
        int length = LENGTHS[random.nextInt(LENGTHS.length)];
        if (random.nextBoolean()) {
            return frame(length, random(random.nextInt(64)));
        }
        int size = 28 + random.nextInt(64);
        byte[] envelope = random(size);
        envelope[0] = (byte) (random.nextBoolean() ? 0 : 1 + random.nextInt(100));
        envelope[1] = (byte) random.nextInt(2);
        Arrays.fill(envelope, 16, 28, (byte) 0);
        int at = 28 + 4 * envelope[1];
        if (at + 2 <= size) {
            ByteBuffer.wrap(envelope).order(ByteOrder.LITTLE_ENDIAN).putShort(at, (short)
                    (-1 - random.nextInt(30_000)));
        }
        return frame(size, envelope);
    }

    static byte[] header(int stream) {
        return new byte[] {'A', 'K', 'K', 'A', (byte) stream};
    }

    static byte[] frame(int length, byte[] envelope) {
        ByteBuffer frame = ByteBuffer.allocate(4 + envelope.length).order(ByteOrder.LITTLE_ENDIAN);
        return frame.putInt(length).put(envelope).array();
    }

    static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Whether the other end closes. */
    static boolean ends(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            InputStream in = socket.getInputStream();
            return in.read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }
}
