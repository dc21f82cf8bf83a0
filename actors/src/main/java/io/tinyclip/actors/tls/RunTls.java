package io.tinyclip.actors.tls;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mutual TLS of every port of a process. Both ends prove that the run's authority has signed them, for a role of this cluster; that
 * they are at a certain host is not asked, as the authority signs for nobody else. Files that are replaced count for the connections
 * that begin a second later; while they are damaged, or do not go together, those before count. Connections end whose certificate
 * was taken back since. May be used from any thread.
 */
public final class RunTls {
    private static final Logger LOG = LoggerFactory.getLogger(RunTls.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration WARN_EVERY = Duration.ofMinutes(1);

    private final Credentials files;
    private final LongSupplier nanos;
    private KeyFiles used;
    private SSLContext context;
    private Revoked revoked;
    private final OpenConnections open = new OpenConnections();
    private long looked;
    private long warned;

    private RunTls(Credentials files, LongSupplier nanos) {
        this.files = files;
        this.nanos = nanos;
        this.used = KeyFiles.read(files);
        used.requireNotTaken(files);
        this.context = used.context(files);
        this.revoked = used.taken(files);
        this.looked = nanos.getAsLong();
        this.warned = looked - WARN_EVERY.toNanos();
    }

    /** @throws InvalidInputException in one line, where the files cannot be used */
    public static RunTls of(Credentials files) {
        return of(files, System::nanoTime);
    }

    static RunTls of(Credentials files, LongSupplier nanos) {
        return new RunTls(files, nanos);
    }

    /** For a connection that this process opens. */
    public SSLEngine client() {
        return engine(true);
    }

    /** For a connection that this process accepts. */
    public SSLEngine server() {
        SSLEngine engine = engine(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    /** Wraps a connection that this process has opened. */
    public SSLSocket over(Socket connected) throws IOException {
        SSLSocket socket = (SSLSocket) newest().getSocketFactory()
                .createSocket(connected, connected.getInetAddress().getHostAddress(), connected.getPort(), true);
        socket.setEnabledProtocols(new String[] {KeyFiles.PROTOCOL});
        return socket;
    }

    /**
     * Ends a connection whose handshake is done as soon as the other end's certificate is known to be taken back.
     *
     * @param end is called on any thread, perhaps at once
     * @return is to be called once it has ended
     */
    public Runnable endsIfRevoked(SSLSession session, Runnable end) {
        Optional<X509Certificate> peer = peer(session);
        Runnable forget = peer.map(it -> open.add(it, end)).orElse(() -> {});
        if (isRevoked(session)) {
            end.run();
        }
        return forget;
    }

    /** Whether the other end's certificate has been taken back since; not before its handshake is done. */
    public boolean isRevoked(SSLSession session) {
        newest();
        return peer(session).filter(this::isTaken).isPresent();
    }

    private synchronized boolean isTaken(X509Certificate certificate) {
        return revoked.has(certificate);
    }

    /** Looks whether files were replaced. To be called now and then, as those who are taken back may open no connection any more. */
    public void look() {
        newest();
    }

    private static Optional<X509Certificate> peer(SSLSession session) {
        try {
            return Optional.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    private SSLEngine engine(boolean client) {
        SSLEngine engine = newest().createSSLEngine();
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(new String[] {KeyFiles.PROTOCOL});
        return engine;
    }

    private synchronized SSLContext newest() {
        long now = nanos.getAsLong();
        if (now - looked >= LOOK_EVERY.toNanos()) {
            looked = now;
            look(now);
        }
        return context;
    }

    private void look(long now) {
        try {
            KeyFiles found = KeyFiles.read(files);
            if (!found.same(used)) {
                take(found);
            }
        } catch (InvalidInputException e) {
            if (now - warned >= WARN_EVERY.toNanos()) {
                warned = now;
                LOG.warn("goes on with the certificate that it had: {}", e.getMessage());
            }
        }
    }

    private void take(KeyFiles found) {
        if (found.revoked().length == 0 && used.revoked().length > 0) {
            throw new InvalidInputException(
                    "[" + files.revoked() + "] is gone, and whom it names stays out; put it back");
        }
        Revoked taken = found.taken(files);
        context = found.context(files);
        used = found;
        revoked = taken;
        List<Runnable> ends = open.of(taken);
        ends.forEach(Runnable::run);
        LOG.info(
                "took the renewed files beside [{}]; ended {} connections of certificates that were taken back",
                files.certificate(),
                ends.size());
    }
}
