package io.tinyclip.cluster.board;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.HttpPlace;
import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BoardTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();

    @TempDir
    Path runs;

    private Board board;

    @BeforeEach
    void open() throws IOException {
        RecordedRun.write(runs.resolve("a"), 400, true);
        board = open("127.0.0.1", 0);
    }

    @AfterEach
    void close() {
        board.close();
    }

    @Test
    void servesThePageAndAllThatItNeedsFromTheJar() throws Exception {
        HttpResponse<byte[]> page = get("");
        assertEquals(
                "text/html; charset=UTF-8",
                page.headers().firstValue("Content-Type").orElseThrow());
        String html = new String(page.body(), StandardCharsets.UTF_8);
        for (String part : new String[] {"uplot.js", "uplot.css", "board.js", "board.css", "charts.js", "masks.js"}) {
            assertTrue(html.contains("\"" + part + "\""), part);
            assertEquals(200, get(part).statusCode(), part);
        }
        assertTrue(!html.contains("http://") && !html.contains("https://"), "nothing comes from elsewhere");
        assertTrue(page.headers()
                .firstValue("Content-Security-Policy")
                .orElseThrow()
                .startsWith("default-src 'self'"));
    }

    @Test
    void compressesForWhoeverTakesThat() throws Exception {
        HttpResponse<byte[]> plain = get("api/series?run=a");
        HttpRequest asking =
                request("api/series?run=a").header("Accept-Encoding", "gzip").build();
        HttpResponse<byte[]> zipped = client.send(asking, HttpResponse.BodyHandlers.ofByteArray());
        assertEquals("gzip", zipped.headers().firstValue("Content-Encoding").orElseThrow());
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertArrayEquals(plain.body(), in.readAllBytes());
        }
        assertTrue(zipped.body().length * 4 < plain.body().length);
    }

    @Test
    void onlyReads() throws Exception {
        HttpRequest post = request("api/runs")
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        assertEquals(
                405, client.send(post, HttpResponse.BodyHandlers.discarding()).statusCode());
        assertEquals(404, get("nothing").statusCode());
        assertEquals(400, get("api/series?run=a&from=x").statusCode());
    }

    @Test
    void refusesAPathThatLeavesItsFolder() throws Exception {
        assertTrue(raw("GET /../../etc/passwd HTTP/1.1", "127.0.0.1").matches("(?s)HTTP/1.1 40[04] .*"));
        assertTrue(raw("GET /%2e%2e/run.json HTTP/1.1", "127.0.0.1").startsWith("HTTP/1.1 404 "));
    }

    @Test
    void anAddressThatCannotBeReadIsTheAskersFault() throws Exception {
        assertTrue(raw("GET /api/run?run=%zz HTTP/1.1", "127.0.0.1").startsWith("HTTP/1.1 400 "));
        assertTrue(raw("GET /api/run?%ff=%fe HTTP/1.1", "127.0.0.1").matches("(?s)HTTP/1.1 40[04] .*"));
    }

    /** A page of somebody else whose name is made to point at this machine could read here otherwise. */
    @Test
    void refusesToBeAskedUnderAnotherMachinesName() throws Exception {
        assertTrue(raw("GET /api/runs HTTP/1.1", "evil.example").startsWith("HTTP/1.1 403 "));
        assertTrue(raw("GET /api/runs HTTP/1.1", "localhost").startsWith("HTTP/1.1 200 "));
        assertTrue(raw("GET /api/runs HTTP/1.1", "[::1]:25530").startsWith("HTTP/1.1 200 "));
        assertTrue(raw("GET /api/runs HTTP/1.1", "evil_%41").matches("(?s)HTTP/1.1 40[03] .*"));
    }

    @Test
    void everyAddressOfLoopbackIsThisMachineAlone() throws Exception {
        try (Board other = open("127.0.0.2", 0)) {
            URI address = URI.create(other.address());
            assertTrue(raw(address, "GET /api/runs HTTP/1.1", "evil.example").startsWith("HTTP/1.1 403 "));
            assertTrue(raw(address, "GET /api/runs HTTP/1.1", "127.0.0.2").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void takesAnyFreePortWhereItsOwnIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Board other = open("127.0.0.1", taken.getLocalPort())) {
            assertNotEquals("http://127.0.0.1:" + taken.getLocalPort() + "/", other.address());
            HttpRequest alive = HttpRequest.newBuilder(URI.create(other.address() + "alive"))
                    .build();
            assertEquals(
                    200,
                    client.send(alive, HttpResponse.BodyHandlers.discarding()).statusCode());
        }
    }

    @Test
    void anAddressOfAnotherMachineIsRefusedWithTheRemedy() {
        String line = assertThrows(InvalidInputException.class, () -> open("192.0.2.1", 0))
                .getMessage();
        assertTrue(line.contains("192.0.2.1") && line.contains("tinyclip.board.host"), line);
    }

    private Board open(String host, int port) {
        return Board.open(new HttpPlace(true, host, port), new RunFolders(runs, Optional.empty()), Optional.empty());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(board.address() + path)).timeout(LIMIT);
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private String raw(String line, String host) throws IOException {
        return raw(URI.create(board.address()), line, host);
    }

    private static String raw(URI address, String line, String host) throws IOException {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            String request = line + "\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
