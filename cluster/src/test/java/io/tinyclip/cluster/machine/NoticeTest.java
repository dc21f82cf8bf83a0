package io.tinyclip.cluster.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tinyclip.cluster.machine.NoticeUrl.Said;
import io.tinyclip.cluster.settings.NoticeSettings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine hears that it will be taken away: by a file, and from metadata services as providers have them. */
@Timeout(60)
final class NoticeTest {
    private static final long SECONDS = 30;
    private static final Duration LIMIT = Duration.ofSeconds(SECONDS);

    @TempDir
    Path folder;

    private final LinkedBlockingQueue<String> given = new LinkedBlockingQueue<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch hangs = new CountDownLatch(1);
    private HttpServer server;
    private String at = "";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(task -> {
            Thread thread = new Thread(task, "metadata");
            thread.setDaemon(true);
            thread.start();
        });
        server.start();
        at = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void end() {
        hangs.countDown();
        server.stop(0);
    }

    @Test
    void aFileThatAppearsIsANoticeOnce() throws Exception {
        Path file = folder.resolve("notice");
        try (Notice notice = Notice.watched(settings(Map.of("file", file.toString())), given::add)) {
            Files.createFile(file);
            assertEquals("[" + file + "] is there", given.poll(SECONDS, TimeUnit.SECONDS));
            Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        }
        assertTrue(given.isEmpty(), "it is said twice");
    }

    @Test
    void aFileOfAnEarlierLifeIsNoneUntilItIsWrittenAgain() throws Exception {
        Path file = Files.createFile(folder.resolve("notice"));
        CountDownLatch looked = new CountDownLatch(2);
        server.createContext("/", exchange -> {
            looked.countDown();
            answer(exchange, 404, "");
        });
        try (Notice notice = Notice.watched(settings(Map.of("file", file.toString(), "url", at + "/")), given::add)) {
            assertTrue(looked.await(SECONDS, TimeUnit.SECONDS));
            assertTrue(given.isEmpty(), given.toString());
            Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
            assertEquals("[" + file + "] is there", given.poll(SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void amazonsServiceWantsAToken() throws Exception {
        server.createContext("/token", exchange -> {
            asked.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token-ttl-seconds"));
            answer(exchange, 200, "secret" + asked.size());
        });
        List<String> shown = new CopyOnWriteArrayList<>();
        server.createContext("/action", exchange -> {
            String token = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token");
            shown.add(token);
            int status = List.of(404, 401, 200).get(shown.size() - 1);
            answer(exchange, status, status == 200 ? "{\"action\": \"terminate\"}" : "");
        });
        NoticeUrl url = url(Map.of("url", at + "/action", "token-url", at + "/token"));
        assertInstanceOf(Said.Nothing.class, url.ask());
        assertInstanceOf(Said.Trouble.class, url.ask(), "the token is too old");
        assertEquals(new Said.Notice("[" + at + "/action] says [{\"action\": \"terminate\"}]"), url.ask());
        assertEquals(List.of("secret1", "secret1", "secret2"), shown);
        assertEquals(List.of("PUT 21600", "PUT 21600"), asked);
    }

    @Test
    void googlesServiceWantsAHeaderAndSaysFalse() throws Exception {
        server.createContext("/preempted", exchange -> {
            asked.add(exchange.getRequestHeaders().getFirst("Metadata-Flavor"));
            answer(exchange, 200, asked.size() == 1 ? "FALSE\n" : "TRUE\n");
        });
        NoticeUrl url = url(Map.of("url", at + "/preempted", "header", "Metadata-Flavor: Google", "body", "TRUE"));
        assertInstanceOf(Said.Nothing.class, url.ask());
        assertEquals(new Said.Notice("[" + at + "/preempted] says [TRUE]"), url.ask());
        assertEquals(List.of("Google", "Google"), asked);
    }

    @Test
    void aServiceThatHangsOrNeverEndsOrIsNotThereIsTrouble() throws Exception {
        server.createContext("/silent", exchange -> awaitEnd());
        server.createContext("/drips", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('T');
            exchange.getResponseBody().flush();
            awaitEnd();
        });
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] much = new byte[1 << 16];
            for (int i = 0; i < 64; i++) {
                exchange.getResponseBody().write(much);
            }
            exchange.close();
        });
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", at + "/elsewhere");
            answer(exchange, 302, "");
        });
        for (String path : List.of("/silent", "/drips", "/endless", "/moved")) {
            Said said = impatient(path).ask();
            assertTrue(said instanceof Said.Trouble it && it.line().contains(path), path + ": " + said);
        }
        server.stop(0);
        assertInstanceOf(Said.Trouble.class, impatient("/gone").ask());
    }

    @Test
    void troubleEndsNoWatch() throws Exception {
        CompletableFuture<Void> second = new CompletableFuture<>();
        server.createContext("/", exchange -> {
            asked.add("asked");
            answer(exchange, asked.size() == 1 ? 500 : 200, "soon");
        });
        try (Notice notice = Notice.watched(settings(Map.of("url", at + "/")), line -> second.complete(null))) {
            second.get(SECONDS, TimeUnit.SECONDS);
        }
        assertEquals(2, asked.size());
    }

    private NoticeUrl impatient(String path) {
        return new NoticeUrl(settings(Map.of("url", at + path)).source().orElseThrow(), Duration.ofMillis(300));
    }

    private static NoticeUrl url(Map<String, String> keys) {
        return new NoticeUrl(settings(keys).source().orElseThrow(), LIMIT);
    }

    private static NoticeSettings settings(Map<String, String> keys) {
        Map<String, String> all = new TreeMap<>(Map.of("tinyclip.notice.every", "1s"));
        keys.forEach((key, value) -> all.put("tinyclip.notice." + key, value));
        return SettingsFile.defaults(all).free().notice();
    }

    private void awaitEnd() {
        try {
            assertTrue(hangs.await(SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
