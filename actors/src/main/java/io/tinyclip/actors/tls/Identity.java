package io.tinyclip.actors.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Whom a certificate names: its URIs {@code tinyclip:role:worker} and {@code tinyclip:cluster:NAME}, among its subject's
 * alternative names. Hosts are not asked: who holds a key of the run's authority belongs to the run wherever it is.
 *
 * @param roles what its holder may do
 * @param clusters in which it may do so; empty for all clusters of its authority
 */
public record Identity(Set<Role> roles, Set<String> clusters) {
    static final String ROLE = "tinyclip:role:";
    static final String CLUSTER = "tinyclip:cluster:";

    /** Of alternative names, RFC 5280's number for an URI. */
    private static final int URI = 6;

    public Identity {
        roles = roles.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(roles));
        clusters = Collections.unmodifiableSet(new TreeSet<>(clusters));
    }

    /** Of a certificate that has been found valid. */
    public static Identity of(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = Optional.<Collection<List<?>>>ofNullable(certificate.getSubjectAlternativeNames())
                .orElseGet(List::of);
        List<String> uris = names.stream()
                .filter(name -> Integer.valueOf(URI).equals(name.get(0)))
                .map(name -> String.valueOf(name.get(1)))
                .toList();
        return new Identity(
                after(ROLE, uris).flatMap(word -> Role.of(word).stream()).collect(Collectors.toSet()),
                after(CLUSTER, uris).collect(Collectors.toSet()));
    }

    private static Stream<String> after(String prefix, List<String> uris) {
        return uris.stream().filter(uri -> uri.startsWith(prefix)).map(uri -> uri.substring(prefix.length()));
    }

    /** Of the other end of a connection whose handshake is done. */
    public static Identity of(SSLSession session) throws SSLPeerUnverifiedException, CertificateParsingException {
        return of((X509Certificate) session.getPeerCertificates()[0]);
    }

    /** Why a holder does not belong to a cluster; empty where it does. */
    Optional<String> foreign(String cluster) {
        if (roles.isEmpty()) {
            return Optional.of(
                    "it names no role; make certificates with the command keys, or give yours an URI such as " + ROLE
                            + Role.WORKER.word());
        }
        return clusters.isEmpty() || clusters.contains(cluster)
                ? Optional.empty()
                : Optional.of("it is for cluster " + clusters + ", not for [" + cluster + "]");
    }
}
