package io.tinyclip.cluster.keys;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A client with any certificate or none, which believes whatever the other end shows. */
public final class Stranger {
    private static final String LOOPBACK = "127.0.0.1";
    /** Whoever refuses closes at once, however long that takes on a busy machine. */
    private static final int PATIENCE_MILLIS = 30_000;

    private static final int A_WHILE_MILLIS = 1000;

    private final SSLContext context;

    private Stranger(KeyManager[] keys) throws GeneralSecurityException {
        this.context = SSLContext.getInstance("TLSv1.3");
        context.init(keys, new TrustManager[] {new Credulous()}, null);
    }

    public static Stranger anonymous() throws GeneralSecurityException {
        return new Stranger(new KeyManager[0]);
    }

    /** @param certificate in PEM, with its key beside it */
    public static Stranger with(Path certificate) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Certificate own = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(certificate)));
        store.setKeyEntry("own", key(certificate), new char[0], new Certificate[] {own});
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, new char[0]);
        return new Stranger(factory.getKeyManagers());
    }

    private static PrivateKey key(Path certificate) throws GeneralSecurityException, IOException {
        Path file = Path.of(certificate.toString().replaceFirst("\\.pem$", "-key.pem"));
        String text = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text)));
    }

    /** Whether the other end goes on after the handshake for a while. */
    public boolean isLetIn(int port) {
        return !closes(port, A_WHILE_MILLIS);
    }

    /** Whether the other end closes during the handshake or after it. */
    public boolean isTurnedAway(int port) {
        return closes(port, PATIENCE_MILLIS);
    }

    private boolean closes(int port, int millisAfterTheHandshake) {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(LOOPBACK, port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.startHandshake();
            socket.setSoTimeout(millisAfterTheHandshake);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException silent) {
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    /** What comes back to plain text until the other end closes, beside TLS's alert. */
    public static String plainAnswer(int port, String text) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(LOOPBACK, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            boolean alert = answer.isEmpty() || answer.charAt(0) == 0x15;
            return alert ? "" : answer;
        } catch (SocketTimeoutException kept) {
            return "the connection was kept";
        } catch (IOException reset) {
            return "";
        }
    }

    private static final class Credulous extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
