package io.tinyclip.actors.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A run's own authority: signs certificates for a cluster's roles. Keys are EC P-256. */
public final class Authority {
    private static final Duration EARLIER = Duration.ofHours(1);
    private static final int SERIAL_BITS = 127;

    private final X509Certificate certificate;
    private final PrivateKey key;

    private Authority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /** A certificate and the key that belongs to it, as PEM. */
    public record Signed(String certificate, String key) {}

    /**
     * For whom a certificate is.
     *
     * @param name of the role or machine, for people
     * @param cluster where it counts
     */
    public record Holder(String name, Set<Role> roles, String cluster) {}

    /** When it counts, from an hour before its making on, as clocks differ. */
    public record Validity(Instant from, Duration lasting) {}

    /** Makes a new one. */
    public static Authority create(String cluster, Validity validity) {
        try {
            KeyPair pair = pair();
            X500Name name = new X500NameBuilder(BCStyle.INSTANCE)
                    .addRDN(BCStyle.O, cluster)
                    .addRDN(BCStyle.CN, "authority")
                    .build();
            X509v3CertificateBuilder builder = builder(name, validity, name, pair);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new Authority(signed(builder, pair.getPrivate()), pair.getPrivate());
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("an authority cannot be made", e);
        }
    }

    /** @throws GeneralSecurityException where these are no certificate and key */
    public static Authority read(byte[] certificate, byte[] key) throws GeneralSecurityException {
        return new Authority(Pem.certificates(certificate).get(0), Pem.key(key));
    }

    /**
     * A list of certificates that count no more, as PEM. It lasts as long as the authority.
     *
     * @param before the list so far, as PEM; empty where there is none
     * @throws GeneralSecurityException where that is no list of this authority
     */
    public String revoke(List<X509Certificate> certificates, byte[] before, Instant now)
            throws GeneralSecurityException {
        X500Name issuer =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        X509v2CRLBuilder builder = new X509v2CRLBuilder(issuer, Date.from(now));
        builder.setNextUpdate(certificate.getNotAfter());
        if (before.length > 0) {
            for (X509CRL list : Revoked.of(before, List.of(certificate)).lists()) {
                builder.addCRL(new JcaX509CRLHolder(list));
            }
        }
        certificates.forEach(
                it -> builder.addCRLEntry(it.getSerialNumber(), Date.from(now), CRLReason.privilegeWithdrawn));
        try {
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(now.toEpochMilli())));
            X509CRLHolder signed = builder.build(new JcaContentSignerBuilder(Pem.signature(key)).build(key));
            return Pem.write(Pem.REVOKED, signed.getEncoded());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("a list cannot be made", e);
        }
    }

    /** A certificate as PEM. */
    public static String text(X509Certificate certificate) {
        try {
            return Pem.write(Pem.CERTIFICATE, certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate cannot be written", e);
        }
    }

    /** The name of a certificate's holder. */
    public static String name(X509Certificate certificate) {
        RDN[] names = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded())
                .getRDNs(BCStyle.CN);
        return names.length == 0
                ? ""
                : IETFUtils.valueToString(names[0].getFirst().getValue());
    }

    /** Until when it can sign. */
    public Instant expires() {
        return certificate.getNotAfter().toInstant();
    }

    /** As PEM. */
    public Signed own() {
        return pem(certificate, key);
    }

    /** Makes a key, and signs a certificate that lasts no longer than the authority's own. */
    public Signed sign(Holder holder, Validity validity) {
        try {
            KeyPair pair = pair();
            Instant end = validity.from().plus(validity.lasting());
            Duration lasting =
                    end.isAfter(expires()) ? Duration.between(validity.from(), expires()) : validity.lasting();
            X500Name issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            X509v3CertificateBuilder builder =
                    builder(issuer, new Validity(validity.from(), lasting), subject(holder), pair);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(Extension.subjectAlternativeName, false, uris(holder));
            return pem(signed(builder, key), pair.getPrivate());
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("a certificate cannot be made", e);
        }
    }

    private static X500Name subject(Holder holder) {
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, holder.cluster());
        new TreeSet<>(holder.roles()).forEach(role -> name.addRDN(BCStyle.OU, role.word()));
        return name.addRDN(BCStyle.CN, holder.name()).build();
    }

    private static GeneralNames uris(Holder holder) {
        List<GeneralName> names = new ArrayList<>();
        new TreeSet<>(holder.roles()).forEach(role -> names.add(uri(Identity.ROLE + role.word())));
        names.add(uri(Identity.CLUSTER + holder.cluster()));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static GeneralName uri(String text) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, text);
    }

    private static KeyPair pair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, Validity validity, X500Name subject, KeyPair pair) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
                Date.from(validity.from().minus(EARLIER)),
                Date.from(validity.from().plus(validity.lasting())),
                subject,
                pair.getPublic());
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey by)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(Pem.signature(by)).build(by)));
    }

    private static Signed pem(X509Certificate certificate, PrivateKey key) {
        return new Signed(text(certificate), Pem.write(Pem.KEY, key.getEncoded()));
    }
}
