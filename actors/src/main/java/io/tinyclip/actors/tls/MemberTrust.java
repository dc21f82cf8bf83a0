package io.tinyclip.actors.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts whom an authority has signed, and has not taken back, and whose certificate names a role of this cluster, wherever it is. */
final class MemberTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager signatures;
    private final String cluster;
    private final Revoked revoked;

    MemberTrust(X509ExtendedTrustManager signatures, String cluster, Revoked revoked) {
        this.signatures = signatures;
        this.cluster = cluster;
        this.revoked = revoked;
    }

    private void belongs(X509Certificate[] chain) throws CertificateException {
        Optional<String> foreign = revoked.has(chain[0])
                ? Optional.of("it was taken back")
                : Identity.of(chain[0]).foreign(cluster);
        if (foreign.isPresent()) {
            throw new CertificateException(
                    "certificate [" + chain[0].getSubjectX500Principal() + "] is refused: " + foreign.get());
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        signatures.checkClientTrusted(chain, type, engine);
        belongs(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        signatures.checkServerTrusted(chain, type, engine);
        belongs(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        signatures.checkClientTrusted(chain, type, socket);
        belongs(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        signatures.checkServerTrusted(chain, type, socket);
        belongs(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        signatures.checkClientTrusted(chain, type);
        belongs(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        signatures.checkServerTrusted(chain, type);
        belongs(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return signatures.getAcceptedIssuers();
    }
}
