package io.tinyclip.actors.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTlsTest {
    @TempDir
    private Path folder;

    @TempDir
    private Path elsewhere;

    private TestKeys keys;
    private RunTls coordinator;
    private RunTls worker;

    @BeforeEach
    void make() {
        keys = new TestKeys(folder);
        coordinator = RunTls.of(keys.of("coordinator", Role.COORDINATOR));
        worker = RunTls.of(keys.of("worker", Role.WORKER));
    }

    @Test
    void eachEndKnowsTheRolesOfTheOther() throws Exception {
        SSLEngine server = coordinator.server();
        SSLEngine client = worker.client();
        Handshake.of(client, server);
        assertEquals(Set.of(Role.WORKER), Identity.of(server.getSession()).roles());
        assertEquals(Set.of(Role.COORDINATOR), Identity.of(client.getSession()).roles());
        assertEquals(Set.of(TestKeys.CLUSTER), Identity.of(client.getSession()).clusters());
        assertEquals("TLSv1.3", client.getSession().getProtocol());
    }

    @Test
    void refusesWhomAnotherAuthorityHasSignedAtBothEnds() {
        RunTls stranger = RunTls.of(new TestKeys(elsewhere).of("coordinator", Role.COORDINATOR, Role.WORKER));
        assertThrows(SSLException.class, () -> Handshake.of(stranger.client(), coordinator.server()));
        assertThrows(SSLException.class, () -> Handshake.of(worker.client(), stranger.server()));
    }

    @Test
    void refusesWhoShowsNoCertificate() {
        assertThrows(
                SSLException.class,
                () -> Handshake.of(anonymous(), coordinator.server()),
                "an end that trusts anybody and has nothing to show");
    }

    private static SSLEngine anonymous() {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(true);
            return engine;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Trusts as an attacker does. */
    private static final class Anybody extends X509ExtendedTrustManager {
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

    @Test
    void refusesACertificateOfAnotherClusterOrWithoutARole() {
        Authority.Validity today = new Authority.Validity(Instant.now(), TestKeys.DAY);
        Credentials other = keys.of(new Authority.Holder("other", Set.of(Role.WORKER), "elsewhere"), today);
        Credentials none = keys.of("none");
        RunTls elsewhere = RunTls.of(new Credentials(other.authority(), other.certificate(), other.key(), "elsewhere"));
        assertThrows(SSLException.class, () -> Handshake.of(elsewhere.client(), coordinator.server()));
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> RunTls.of(none));
        assertTrue(refusal.getMessage().contains("names no role"), refusal.getMessage());
        assertThrows(InvalidInputException.class, () -> RunTls.of(other));
    }

    @Test
    void refusesAnOutdatedCertificateAsItsOwnAndOfOthers() throws Exception {
        Authority.Validity past = new Authority.Validity(Instant.now().minus(Duration.ofDays(9)), TestKeys.DAY);
        Authority.Holder holder = new Authority.Holder("past", Set.of(Role.WORKER), TestKeys.CLUSTER);
        Credentials outdated = keys.of(holder, past);
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> RunTls.of(outdated));
        assertTrue(refusal.getMessage().contains("past.pem"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("--renew"), refusal.getMessage());
        assertEquals(1, refusal.getMessage().lines().count());

        Authority.Validity brief =
                new Authority.Validity(Instant.now().minus(TestKeys.DAY), TestKeys.DAY.plusSeconds(3));
        RunTls dying = RunTls.of(keys.of(new Authority.Holder("brief", Set.of(Role.WORKER), TestKeys.CLUSTER), brief));
        Instant end = Instant.now().plusSeconds(30);
        while (shakes(dying) && Instant.now().isBefore(end)) {
            Thread.onSpinWait();
        }
        assertThrows(SSLException.class, () -> Handshake.of(dying.client(), coordinator.server()));
    }

    private boolean shakes(RunTls client) {
        try {
            Handshake.of(client.client(), coordinator.server());
            return true;
        } catch (SSLException e) {
            return false;
        }
    }

    @Test
    void takesRenewedFilesForNewConnectionsAndKeepsItsOwnWhileTheyAreDamaged() throws Exception {
        AtomicLong now = new AtomicLong();
        Credentials files = keys.of("server", Role.SERVER);
        RunTls server = RunTls.of(files, now::get);
        BigInteger first = shown(server);
        byte[] key = Files.readAllBytes(files.key());
        keys.of("server", Role.SERVER);
        Files.write(files.key(), key);
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        assertEquals(first, shown(server), "a key that is not the certificate's");
        Files.writeString(files.key(), "half");
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        assertEquals(first, shown(server));
        keys.of("server", Role.SERVER);
        assertEquals(first, shown(server), "not looked at again within a second");
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        assertNotEquals(first, shown(server));
    }

    @Test
    void refusesAtBothEndsWhomTheAuthorityHasTakenBackAndNobodyElse() throws Exception {
        AtomicLong now = new AtomicLong();
        RunTls looking = RunTls.of(keys.of("looking", Role.SERVER), now::get);
        RunTls other = RunTls.of(keys.of("other", Role.WORKER));
        keys.revoke("coordinator");
        keys.revoke("worker");
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThrows(SSLException.class, () -> Handshake.of(worker.client(), looking.server()));
        assertThrows(SSLException.class, () -> Handshake.of(looking.client(), coordinator.server()));
        Handshake.of(other.client(), looking.server());
        keys.of("worker", Role.WORKER);
        Handshake.of(RunTls.of(keys.of("worker", Role.WORKER)).client(), looking.server());
    }

    @Test
    void endsWhatIsOpenUnderACertificateThatIsTakenBackAndNothingElse() throws Exception {
        AtomicLong now = new AtomicLong();
        RunTls looking = RunTls.of(keys.of("looking", Role.SERVER), now::get);
        List<String> ended = new ArrayList<>();
        for (Map.Entry<String, RunTls> peer :
                Map.of("worker", worker, "coordinator", coordinator).entrySet()) {
            SSLEngine server = looking.server();
            Handshake.of(peer.getValue().client(), server);
            looking.endsIfRevoked(server.getSession(), () -> ended.add(peer.getKey()));
        }
        keys.revoke("worker");
        looking.look();
        assertEquals(List.of(), ended, "not looked at again within a second");
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        looking.look();
        assertEquals(List.of("worker"), ended);
    }

    @Test
    void goesOnWithTheListThatItHadWhileAnotherIsDamagedGoneOrOfAStranger() throws Exception {
        AtomicLong now = new AtomicLong();
        RunTls looking = RunTls.of(keys.of("looking", Role.SERVER), now::get);
        keys.revoke("worker");
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        looking.look();
        TestKeys strangers = new TestKeys(elsewhere);
        strangers.of("worker", Role.WORKER);
        strangers.revoke("worker");
        String strange = Files.readString(elsewhere.resolve(Credentials.REVOKED));
        for (String text : List.of("half", strange, "")) {
            if (text.isEmpty()) {
                Files.delete(folder.resolve(Credentials.REVOKED));
            } else {
                keys.write(Credentials.REVOKED, text);
            }
            now.addAndGet(Duration.ofSeconds(2).toNanos());
            assertThrows(SSLException.class, () -> Handshake.of(worker.client(), looking.server()), text);
        }
    }

    @Test
    void refusesInOneLineItsOwnCertificateThatWasTakenBackAndAListOfNobodyHere() {
        Credentials own = keys.of("own", Role.WORKER);
        keys.revoke("own");
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> RunTls.of(own));
        assertTrue(refusal.getMessage().contains("was taken back"), refusal.getMessage());
        assertEquals(1, refusal.getMessage().lines().count());
        keys.write(Credentials.REVOKED, "none");
        assertTrue(assertThrows(InvalidInputException.class, () -> RunTls.of(own))
                .getMessage()
                .contains("revoked.pem"));
    }

    private BigInteger shown(RunTls server) throws IOException {
        SSLEngine client = worker.client();
        Handshake.of(client, server.server());
        return ((X509Certificate) client.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
}
