package io.tinyclip.cluster.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.tls.Authority;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.Identity;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFolderTest {
    private static final Authority.Holder WORKER = new Authority.Holder("worker", Set.of(Role.WORKER), "lab");
    private static final Authority.Holder BOTH =
            new Authority.Holder("node-7", Set.of(Role.WORKER, Role.SERVER), "lab");

    @TempDir
    private Path above;

    @Test
    void keysAreForTheirOwnerAlone() throws Exception {
        Path folder = above.resolve("deeper/keys");
        new KeyFolder(folder).make("lab", List.of(WORKER, BOTH), year());
        assertEquals("rwx------", mode(folder));
        for (String file : List.of("authority-key.pem", "worker-key.pem", "node-7-key.pem")) {
            assertEquals("rw-------", mode(folder.resolve(file)), file);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(6, files.count());
        }
    }

    @Test
    void certificatesNameTheirRolesAndTheirCluster() throws Exception {
        Path folder = above.resolve("keys");
        new KeyFolder(folder).make("lab", List.of(WORKER, BOTH), year());
        assertEquals(new Identity(Set.of(Role.WORKER), Set.of("lab")), Identity.of(certificate(folder, "worker")));
        X509Certificate both = certificate(folder, "node-7");
        assertEquals(new Identity(Set.of(Role.WORKER, Role.SERVER), Set.of("lab")), Identity.of(both));
        assertTrue(both.getSubjectX500Principal().getName().contains("OU=server"), both::toString);
        both.verify(certificate(folder, "authority").getPublicKey());
        assertEquals(-1, both.getBasicConstraints());
        RunTls.of(credentials(folder, "node-7"));
    }

    @Test
    void writesNothingOver() throws Exception {
        Path folder = above.resolve("keys");
        KeyFolder keys = new KeyFolder(folder);
        keys.make("lab", List.of(WORKER), year());
        byte[] before = Files.readAllBytes(folder.resolve("worker-key.pem"));
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> keys.make("lab", List.of(BOTH, WORKER), year()));
        assertTrue(refusal.getMessage().contains("is there already"), refusal.getMessage());
        assertArrayEquals(before, Files.readAllBytes(folder.resolve("worker-key.pem")));
        assertFalse(Files.exists(folder.resolve("node-7.pem")));
    }

    @Test
    void renewsAllOfTheSameAuthorityAndAddsOthers() throws Exception {
        Path folder = above.resolve("keys");
        KeyFolder keys = new KeyFolder(folder);
        keys.make("lab", List.of(WORKER), year());
        X509Certificate first = certificate(folder, "worker");
        byte[] authority = Files.readAllBytes(folder.resolve("authority.pem"));
        assertEquals(List.of("node-7", "worker"), keys.renew(List.of(BOTH), year()));
        X509Certificate second = certificate(folder, "worker");
        assertFalse(first.getSerialNumber().equals(second.getSerialNumber()));
        assertEquals(Identity.of(first), Identity.of(second));
        assertArrayEquals(authority, Files.readAllBytes(folder.resolve("authority.pem")));
        RunTls.of(credentials(folder, "worker"));
        RunTls.of(credentials(folder, "node-7"));
    }

    @Test
    void takesBackAllCertificatesThatANameHasHad() throws Exception {
        Path folder = above.resolve("keys");
        KeyFolder keys = new KeyFolder(folder);
        keys.make("lab", List.of(WORKER, BOTH), year());
        X509Certificate first = certificate(folder, "worker");
        keys.renew(List.of(), year());
        X509Certificate second = certificate(folder, "worker");
        X509Certificate other = certificate(folder, "node-7");
        assertEquals(2, keys.revoke(List.of("worker"), Instant.now()));
        assertFalse(Files.exists(folder.resolve("worker.pem")) || Files.exists(folder.resolve("worker-key.pem")));
        assertEquals(List.of("node-7"), keys.renew(List.of(), year()), "nobody gets another one without a word");
        assertEquals(3, keys.revoke(List.of("node-7"), Instant.now()));
        X509CRL list = list(folder);
        list.verify(certificate(folder, "authority").getPublicKey());
        assertTrue(List.of(first, second, other).stream().allMatch(list::isRevoked));
        keys.renew(List.of(WORKER), year());
        assertFalse(list(folder).isRevoked(certificate(folder, "worker")));
        RunTls.of(credentials(folder, "worker"));
    }

    @Test
    void takesBackNothingOfANameThatItDoesNotKnow() {
        Path folder = above.resolve("keys");
        KeyFolder keys = new KeyFolder(folder);
        keys.make("lab", List.of(WORKER), year());
        for (String name : List.of("nobody", "authority")) {
            InvalidInputException refusal = assertThrows(
                    InvalidInputException.class, () -> keys.revoke(List.of("worker", name), Instant.now()));
            assertTrue(refusal.getMessage().contains("[worker]"), refusal.getMessage());
        }
        assertTrue(Files.exists(folder.resolve("worker.pem")));
        assertFalse(Files.exists(folder.resolve(Credentials.REVOKED)));
    }

    private static X509CRL list(Path folder) throws Exception {
        try (InputStream in = Files.newInputStream(folder.resolve(Credentials.REVOKED))) {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(in);
        }
    }

    @Test
    void cannotRenewWithoutTheAuthoritysKeyNorAnOutdatedAuthority() throws Exception {
        Path folder = above.resolve("keys");
        KeyFolder keys = new KeyFolder(folder);
        keys.make("lab", List.of(WORKER), year());
        Authority.Validity late = new Authority.Validity(Instant.now().plus(Duration.ofDays(4000)), Duration.ofDays(1));
        assertTrue(assertThrows(InvalidInputException.class, () -> keys.renew(List.of(), late))
                .getMessage()
                .contains("is outdated"));
        Files.delete(folder.resolve("authority-key.pem"));
        assertTrue(assertThrows(InvalidInputException.class, () -> keys.renew(List.of(), year()))
                .getMessage()
                .startsWith("cannot renew without"));
    }

    @Test
    void refusesAFolderThatOthersMayEnterUnlessItIsEmpty() throws Exception {
        Path empty = Files.createDirectory(
                above.resolve("empty"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        new KeyFolder(empty).make("lab", List.of(WORKER), year());
        assertEquals("rwx------", mode(empty));
        Path full = Files.createDirectory(
                above.resolve("full"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.createFile(full.resolve("other"));
        assertTrue(assertThrows(
                        InvalidInputException.class, () -> new KeyFolder(full).make("lab", List.of(WORKER), year()))
                .getMessage()
                .contains("chmod 700"));
    }

    private static Authority.Validity year() {
        return new Authority.Validity(Instant.now(), Duration.ofDays(365));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static Credentials credentials(Path folder, String name) {
        return new Credentials(
                folder.resolve("authority.pem"),
                folder.resolve(name + ".pem"),
                folder.resolve(name + "-key.pem"),
                "lab");
    }

    private static X509Certificate certificate(Path folder, String name) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(folder.resolve(name + ".pem"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
