package io.tinyclip.actors.plane.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.FetchException;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaneTlsTest {
    private static final String PASSWORD = "changeit";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    private static Path folder;

    private static PlaneSettings.Certificates ours;
    private static PlaneSettings.Certificates theirs;

    @BeforeAll
    static void makeCertificates() throws Exception {
        ours = certificates("ours");
        theirs = certificates("theirs");
    }

    @Test
    void fetchesBetweenPeersOfOneAuthority() throws Exception {
        float[] values = Planes.numbers(1_000_000);
        try (NettyDataPlane publisher = open(Optional.of(ours));
                NettyDataPlane fetcher = open(Optional.of(ours))) {
            Handle handle = publisher.publish("weights", values);
            assertArrayEquals(values, Planes.await(fetcher.fetch(handle)));
            assertEquals(4_000_000, publisher.links().get(0).sentBytes());
        }
    }

    @Test
    void refusesPeersOfAnotherAuthorityAndPeersWithoutTls() throws Exception {
        try (NettyDataPlane publisher = open(Optional.of(ours));
                NettyDataPlane stranger = open(Optional.of(theirs));
                NettyDataPlane plain = open(Optional.empty());
                PlaneLog log = new PlaneLog()) {
            Handle handle = publisher.publish("weights", new float[10]);
            assertInstanceOf(FetchException.class, Planes.failure(stranger.fetch(handle)));
            assertInstanceOf(FetchException.class, Planes.failure(plain.fetch(handle)));
            assertEquals(1, log.lines().size(), log.lines().toString());
        }
    }

    @Test
    void refusesInOneLineFilesThatAreNotThere() {
        PlaneSettings.Certificates missing =
                new PlaneSettings.Certificates(ours.certificate(), folder.resolve("none.pem"), ours.trust());
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> open(Optional.of(missing)));
        assertTrue(refusal.getMessage().contains("none.pem"), refusal.getMessage());
    }

    private static NettyDataPlane open(Optional<PlaneSettings.Certificates> certificates) {
        return NettyDataPlane.open(Planes.settings(2, TIMEOUT, certificates));
    }

    /** A certificate that is its own authority. */
    private static PlaneSettings.Certificates certificates(String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "node",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertTrue(keytool.waitFor(60, TimeUnit.SECONDS));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Path certificate = pem(name, "CERTIFICATE", keys.getCertificate("node").getEncoded());
        Path key = pem(
                name, "PRIVATE KEY", keys.getKey("node", PASSWORD.toCharArray()).getEncoded());
        return new PlaneSettings.Certificates(certificate, key, certificate);
    }

    private static Path pem(String name, String kind, byte[] encoded) throws IOException {
        String body = Base64.getMimeEncoder().encodeToString(encoded);
        String text = "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
        return Files.writeString(folder.resolve(name + "-" + kind.replace(' ', '-') + ".pem"), text);
    }
}
