package io.tinyclip.cluster.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.SelfSigned;
import io.tinyclip.cluster.http.HostNames;
import io.tinyclip.model.InvalidInputException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that come together, too many of them, too slow ones, and the end. */
final class ServerLimitsTest {

    @TempDir
    private Path folder;

    private final Slow slow = new Slow();

    @Test
    void turnsAwayWhatItHasNoRoomForAndAnswersTheRest() throws Exception {
        try (Server server = Servers.start(slow, Servers.USUAL, false)) {
            Asking asking = new Asking(server.port());
            List<CompletableFuture<HttpResponse<byte[]>>> inside = new ArrayList<>();
            inside.add(ask(asking, 1));
            assertEquals(1, slow.batches.poll(1, TimeUnit.MINUTES));
            List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(ask(asking, 2 + i));
            }
            // Three of the eight find a place; the others are answered while those wait.
            CompletableFuture<Void> five = refusals(all, 5);
            five.get(1, TimeUnit.MINUTES);
            slow.may.countDown();
            int answered = 0;
            for (int i = 0; i < all.size(); i++) {
                HttpResponse<byte[]> answer = all.get(i).get(1, TimeUnit.MINUTES);
                if (answer.statusCode() == 200) {
                    answered++;
                    assertArrayEquals(new float[] {2 + i, 1}, Asking.row(Asking.object(answer), "texts", 0));
                } else {
                    assertEquals(503, answer.statusCode());
                    assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
                }
            }
            assertEquals(3, answered);
            assertEquals(200, inside.get(0).get(1, TimeUnit.MINUTES).statusCode());
            assertEquals(200, ask(asking, 3).get(1, TimeUnit.MINUTES).statusCode(), "there is room again");
        }
    }

    private static CompletableFuture<Void> refusals(List<CompletableFuture<HttpResponse<byte[]>>> all, int count) {
        CountDownLatch left = new CountDownLatch(count);
        CompletableFuture<Void> reached = new CompletableFuture<>();
        all.forEach(each -> each.thenAccept(answer -> {
            left.countDown();
            if (left.getCount() == 0) {
                reached.complete(null);
            }
        }));
        return reached;
    }

    @Test
    void computesEachRequestForItselfUnlessRequestsMayBeGathered() throws Exception {
        assertEquals(List.of(1, 1, 1, 1), batches(false));
        assertEquals(List.of(1, 3), batches(true));
    }

    /** Sizes of the batches of four requests, three of which wait for the first. */
    private List<Integer> batches(boolean gathers) throws Exception {
        Slow embedder = new Slow();
        Limits few = new Limits(1_000_000, 8, 20_000, 4, 16, Duration.ofSeconds(30));
        try (Server server = Servers.start(embedder, few, gathers)) {
            Asking asking = new Asking(server.port());
            List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
            all.add(ask(asking, 1));
            List<Integer> sizes = new ArrayList<>();
            sizes.add(embedder.batches.poll(1, TimeUnit.MINUTES));
            for (int i = 0; i < 3; i++) {
                all.add(ask(asking, 2 + i));
            }
            awaitWaiting(asking, 3);
            embedder.may.countDown();
            for (int i = 0; i < all.size(); i++) {
                assertArrayEquals(
                        new float[] {1 + i, 1},
                        Asking.row(Asking.object(all.get(i).get(1, TimeUnit.MINUTES)), "texts", 0));
            }
            embedder.batches.drainTo(sizes);
            return sizes;
        }
    }

    private static void awaitWaiting(Asking asking, int count) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (Asking.object(asking.get("/v1/model")).get("waiting").getAsInt() != count) {
            assertTrue(System.nanoTime() < end, "the requests did not come");
        }
    }

    @Test
    void answersInTimeThatItCannotAnswer() throws Exception {
        Limits quick = new Limits(1_000_000, 8, 20_000, 4, 16, Duration.ofSeconds(1));
        try (Server server = Servers.start(slow, quick, false)) {
            HttpResponse<byte[]> answer = ask(new Asking(server.port()), 1).get(1, TimeUnit.MINUTES);
            assertEquals(503, answer.statusCode());
            assertTrue(Asking.error(answer).contains("not answered within 1 s"), Asking.error(answer));
            slow.may.countDown();
        }
    }

    @RepeatedTest(8)
    void answersWhatIsUnderWayAndThenIsGone() throws Exception {
        Server server = Servers.start(slow, Servers.USUAL, false);
        Asking asking = new Asking(server.port());
        CompletableFuture<HttpResponse<byte[]>> underWay = ask(asking, 4);
        assertEquals(1, slow.batches.poll(1, TimeUnit.MINUTES));
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        slow.may.countDown();
        assertEquals(200, underWay.get(1, TimeUnit.MINUTES).statusCode());
        closed.get(1, TimeUnit.MINUTES);
        assertThrows(ConnectException.class, () -> new Asking(server.port()).get("/alive"));
    }

    @Test
    void aFailureOfTheEngineIsOneLineForWhoeverAsked() throws Exception {
        try (Server server = Servers.start(slow, Servers.USUAL, false)) {
            Asking asking = new Asking(server.port());
            HttpResponse<byte[]> answer = asking.send(
                    asking.post("/v1/embed", "image/png", BodyPublishers.ofByteArray(Servers.png(20, 20, 1))));
            assertEquals(500, answer.statusCode());
            assertTrue(Asking.error(answer).startsWith("the server failed at this request"), Asking.error(answer));
            assertEquals(200, asking.get("/ready").statusCode());
        }
    }

    @Test
    void refusesAPortThatIsTaken() {
        try (Server first = Servers.start(slow, Servers.USUAL, false)) {
            Server.Place taken = new Server.Place(
                    "127.0.0.1", first.port(), Optional.empty(), new HostNames("127.0.0.1", List.of()));
            InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> start(taken));
            assertTrue(
                    String.valueOf(refusal.getMessage()).contains("cannot listen at [127.0.0.1] port"),
                    refusal.getMessage());
        }
    }

    @Test
    void speaksTlsWithTheCertificateThatItIsGiven() throws Exception {
        SelfSigned signed = certificates();
        ServerTls tls = tls(signed);
        slow.may.countDown();
        Server.Place place = new Server.Place("127.0.0.1", 0, Optional.of(tls), new HostNames("127.0.0.1", List.of()));
        try (Server server = start(place)) {
            HttpClient trusting =
                    HttpClient.newBuilder().sslContext(trust(signed)).build();
            Asking asking = new Asking(trusting, "https://127.0.0.1:" + server.port());
            assertEquals(200, ask(asking, 3).get(1, TimeUnit.MINUTES).statusCode());
            Asking stranger = new Asking(HttpClient.newHttpClient(), "https://127.0.0.1:" + server.port());
            assertThrows(SSLHandshakeException.class, () -> stranger.get("/alive"));
        }
        ServerTls missing = new ServerTls(tls.certificate(), folder.resolve("none.pem"));
        InvalidInputException refusal = assertThrows(InvalidInputException.class, missing::context);
        assertTrue(String.valueOf(refusal.getMessage()).contains("none.pem"), refusal.getMessage());
    }

    private Server start(Server.Place place) {
        return Server.start(
                new Server.Content(new Served("small", Servers.model().shape()), slow, 1, false, Optional.empty()),
                place,
                Servers.USUAL,
                new Servers.Heard());
    }

    private static CompletableFuture<HttpResponse<byte[]>> ask(Asking asking, int letters) {
        return asking.sendAsync(asking.json("/v1/embed", "{\"texts\": [\"" + "a".repeat(letters) + "\"]}"));
    }

    private SelfSigned certificates() throws Exception {
        return SelfSigned.make(
                folder.resolve("keys.p12"), "-keyalg EC -groupname secp256r1", folder.resolve("certificate.pem"));
    }

    private ServerTls tls(SelfSigned signed) throws Exception {
        byte[] key = signed.store().getKey(SelfSigned.ALIAS, signed.password()).getEncoded();
        Path pem = folder.resolve("key.pem");
        Files.writeString(
                pem,
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");
        return new ServerTls(folder.resolve("certificate.pem"), pem);
    }

    private static SSLContext trust(SelfSigned signed) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(SelfSigned.ALIAS, signed.store().getCertificate(SelfSigned.ALIAS));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
