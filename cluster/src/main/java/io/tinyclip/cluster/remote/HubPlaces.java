package io.tinyclip.cluster.remote;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code hf://datasets/OWNER/NAME@REVISION/PATH} and {@code hf://OWNER/NAME@REVISION/PATH} as places of Hugging Face. */
final class HubPlaces {
    private static final Pattern LOCATION =
            Pattern.compile("hf://(datasets/)?([\\w.-]+/[\\w.-]+?)(?:@([^/]+))?(?:/(.*))?", Pattern.DOTALL);
    private static final String USUAL = "https://huggingface.co";
    private static final String USUAL_REVISION = "main";
    private static final int MOST_LIST = 1 << 25;

    private final String endpoint;
    private final Optional<String> token;

    /** @param environment of the process */
    HubPlaces(Map<String, String> environment) {
        this.endpoint = Optional.ofNullable(environment.get("HF_ENDPOINT"))
                .filter(text -> !text.isBlank())
                .orElse(USUAL)
                .replaceFirst("/+$", "");
        this.token = Optional.ofNullable(environment.get("HF_TOKEN")).filter(text -> !text.isBlank());
        if (!endpoint.matches("https?://[^/@?\\s]+(/[^@?\\s]*)?")) {
            throw new InvalidInputException(
                    "HF_ENDPOINT [" + Location.shown(endpoint) + "] must be an URL without a password");
        }
    }

    /** Where one file is asked for. */
    Place place(String location) {
        Matcher parts = parts(location);
        String set = parts.group(1) == null ? "" : parts.group(1);
        return new Place(
                location,
                URI.create(endpoint + "/" + set + parts.group(2) + "/resolve/" + revision(parts) + "/"
                        + Signature.encoded(path(parts), true)),
                this::headers);
    }

    /** The files of a repository that a pattern stands for, or those below a folder; sorted. */
    List<String> list(HttpRanges ranges, String location) throws IOException {
        Matcher parts = parts(location);
        String kind = parts.group(1) == null ? "models/" : parts.group(1);
        String path = path(parts);
        Wildcard wanted = new Wildcard(path);
        String folder = wanted.prefix().replaceFirst("[^/]*$", "").replaceFirst("/$", "");
        Place list = new Place(
                location,
                URI.create(endpoint + "/api/" + kind + parts.group(2) + "/tree/" + revision(parts)
                        + (folder.isEmpty() ? "" : "/" + Signature.encoded(folder, true))
                        + "?recursive=true"),
                this::headers);
        String root = "hf://" + (parts.group(1) == null ? "" : parts.group(1)) + parts.group(2)
                + (parts.group(3) == null ? "" : "@" + parts.group(3)) + "/";
        List<String> found = new ArrayList<>();
        Optional<Place> next = Optional.of(list);
        while (next.isPresent()) {
            HttpRanges.Page page = ranges.page(next.get(), MOST_LIST);
            for (String name : files(list, page.text())) {
                if (wanted.matches(name)) {
                    found.add(root + name);
                }
            }
            next = page.next().map(uri -> new Place(location, uri, this::headers));
            if (next.filter(it -> !it.isSameServer(list.uri())).isPresent()) {
                throw new RefusedException("[" + list.location() + "] has a list that goes on at another server");
            }
        }
        found.sort(null);
        return found;
    }

    private static List<String> files(Place list, String json) throws IOException {
        List<String> files = new ArrayList<>();
        try {
            for (JsonElement element : JsonParser.parseString(json).getAsJsonArray()) {
                JsonObject entry = element.getAsJsonObject();
                if (entry.get("type").getAsString().equals("file")) {
                    files.add(entry.get("path").getAsString());
                }
            }
            return files;
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new RefusedException("[" + list.location() + "] is answered with what is no list of files");
        }
    }

    private Map<String, String> headers(URI uri) {
        return token.map(it -> Map.of("Authorization", "Bearer " + it)).orElseGet(Map::of);
    }

    private static String path(Matcher parts) {
        return parts.group(4) == null ? "" : parts.group(4);
    }

    private static String revision(Matcher parts) {
        String revision = parts.group(3) == null ? USUAL_REVISION : parts.group(3);
        // In the address a slash within the name of a branch is written as %2F by users, too.
        return Signature.encoded(revision.replace("%2F", "/"), false);
    }

    private static Matcher parts(String location) {
        Matcher matcher = LOCATION.matcher(location);
        if (!matcher.matches()) {
            throw new InvalidInputException("[" + Location.shown(location)
                    + "] is no address of Hugging Face; write hf://OWNER/NAME/PATH or hf://datasets/OWNER/NAME/PATH, with"
                    + " @REVISION behind NAME for another than main");
        }
        return matcher;
    }
}
