package io.tinyclip.cluster.serve;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.google.gson.JsonObject;
import io.tinyclip.files.StrictJson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What is sent back: JSON, or floats as they lie in memory. */
final class Answers {
    private static final String FLOATS = "application/octet-stream";
    private static final HttpHeader NO_SNIFFING = HttpHeader.parse("X-Content-Type-Options", "nosniff");

    private Answers() {}

    /** Whether the request's Accept asks for floats by name. */
    static boolean wantsFloats(HttpRequest request) {
        return request.getHeader("Accept")
                .filter(accept -> accept.value().toLowerCase(Locale.ROOT).contains(FLOATS))
                .isPresent();
    }

    /** Rows of texts, then rows of pictures, little endian. */
    static HttpResponse floats(Embeddings embeddings) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * (embeddings.texts().length + embeddings.pictures().length))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(embeddings.texts()).put(embeddings.pictures());
        int texts = embeddings.texts().length / embeddings.channels();
        int images = embeddings.pictures().length / embeddings.channels();
        return of(200, ContentTypes.APPLICATION_OCTET_STREAM, bytes.array())
                .addHeader(HttpHeader.parse("X-Shape", texts + images + "," + embeddings.channels()))
                .addHeader(HttpHeader.parse("X-Texts", Integer.toString(texts)))
                .addHeader(HttpHeader.parse("X-Images", Integer.toString(images)));
    }

    /** The same in words; each number reads back to the same float. */
    static HttpResponse json(Embeddings embeddings, String model) {
        JsonObject name = new JsonObject();
        name.addProperty("model", model);
        name.addProperty("dimensions", embeddings.channels());
        String head = StrictJson.compact(name);
        StringBuilder text = new StringBuilder(head.substring(0, head.length() - 1));
        rows(",\"texts\":", embeddings.texts(), embeddings.channels(), text);
        rows(",\"images\":", embeddings.pictures(), embeddings.channels(), text);
        return json(200, text.append('}').toString());
    }

    private static void rows(String name, float[] rows, int channels, StringBuilder text) {
        text.append(name).append('[');
        for (int i = 0; i < rows.length; i++) {
            boolean first = i % channels == 0;
            text.append(first ? i == 0 ? "[" : "],[" : ",").append(rows[i]);
        }
        text.append(rows.length == 0 ? "]" : "]]");
    }

    static HttpResponse json(JsonObject object) {
        return json(200, StrictJson.compact(object));
    }

    /** One line for whoever asked. */
    static HttpResponse refusal(Refused refused) {
        JsonObject error = new JsonObject();
        error.addProperty("error", String.valueOf(refused.getMessage()));
        return json(refused.status(), StrictJson.compact(error)).addHeaders(refused.headers());
    }

    private static HttpResponse json(int status, String text) {
        return of(status, ContentTypes.APPLICATION_JSON, text.getBytes(StandardCharsets.UTF_8));
    }

    static HttpResponse of(int status, ContentType type, byte[] body) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(type, body))
                .addHeaders(List.of(NO_SNIFFING));
    }
}
