package io.tinyclip.data;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Captions out of text and json files. What cannot be understood gives none and is counted; damage never becomes a caption.
 * A sample has those of json's list {@code captions}, else its text's, else json's one {@code caption}.
 */
public final class Captions {
    /** Most bytes of a file. */
    public static final int MOST_BYTES = 1 << 20;

    private static final String LIST = "captions";
    private static final String ONE = "caption";

    /**
     * What a json file says.
     *
     * @param list of {@code captions}, or empty
     * @param one of {@code caption}, or empty
     */
    public record Json(List<String> list, List<String> one) {
        /** Of a sample without json. */
        public static final Json NONE = new Json(List.of(), List.of());

        /** All captions of a sample with this json and a text's captions. */
        public List<String> or(List<String> text) {
            if (!list.isEmpty()) {
                return list;
            }
            return text.isEmpty() ? one : text;
        }
    }

    private final Reading reading;
    private final TextDecoder decoder;
    private final Leftovers leftovers;

    /** @param leftovers gets what is not understood */
    public Captions(Reading reading, Leftovers leftovers) {
        this.reading = reading;
        this.decoder = new TextDecoder(reading.encoding(), leftovers);
        this.leftovers = leftovers;
    }

    /** @param name of the file, for messages */
    public List<String> ofText(byte[] bytes, String name) {
        return decoder.text(bytes, name).map(text -> ofText(text, name)).orElse(List.of());
    }

    /** Captions in a text that was decoded. */
    public List<String> ofText(String text, String name) {
        List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        boolean apart = reading.captionsPerLine();
        if (lines.size() > 1) {
            leftovers.count(apart ? Leftovers.Reason.SPLIT : Leftovers.Reason.SEVERAL_LINES, name);
        }
        if (apart) {
            return lines;
        }
        return lines.isEmpty() ? List.of() : List.of(text.strip());
    }

    /** @param name of the file, for messages */
    public Json ofJson(byte[] bytes, String name) {
        Optional<String> text = decoder.text(bytes, name);
        try {
            if (text.isPresent() && JsonParser.parseString(text.get()) instanceof JsonObject object) {
                return new Json(captions(object.get(LIST)), captions(object.get(ONE)));
            }
        } catch (JsonParseException | IllegalStateException e) {
            leftovers.count(Leftovers.Reason.DAMAGED_JSON, name);
        }
        return Json.NONE;
    }

    /** @param element a text, a list of texts, or null for none, as tables with gaps become; a list may hold null, too */
    private static List<String> captions(@Nullable JsonElement element) {
        if (element == null || element.isJsonNull()) {
            return List.of();
        }
        List<String> captions = new ArrayList<>();
        if (element.isJsonArray()) {
            element.getAsJsonArray()
                    .forEach(entry -> captions.addAll(entry.isJsonNull() ? List.of() : List.of(text(entry))));
        } else {
            captions.add(text(element));
        }
        captions.removeIf(String::isEmpty);
        return List.copyOf(captions);
    }

    private static String text(JsonElement element) {
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
            throw new IllegalStateException("no text");
        }
        return element.getAsString().strip();
    }
}
