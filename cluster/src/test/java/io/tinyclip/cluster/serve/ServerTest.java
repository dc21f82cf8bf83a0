package io.tinyclip.cluster.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.TorchEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server answers and refuses, by real HTTP and real tensor work. */
final class ServerTest {
    private static final int PICTURES = 70;

    @TempDir
    private static Path place;

    private static Engine.Loaded loaded;
    private static Server server;
    private static Asking asking;
    private static Servers.Heard heard;

    @BeforeAll
    static void start() throws Exception {
        Path folder = Servers.folder(place, PICTURES);
        loaded = new TorchEngine().load(Servers.model());
        heard = new Servers.Heard();
        server = Server.start(
                new Server.Content(
                        new Served("small", Servers.model().shape()), loaded.embedder(), 2, false, Optional.of(folder)),
                Servers.loopback(),
                Servers.USUAL,
                heard);
        asking = new Asking(server.port());
        assertEquals(1, heard.leftOut.get(1, TimeUnit.MINUTES).size());
    }

    @AfterAll
    static void stop() {
        server.close();
        loaded.close();
    }

    @Test
    void answersTheBitsOfTheEmbedderInEveryForm() throws Exception {
        byte[] picture = Servers.png(40, 30, 5);
        String encoded = Base64.getEncoder().encodeToString(picture);
        float[] texts = loaded.embedder().texts(List.of("a dog", "two cats on a sofa"));
        float[] image = loaded.embedder()
                .images(List.of(loaded.embedder().preprocessing().evaluation(picture, "here")));
        String body = "{\"texts\": [\"a dog\", \"two cats on a sofa\"], \"images\": [\"" + encoded + "\"]}";
        JsonObject answer = Asking.object(asking.send(asking.json("/v1/embed", body)));
        assertEquals(16, answer.get("dimensions").getAsInt());
        assertArrayEquals(Arrays.copyOf(texts, 16), Asking.row(answer, "texts", 0));
        assertArrayEquals(Arrays.copyOfRange(texts, 16, 32), Asking.row(answer, "texts", 1));
        assertArrayEquals(image, Asking.row(answer, "images", 0));
        float[] floats = asking.floats(body);
        assertArrayEquals(texts, Arrays.copyOf(floats, 32));
        assertArrayEquals(image, Arrays.copyOfRange(floats, 32, 48));
        for (String type : List.of("image/png", "application/octet-stream")) {
            HttpResponse<byte[]> alone =
                    asking.send(asking.post("/v1/embed", type, BodyPublishers.ofByteArray(picture)));
            assertArrayEquals(image, Asking.row(Asking.object(alone), "images", 0), type);
        }
        assertArrayEquals(image, Asking.row(Asking.object(asking.send(form(picture))), "images", 0));
        assertArrayEquals(
                loaded.embedder().texts(List.of("a dog")),
                Asking.row(
                        Asking.object(
                                asking.send(asking.post("/v1/embed", "text/plain", BodyPublishers.ofString("a dog")))),
                        "texts",
                        0));
    }

    private static HttpRequest form(byte[] picture) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(
                "--b\r\nContent-Disposition: form-data; name=\"images\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"
                        .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(picture);
        body.writeBytes("\r\n--b\r\nContent-Disposition: form-data; name=\"texts\"\r\n\r\na dog\r\n--b--\r\n"
                .getBytes(StandardCharsets.UTF_8));
        return asking.post(
                "/v1/embed", "multipart/form-data; boundary=b", BodyPublishers.ofByteArray(body.toByteArray()));
    }

