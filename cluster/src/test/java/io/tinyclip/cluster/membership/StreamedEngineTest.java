package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.HttpsConnectionContext;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.Connection;
import akka.stream.SystemMaterializer;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.cluster.keys.TestKeyFolder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamedEngineTest {
    private static final int CONNECTIONS = 40;
    private static final long ANSWERED_WITHIN_SECONDS = 60;

    @TempDir
    private Path folder;

    private ActorSystem system;

    @BeforeEach
    void start() {
        system = ActorSystem.create(
                "streamed", ConfigFactory.parseString("akka.loglevel=ERROR").withFallback(ConfigFactory.load()));
    }

    @AfterEach
    void stop() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    /** Without it, every third to second of such requests stays without an answer. */
    @Test
    void aRequestThatComesWithTheEndOfTheHandshakeIsAnswered() throws Exception {
        Path certificate = TestKeyFolder.make(folder.resolve("keys"), "both", Role.COORDINATOR, Role.WORKER);
        Credentials credentials = Credentials.read(ConfigFactory.parseMap(Map.of(
                        "tinyclip.cluster.tls.certificate",
                        certificate.toString(),
                        "tinyclip.cluster.name",
                        "tinyclip")))
                .orElseThrow();
        RunTls tls = RunTls.of(credentials);
        ServerBinding server = Http.get(system)
                .newServerAt("127.0.0.1", 0)
                .enableHttps(Discovery.server(tls))
                .bindSync(request -> HttpResponse.create().withEntity("yes"))
                .toCompletableFuture()
                .get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS);
        String url = "https://127.0.0.1:" + server.localAddress().getPort();
        HttpsConnectionContext client = Discovery.client(tls);
        for (int i = 0; i < CONNECTIONS; i++) {
            assertEquals("yes", answer(url, client), "connection " + i);
        }
    }

    @Test
    void nothingGoesOnToAnEndWhoseCertificateIsTakenBack() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        AtomicBoolean revoked = new AtomicBoolean();
        StreamedEngine streamed = new StreamedEngine(engine, session -> revoked.get());
        ByteBuffer sent = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        assertTrue(streamed.wrap(ByteBuffer.allocate(0), sent).bytesProduced() > 0);
        revoked.set(true);
        assertThrows(SSLException.class, () -> streamed.wrap(ByteBuffer.allocate(0), sent));
    }

    private String answer(String url, HttpsConnectionContext client) throws Exception {
        HttpResponse response = Http.get(system)
                .singleRequest(HttpRequest.create(url).addHeader(Connection.create("close")), client)
                .toCompletableFuture()
                .get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS);
        return response.entity()
                .toStrict(
                        TimeUnit.SECONDS.toMillis(ANSWERED_WITHIN_SECONDS),
                        SystemMaterializer.get(system).materializer())
                .toCompletableFuture()
                .get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS)
                .getData()
                .utf8String();
    }
}
