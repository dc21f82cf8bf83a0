package io.tinyclip.cluster.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What a test asks a server, by real HTTP. */
public final class Asking {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client;
    private final String origin;

    /** @param port of a server on loopback */
    public Asking(int port) {
        this(HttpClient.newHttpClient(), "http://127.0.0.1:" + port);
    }

    Asking(HttpClient client, String origin) {
        this.client = client;
        this.origin = origin;
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(origin + path)).timeout(PATIENCE);
    }

    HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofByteArray());
    }

    CompletableFuture<HttpResponse<byte[]>> sendAsync(HttpRequest request) {
        return client.sendAsync(request, BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return send(to(path).build());
    }

    HttpRequest json(String path, String body) {
        return post(path, "application/json", BodyPublishers.ofString(body));
    }

    HttpRequest post(String path, String type, BodyPublisher body) {
        return to(path).header("Content-Type", type).POST(body).build();
    }

    /** Embeddings of a request in JSON, as floats. */
    public float[] floats(String body) throws IOException, InterruptedException {
        HttpRequest request = to("/v1/embed")
                .header("Content-Type", "application/json")
                .header("Accept", "application/octet-stream")
                .POST(BodyPublishers.ofString(body))
                .build();
        return floats(send(request));
    }

    static float[] floats(HttpResponse<byte[]> response) {
        ByteBuffer bytes = ByteBuffer.wrap(response.body()).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return floats;
    }

    static JsonObject object(HttpResponse<byte[]> response) {
        return JsonParser.parseString(new String(response.body(), StandardCharsets.UTF_8))
                .getAsJsonObject();
    }

    static String error(HttpResponse<byte[]> response) {
        return object(response).get("error").getAsString();
    }

    static float[] row(JsonObject answer, String what, int row) {
        JsonArray numbers = answer.getAsJsonArray(what).get(row).getAsJsonArray();
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = numbers.get(i).getAsFloat();
        }
        return floats;
    }
}