    @Test
    void tellsTheShapeOfRawFloats() throws Exception {
        HttpResponse<byte[]> raw = asking.send(asking.to("/v1/embed")
                .header("Content-Type", "application/json")
                .header("Accept", "application/octet-stream")
                .POST(BodyPublishers.ofString("{\"texts\": [\"a\", \"b\", \"c\"]}"))
                .build());
        assertEquals("3,16", raw.headers().firstValue("X-Shape").orElse(""));
        assertEquals("3", raw.headers().firstValue("X-Texts").orElse(""));
        assertEquals("0", raw.headers().firstValue("X-Images").orElse(""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"texts\": \"a\"}                      | texts must be a list of strings",
                "{\"texts\": [\"a\", 3]}                 | texts [1] must be a string",
                "{\"text\": [\"a\"]}                     | unknown field [text]",
                "{\"texts\": []}                         | no input",
                "{\"texts\": [\"a\"]                     | is not valid JSON",
                "[\"a\"]                                 | is not valid JSON",
                "{\"texts\": [\"a\"], \"images\": [\"?\"]} | images [0] is not base64",
                "{\"images\": [\"AAAA\"]}                | picture images [0] is of an unknown format",
                "{\"texts\": [\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"]} | [9] inputs, at most 8"
            })
    void namesTheInputThatCannotBeUsed(String body, String complaint) throws Exception {
        HttpResponse<byte[]> answer = asking.send(asking.json("/v1/embed", body));
        assertEquals(400, answer.statusCode());
        assertTrue(Asking.error(answer).contains(complaint), Asking.error(answer));
    }

    @Test
    void refusesPicturesOfMorePixelsThanAllowed() throws Exception {
        HttpResponse<byte[]> answer = asking.send(
                asking.post("/v1/embed", "image/png", BodyPublishers.ofByteArray(Servers.png(200, 101, 1))));
        assertEquals(400, answer.statusCode());
        assertTrue(Asking.error(answer).contains("200 x 101 pixels, at most 20000"), Asking.error(answer));
    }

    @Test
    void refusesBodiesThatAreTooLargeWithAndWithoutALength() throws Exception {
        byte[] large = new byte[1_000_001];
        HttpResponse<byte[]> said =
                asking.send(asking.post("/v1/embed", "image/png", BodyPublishers.ofByteArray(large)));
        assertEquals(413, said.statusCode());
        assertTrue(Asking.error(said).contains("[1000001] bytes, at most 1000000"), Asking.error(said));
        HttpResponse<byte[]> unsaid = asking.send(asking.post(
                "/v1/embed", "image/png", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));
        assertEquals(413, unsaid.statusCode());
    }

    @Test
    void refusesOtherTypesPathsAndMethods() throws Exception {
        HttpResponse<byte[]> type =
                asking.send(asking.post("/v1/embed", "application/xml", BodyPublishers.ofString("<a/>")));
        assertEquals(415, type.statusCode());
        assertTrue(Asking.error(type).contains("[application/xml]"), Asking.error(type));
        assertEquals(404, asking.get("/v2/embed").statusCode());
        HttpResponse<byte[]> method = asking.get("/v1/embed");
        assertEquals(405, method.statusCode());
        assertEquals("POST", method.headers().firstValue("Allow").orElse(""));
        assertEquals(405, asking.send(asking.json("/ready", "{}")).statusCode());
    }

    @Test
    void findsAPictureByItselfByWordsAndByItsNumber() throws Exception {
        byte[] third = Files.readAllBytes(place.resolve("pictures/inner/p3.png"));
        HttpResponse<byte[]> posted =
                asking.send(asking.post("/v1/search?count=2", "image/png", BodyPublishers.ofByteArray(third)));
        JsonObject best = Asking.object(posted).getAsJsonArray("results").get(0).getAsJsonObject();
        assertEquals("inner/p3.png", best.get("name").getAsString());
        assertEquals(1, best.get("score").getAsDouble(), 1e-6);
        int number = best.get("picture").getAsInt();
        JsonObject like = Asking.object(asking.get("/v1/search?picture=" + number));
        assertEquals(24, like.getAsJsonArray("results").size());
        assertEquals(
                number,
                like.getAsJsonArray("results")
                        .get(0)
                        .getAsJsonObject()
                        .get("picture")
                        .getAsInt());
        JsonObject words = Asking.object(asking.get("/v1/search?text=a%20red%20dog&count=1000"));
        assertEquals(PICTURES, words.getAsJsonArray("results").size());
        assertEquals(PICTURES, words.getAsJsonObject("pictures").get("searched").getAsInt());
        assertEquals(1, words.getAsJsonObject("pictures").get("leftOut").getAsInt());
    }

    @Test
    void servesThePicturesThatItIndexedAndNoOtherFile() throws Exception {
        JsonObject all = Asking.object(asking.get("/v1/search?text=a&count=1000"));
        int number = all.getAsJsonArray("results")
                .get(0)
                .getAsJsonObject()
                .get("picture")
                .getAsInt();
        HttpResponse<byte[]> whole = asking.get("/pictures/" + number);
        assertEquals("image/png", whole.headers().firstValue("Content-Type").orElse(""));
        HttpResponse<byte[]> small = asking.get("/pictures/" + number + "/thumbnail");
        assertEquals("image/jpeg", small.headers().firstValue("Content-Type").orElse(""));
        int broken = 0; // sorts before the folder [inner]
        assertEquals(404, asking.get("/pictures/" + broken).statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/pictures/../secret.png",
                "/pictures/..%2fsecret.png",
                "/pictures/%2e%2e/secret.png",
                "/pictures/inner/p1.png",
                "/pictures//etc/passwd",
                "/pictures/-1",
                "/pictures/99999999999",
                "/pictures/1/../../secret.png"
            })
    void namesOfFilesLeadNowhere(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
    }

    @Test
    void answersUnderItsOwnNamesOnly() throws Exception {
        for (String name : List.of("localhost:80", "127.0.0.1", "[::1]:8080", "proxy.example")) {
            String answer = raw("GET /alive HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 200 "), name + ": " + answer);
        }
        String stranger = raw("GET /alive HTTP/1.1\r\nHost: stranger.example\r\nConnection: close\r\n\r\n");
        assertTrue(stranger.startsWith("HTTP/1.1 403 ") && stranger.contains("--known-as stranger.example"), stranger);
    }

    @Test
    void thePageRunsNothingButItself() throws Exception {
        HttpResponse<byte[]> page = asking.get("/");
        String html = new String(page.body(), StandardCharsets.UTF_8);
        String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.startsWith("default-src 'none'") && policy.contains("script-src 'sha256-"), policy);
        assertTrue(!html.contains("https://") && !html.contains("http://"), "loads nothing from elsewhere");
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
