package io.tinyclip.cluster.serve;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaType;
import akka.http.javadsl.model.MediaTypes;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.ImageDecoder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is answered about a folder's pictures. */
final class SearchRoutes {
    /** Begins the paths of pictures; the rest is a number, so that no path of a file is ever asked for. */
    static final String PICTURES = "/pictures/";

    private static final Pattern PICTURE = Pattern.compile("/pictures/(\\d{1,9})(/thumbnail)?");
    private static final String COUNT = "count";
    private static final int USUAL = 24;
    private static final int MOST = 1000;

    private static final Map<String, MediaType.Binary> SHOWN = Map.of(
            "jpeg", MediaTypes.IMAGE_JPEG,
            "png", MediaTypes.IMAGE_PNG,
            "webp", MediaTypes.IMAGE_WEBP,
            "gif", MediaTypes.IMAGE_GIF);

    private final PictureIndex index;
    private final Computing computing;
    private final Thumbnails thumbnails = new Thumbnails();

    SearchRoutes(PictureIndex index, Computing computing) {
        this.index = index;
        this.computing = computing;
    }

    Optional<String> text(HttpRequest request) {
        return request.getUri().query().get("text");
    }

    /** Pictures near one of the folder. */
    HttpResponse picture(HttpRequest request) {
        String asked = request.getUri()
                .query()
                .get("picture")
                .orElseThrow(
                        () -> Refused.input("nothing is searched for; give text=... or picture=N, or post a picture"));
        float[] query = number(asked).flatMap(index::embedding).orElseThrow(() -> unknown(asked));
        return found(request, query);
    }

    /** Pictures near the one input of a request. */
    HttpResponse near(HttpRequest request, Embeddings embeddings) {
        if (embeddings.texts().length + embeddings.pictures().length != embeddings.channels()) {
            throw Refused.input("a search takes one text or one picture");
        }
        return found(request, embeddings.single());
    }

    private HttpResponse found(HttpRequest request, float[] query) {
        JsonArray results = new JsonArray();
        for (PictureIndex.Found found : index.search(query, count(request))) {
            JsonObject result = new JsonObject();
            result.addProperty("picture", found.number());
            result.addProperty("name", found.name());
            result.addProperty("score", found.score());
            results.add(result);
        }
        JsonObject json = new JsonObject();
        json.add("results", results);
        json.add("pictures", progress());
        return Answers.json(json);
    }

    private static int count(HttpRequest request) {
        String asked = request.getUri().query().get(COUNT).orElse(Integer.toString(USUAL));
        return number(asked)
                .filter(count -> count >= 1 && count <= MOST)
                .orElseThrow(() -> Refused.input(COUNT + " [" + asked + "] must be 1 to " + MOST));
    }

    /** How far the folder is. */
    JsonObject progress() {
        PictureIndex.State state = index.state();
        JsonObject json = new JsonObject();
        json.addProperty("total", index.total());
        json.addProperty("seen", state.seen());
        json.addProperty("searched", state.searched());
        json.addProperty("leftOut", state.leftOut().size());
        json.addProperty("done", state.done());
        if (!state.failure().isEmpty()) {
            json.addProperty("failure", state.failure());
        }
        return json;
    }

    /** A picture's file, or its thumbnail. */
    CompletionStage<HttpResponse> file(String path) {
        Matcher matcher = PICTURE.matcher(path);
        if (!matcher.matches()) {
            throw Refused.because(Refused.NOT_FOUND, "pictures are at /pictures/N and /pictures/N/thumbnail");
        }
        String number = matcher.group(1);
        Path file = number(number).flatMap(index::file).orElseThrow(() -> unknown(number));
        boolean small = matcher.group(2) != null;
        Supplier<HttpResponse> read = () -> small ? Routes.jpeg(thumbnails.of(file)) : whole(file);
        return computing.aside(() -> {
            try {
                return read.get();
            } catch (BadPictureException e) {
                throw Thumbnails.refusal(e);
            }
        });
    }

    /** As it is where browsers show such a file; else what can be shown of it. */
    private HttpResponse whole(Path file) {
        byte[] bytes = thumbnails.whole(file);
        Optional<MediaType.Binary> shown =
                ImageDecoder.format(bytes).flatMap(format -> Optional.ofNullable(SHOWN.get(format)));
        return shown.isPresent()
                ? Answers.of(200, shown.get().toContentType(), bytes)
                : Routes.jpeg(thumbnails.of(file));
    }

    private static Optional<Integer> number(String digits) {
        return digits.matches("\\d{1,9}") ? Optional.of(Integer.valueOf(digits)) : Optional.empty();
    }

    private static Refused unknown(String number) {
        return Refused.because(Refused.NOT_FOUND, "no picture [" + number + "] can be searched for");
    }
}
