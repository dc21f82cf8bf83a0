package io.tinyclip.actors.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Lets two ends shake hands in memory. */
final class Handshake {
    private static final int BYTES = 1 << 17;
    private static final int ROUNDS = 100;

    private Handshake() {}

    /** @throws SSLException what either end has against the other */
    static void of(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(BYTES);
        ByteBuffer toClient = ByteBuffer.allocate(BYTES);
        for (int round = 0; round < ROUNDS; round++) {
            move(client, toClient, toServer);
            move(server, toServer, toClient);
        }
        if (isBusy(client) || isBusy(server)) {
            throw new AssertionError("no end of the handshake");
        }
    }

    private static boolean isBusy(SSLEngine engine) {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void move(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(BYTES));
        in.compact();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        engine.wrap(ByteBuffer.allocate(0), out);
    }
}
