package io.tinyclip.actors.tls;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What the PEM files of {@link Credentials} hold at one time.
 *
 * @param revoked of no bytes where there is no such file
 */
record KeyFiles(byte[] authority, byte[] certificate, byte[] key, byte[] revoked) {
    private static final int LARGEST_BYTES = 1 << 20;

    /** TLS 1.3 alone: every end is of this program. */
    static final String PROTOCOL = "TLSv1.3";

    /** A handshake that resumes an earlier one checks no certificate again, so it may not be long ago. */
    private static final int RESUMED_WITHIN_SECONDS = 60;

    /** @throws InvalidInputException in one line, where a file cannot be read */
    static KeyFiles read(Credentials files) {
        byte[] revoked = Files.exists(files.revoked()) ? read(files.revoked()) : new byte[0];
        return new KeyFiles(read(files.authority()), read(files.certificate()), read(files.key()), revoked);
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new IOException("larger than " + LARGEST_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "cannot read [" + file + "] of tinyclip.cluster.tls (" + e
                            + "); check the path and its permissions, or make keys with the command keys",
                    e);
        }
    }

    boolean same(KeyFiles other) {
        return Arrays.equals(authority, other.authority)
                && Arrays.equals(certificate, other.certificate)
                && Arrays.equals(key, other.key)
                && Arrays.equals(revoked, other.revoked);
    }

    /**
     * Of the certificates of this run.
     *
     * @throws InvalidInputException in one line, where it is no list of an authority
     */
    Revoked taken(Credentials files) {
        try {
            return revoked.length == 0 ? Revoked.NONE : Revoked.of(revoked, Pem.certificates(authority));
        } catch (GeneralSecurityException e) {
            throw unusable(files.revoked(), e.getMessage() + "; the command keys makes it with --revoke", e);
        }
    }

    /** @throws InvalidInputException in one line, where its own certificate was taken back */
    void requireNotTaken(Credentials files) {
        try {
            if (taken(files).has(Pem.certificates(certificate).get(0))) {
                throw new GeneralSecurityException("it was taken back, as [" + files.revoked() + "] says");
            }
        } catch (GeneralSecurityException e) {
            throw unusable(files.certificate(), e.getMessage() + "; give this machine another one (command keys)", e);
        }
    }

    private static InvalidInputException unusable(Path file, String line, Exception cause) {
        return new InvalidInputException("cannot use [" + file + "] of tinyclip.cluster.tls: " + line, cause);
    }

    /** @throws InvalidInputException in one line, where they are no keys, or none that go together, or outdated */
    SSLContext context(Credentials files) {
        Path looking = files.authority();
        try {
            X509ExtendedTrustManager signatures = signatures(Pem.certificates(authority));
            looking = files.certificate();
            List<X509Certificate> chain = Pem.certificates(certificate);
            chain.get(0).checkValidity();
            Optional<String> foreign = Identity.of(chain.get(0)).foreign(files.cluster());
            if (foreign.isPresent()) {
                throw new GeneralSecurityException(foreign.get());
            }
            looking = files.key();
            PrivateKey secret = Pem.key(key);
            requirePair(chain.get(0), secret);
            return context(chain, secret, new MemberTrust(signatures, files.cluster(), taken(files)));
        } catch (GeneralSecurityException e) {
            throw unusable(
                    looking, e.getMessage() + "; the command keys makes such files, and renews them with --renew", e);
        } catch (IOException e) {
            throw new IllegalStateException("a key store in memory cannot be made", e);
        }
    }

    private static X509ExtendedTrustManager signatures(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static void requirePair(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = Pem.signature(key);
        byte[] text = certificate.getEncoded();
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(text);
        byte[] signature = signing.sign();
        Signature checking = Signature.getInstance(algorithm);
        checking.initVerify(certificate.getPublicKey());
        checking.update(text);
        if (!checking.verify(signature)) {
            throw new GeneralSecurityException("it is not the key of the certificate");
        }
    }

    private static SSLContext context(List<X509Certificate> chain, PrivateKey key, MemberTrust trust)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry("own", key, new char[0], chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance(PROTOCOL);
        context.init(factory.getKeyManagers(), new TrustManager[] {trust}, null);
        context.getServerSessionContext().setSessionTimeout(RESUMED_WITHIN_SECONDS);
        context.getClientSessionContext().setSessionTimeout(RESUMED_WITHIN_SECONDS);
        return context;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
