package io.tinyclip.actors.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Certificates that were taken back before their end: X.509 lists (RFC 5280), each signed by one of the authorities. That one is
 * outdated is not asked: who was taken back stays so.
 */
record Revoked(List<X509CRL> lists) {
    static final Revoked NONE = new Revoked(List.of());

    /**
     * Of a file's content.
     *
     * @throws GeneralSecurityException where there is no list in it, or one is damaged or signed by nobody who counts
     */
    static Revoked of(byte[] text, List<X509Certificate> authorities) throws GeneralSecurityException {
        List<X509CRL> lists = new ArrayList<>();
        for (var found : CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(text))) {
            X509CRL list = (X509CRL) found;
            Optional<X509Certificate> signer = authorities.stream()
                    .filter(it -> it.getSubjectX500Principal().equals(list.getIssuerX500Principal()))
                    .findFirst();
            if (signer.isEmpty()) {
                throw new CRLException("it is of [" + list.getIssuerX500Principal() + "], who is no authority here");
            }
            list.verify(signer.get().getPublicKey());
            lists.add(list);
        }
        if (lists.isEmpty()) {
            throw new CRLException("no list of certificates that were taken back in it");
        }
        return new Revoked(lists);
    }

    boolean has(X509Certificate certificate) {
        return lists.stream().anyMatch(list -> list.isRevoked(certificate));
    }
}
