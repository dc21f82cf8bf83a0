package io.tinyclip.cluster.serve;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.BodyPartEntity;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.MediaType;
import akka.http.javadsl.model.Multipart;
import akka.http.javadsl.unmarshalling.Unmarshaller;
import akka.stream.Materializer;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.files.StrictJson;
import io.tinyclip.model.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Texts and pictures of a request's body: JSON with texts and pictures in base64, a form with files, one picture as it is, or
 * one plain text.
 */
final class InputReader {
    private static final String TEXTS = "texts";
    private static final String IMAGES = "images";
    private static final Set<String> FORM_TEXTS = Set.of(TEXTS, "text");
    private static final Set<String> FORM_IMAGES = Set.of(IMAGES, "image");
    private static final String DATA_URL = "data:";

    private final ActorSystem<?> system;
    private final Limits limits;

    InputReader(ActorSystem<?> system, Limits limits) {
        this.system = system;
        this.limits = limits;
    }

    /** @return fails with {@link Refused}, naming what cannot be used */
    CompletionStage<Inputs> read(HttpEntity.Strict body) {
        ContentType type = body.getContentType();
        MediaType media = type.mediaType();
        String name = media.mainType() + "/" + media.subType();
        if (name.equals("application/json")) {
            return CompletableFuture.completedFuture(bounded(json(bytes(body))));
        }
        if (name.equals("multipart/form-data")) {
            return form(body);
        }
        if (name.equals("text/plain")) {
            return CompletableFuture.completedFuture(new Inputs(List.of(text(bytes(body), "the body")), List.of()));
        }
        boolean sent = !body.getData().isEmpty();
        if (sent && (media.isImage() || name.equals("application/octet-stream"))) {
            return CompletableFuture.completedFuture(new Inputs(List.of(), List.of(bytes(body))));
        }
        throw Refused.because(
                Refused.UNSUPPORTED_TYPE,
                "Content-Type [" + (name.startsWith("none/") ? "" : name) + "] is not read; send application/json,"
                        + " multipart/form-data, a picture as image/... or application/octet-stream, or text/plain");
    }

    private static byte[] bytes(HttpEntity.Strict body) {
        return body.getData().toArray();
    }

    private Inputs bounded(Inputs inputs) {
        if (inputs.count() == 0) {
            throw Refused.input("no input; give " + TEXTS + " or " + IMAGES);
        }
        if (inputs.count() > limits.inputs()) {
            throw Refused.input("[" + inputs.count() + "] inputs, at most " + limits.inputs()
                    + " in one request; send several requests");
        }
        return inputs;
    }

    private static Inputs json(byte[] body) {
        JsonObject object;
        try {
            object = StrictJson.parse(ByteBuffer.wrap(body), "the body");
        } catch (InvalidInputException e) {
            throw Refused.input(String.valueOf(e.getMessage()));
        }
        for (String name : object.keySet()) {
            if (!name.equals(TEXTS) && !name.equals(IMAGES)) {
                throw Refused.input("unknown field [" + name + "]; the fields are " + TEXTS + " and " + IMAGES);
            }
        }
        List<byte[]> pictures = new ArrayList<>();
        List<String> encoded = strings(object, IMAGES);
        for (int i = 0; i < encoded.size(); i++) {
            pictures.add(decoded(encoded.get(i), i));
        }
        return new Inputs(strings(object, TEXTS), pictures);
    }

    private static List<String> strings(JsonObject object, String name) {
        if (!object.has(name)) {
            return List.of();
        }
        if (!(object.get(name) instanceof JsonArray array)) {
            throw Refused.input(name + " must be a list of strings");
        }
        List<String> strings = new ArrayList<>();
        for (JsonElement element : array) {
            if (!(element instanceof JsonPrimitive primitive && primitive.isString())) {
                throw Refused.input(name + " [" + strings.size() + "] must be a string");
            }
            strings.add(element.getAsString());
        }
        return strings;
    }

    private static byte[] decoded(String base64, int place) {
        String data = base64.startsWith(DATA_URL) ? base64.substring(base64.indexOf(',') + 1) : base64;
        try {
            return Base64.getDecoder().decode(data);
        } catch (IllegalArgumentException e) {
            throw Refused.input(IMAGES + " [" + place + "] is not base64: " + e.getMessage());
        }
    }

    private static String text(byte[] utf8, String where) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Refused.input(where + " is not UTF-8");
        }
    }

    private CompletionStage<Inputs> form(HttpEntity.Strict body) {
        return Unmarshaller.entityToMultipartFormData()
                .unmarshal(body, system)
                .thenCompose(form -> form.toStrict(limits.timeout().toMillis(), Materializer.matFromSystem(system)))
                .handle((form, failure) -> {
                    if (failure != null) {
                        throw Refused.input("the body is no form as multipart/form-data writes it");
                    }
                    return bounded(parts(form));
                });
    }

    private static Inputs parts(Multipart.FormData.Strict form) {
        List<String> texts = new ArrayList<>();
        List<byte[]> pictures = new ArrayList<>();
        for (Multipart.FormData.BodyPart.Strict part : form.getStrictParts()) {
            BodyPartEntity entity = part.getEntity();
            byte[] bytes = ((HttpEntity.Strict) entity).getData().toArray();
            if (FORM_TEXTS.contains(part.getName())) {
                texts.add(text(bytes, "part [" + TEXTS + "] [" + texts.size() + "]"));
            } else if (FORM_IMAGES.contains(part.getName())) {
                pictures.add(bytes);
            } else {
                throw Refused.input("unknown part [" + part.getName() + "]; the parts are " + TEXTS + " and " + IMAGES);
            }
        }
        return new Inputs(texts, pictures);
    }
}
